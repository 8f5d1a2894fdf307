#include "metrics/bootstrap_difference.h"

#include <gtest/gtest.h>

#include "metrics/differences.h"

namespace fovea::metrics {
namespace {

TEST(BootstrapDifference, WithOneSeedItIsTheIntervalOfTheMean) {
  const PairedDifferences differences{6, 1, {1, 0, -1, 1, 0, 1}};
  const Interval pair = bootstrap_difference(differences, 3, 900), mean = bootstrap_mean(differences.values, 3, 900);
  EXPECT_EQ(pair.low, mean.low);
  EXPECT_EQ(pair.high, mean.high);
}

TEST(BootstrapDifference, NothingGivesNothing) {
  EXPECT_EQ(bootstrap_difference({0, 0, {}}).high, 0);
  const Interval same = bootstrap_difference({7, 3, std::vector<double>(21, 0)});
  EXPECT_EQ(same.low, 0);
  EXPECT_EQ(same.high, 0);
}

// The true difference lies inside in about 95 of 100 samples, wherever the luck comes from.
TEST(BootstrapDifference, Covers) {
  constexpr int kSamples = 400;
  for (MadeDifferences made : kMixtures) {
    made.mean = 0.13;
    int inside = 0;
    for (int sample = 0; sample < kSamples; ++sample) {
      const Interval interval = bootstrap_difference(make_differences(made, static_cast<uint64_t>(sample)), 1, 500);
      inside += interval.low <= made.mean && made.mean <= interval.high;
    }
    EXPECT_GE(inside, 0.92 * kSamples) << made.of_texts << " " << made.of_seeds;
    EXPECT_LE(inside, 0.995 * kSamples) << made.of_texts << " " << made.of_seeds;
  }
}

}  // namespace
}  // namespace fovea::metrics
