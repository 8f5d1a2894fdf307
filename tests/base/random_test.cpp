#include "base/random.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

// The values below are part of every saved result: a change of the generator must fail here.

// The first two are the published first outputs of SplitMix64 with seed 0.
TEST(Random, MixIsThatOfSplitMix64) {
  EXPECT_EQ(mix64(0), 0xe220a8397b1dcdafULL);
  EXPECT_EQ(mix64(0x9e3779b97f4a7c15ULL), 0x6e789e6aa1b965f4ULL);
  EXPECT_EQ(mix64(1), 0x910a2dec89025cc1ULL);
  EXPECT_EQ(mix64(~0ULL), 0xe4d971771b652c20ULL);
}

TEST(Random, StreamsAreFixed) {
  struct Known {
    RandomKey key;
    uint64_t base, first, later;
    double uniform_at_2;
    uint64_t below_1000_at_3;
  };
  const Known all[] = {
      {{}, 0x6c00ae194713ad93ULL, 0xca6ff68828e238a0ULL, 0x0ce114b2ceff1335ULL, 0.1058509658187814, 909},
      {{7, Purpose::kShuffle, 3},
       0xab03565edcb53bcfULL,
       0x6dd85950a2fa2fb4ULL,
       0xbc4f0d9cac9ffd29ULL,
       0.97056900184168859,
       102},
      {{~0ULL, Purpose::kMadeData, 1'000'000'007},
       0xa55b26cd395956d7ULL,
       0x566b422b47f2bccaULL,
       0xc7788bcad32dc5bfULL,
       0.79755949463621978,
       871},
  };
  for (const Known& known : all) {
    const uint64_t base = stream_base(known.key);
    EXPECT_EQ(base, known.base);
    EXPECT_EQ(random_bits(base, 0), known.first);
    EXPECT_EQ(random_bits(base, 12'345), known.later);
    EXPECT_EQ(uniform(base, 2), known.uniform_at_2);
    EXPECT_EQ(uniform_below(base, 3, 1000), known.below_1000_at_3);
  }
}

TEST(Random, PurposesKeepTheirNumbers) {
  const std::vector<std::pair<Purpose, uint64_t>> known = {{Purpose::kInitialise, 0x4d1527ae7dba95aaULL},
                                                           {Purpose::kShuffle, 0x41cd967f54baf570ULL},
                                                           {Purpose::kDropoutEmbedding, 0x48325db6cb852e64ULL},
                                                           {Purpose::kDropoutStates, 0x2a84c07664d89480ULL},
                                                           {Purpose::kDropoutOutput, 0xc3ea3812ddb8dc07ULL},
                                                           {Purpose::kSplit, 0x1f07726552ba981cULL},
                                                           {Purpose::kBootstrap, 0xafd5f797fcddb0abULL},
                                                           {Purpose::kMadeData, 0x6bf11355f2f8f2feULL},
                                                           {Purpose::kTest, 0x1026ae8727f56415ULL}};
  for (const auto& [purpose, bits] : known) EXPECT_EQ(random_bits(stream_base({42, purpose, 5}), 17), bits);
}

TEST(Random, ShuffleIsFixed) {
  std::vector<int> values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  shuffle(std::span<int>(values), {42, Purpose::kShuffle, 1});
  EXPECT_EQ(values, (std::vector<int>{9, 4, 7, 8, 2, 1, 3, 0, 5, 6}));
}

TEST(Random, UniformFillsItsInterval) {
  const uint64_t base = stream_base({3, Purpose::kTest, 1});
  constexpr int kDraws = 200'000, kBins = 50;
  std::vector<int> bins(kBins);
  double sum = 0, sum_of_products = 0, last = 0.5;
  for (uint64_t i = 0; i < kDraws; ++i) {
    const double value = uniform(base, i);
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    ++bins[static_cast<size_t>(value * kBins)];
    sum += value;
    sum_of_products += (value - 0.5) * (last - 0.5);
    last = value;
  }
  double chi_square = 0;
  for (const int count : bins) chi_square += std::pow(count - kDraws / kBins, 2) / (kDraws / kBins);
  EXPECT_LT(chi_square, 49 + 4 * std::sqrt(2 * 49.0));
  EXPECT_NEAR(sum / kDraws, 0.5, 4 / std::sqrt(12.0 * kDraws));
  EXPECT_NEAR(sum_of_products / kDraws, 0, 4 / (12 * std::sqrt(1.0 * kDraws)));  // neighbours do not follow one another
}

TEST(Random, UniformBelowIsEvenAndBounded) {
  const uint64_t base = stream_base({3, Purpose::kTest, 2});
  std::vector<int> counts(7);
  for (uint64_t i = 0; i < 70'000; ++i) ++counts.at(uniform_below(base, i, 7));
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 4 * std::sqrt(10'000 * 6 / 7.0));
  for (uint64_t i = 0; i < 100; ++i) EXPECT_EQ(uniform_below(base, i, 1), 0u);
}

// Keys and positions that differ in one bit or one place give streams that have nothing in common.
TEST(Random, NearbyKeysGiveDifferentStreams) {
  std::set<uint64_t> seen;
  size_t drawn = 0;
  for (uint64_t seed = 0; seed < 8; ++seed) {
    for (uint64_t purpose = 1; purpose <= 9; ++purpose) {
      for (uint64_t step = 0; step < 16; ++step) {
        const uint64_t base = stream_base({seed, static_cast<Purpose>(purpose), step});
        for (uint64_t position = 0; position < 16; ++position, ++drawn) seen.insert(random_bits(base, position));
      }
    }
  }
  EXPECT_EQ(seen.size(), drawn);
}

TEST(Random, ShuffleIsAPermutationAndEveryOrderIsAsLikely) {
  std::vector<int> counts(6);
  for (uint64_t step = 0; step < 12'000; ++step) {
    std::vector<int> values = {0, 1, 2};
    shuffle(std::span<int>(values), {5, Purpose::kShuffle, step});
    std::vector<int> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    ASSERT_EQ(sorted, (std::vector<int>{0, 1, 2}));
    ++counts[static_cast<size_t>(values[0] * 2 + (values[1] > values[2]))];
  }
  for (const int count : counts) EXPECT_NEAR(count, 2000, 4 * std::sqrt(2000 * 5 / 6.0));
}

TEST(Random, ShuffleOfNothingAndOfOne) {
  std::vector<std::string> none, one = {"x"};
  shuffle(std::span<std::string>(none), {});
  shuffle(std::span<std::string>(one), {});
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(one, std::vector<std::string>{"x"});
}

}  // namespace
}  // namespace fovea
