#include "metrics/randomisation.h"

#include <gtest/gtest.h>

#include "metrics/differences.h"

namespace fovea::metrics {
namespace {

// Ten texts, all for the same side: 2 of 2^10 assignments of signs are as far from 0.
TEST(Randomisation, KnownValues) {
  EXPECT_NEAR(randomisation_test({10, 1, std::vector<double>(10, 1)}), 2.0 / 1024, 0.0013);
  // 1 + 2 + 3 against 4: |sum| = 2 or more in 14 of 16.
  EXPECT_NEAR(randomisation_test({4, 1, {1, 2, 3, -4}}), 14.0 / 16, 0.01);
  // The exact test of McNemar: 9 against 2 is the binomial of 11, two-sided 0.0654.
  EXPECT_NEAR(randomisation_test({11, 1, {1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1}}), 0.0654, 0.006);
}

TEST(Randomisation, WithoutDifferenceNothingIsShown) {
  EXPECT_EQ(randomisation_test({5, 1, std::vector<double>(5, 0)}), 1);
  EXPECT_EQ(randomisation_test({0, 0, {}}), 1);
  EXPECT_EQ(randomisation_test({4, 1, {1, -1, 1, -1}}), 1);
}

TEST(Randomisation, TextsWithoutDifferenceChangeNothingAndSignsDoNotMatter) {
  const PairedDifferences some{6, 1, {1, 0.5, -0.25, 1, 1, 0.75}};
  PairedDifferences more = some, turned = some;
  more.texts = 9;
  more.values.insert(more.values.end(), {0, 0, 0});
  for (double& value : turned.values) value = -value;
  EXPECT_EQ(randomisation_test(some), randomisation_test(more));
  EXPECT_EQ(randomisation_test(some), randomisation_test(turned));
  EXPECT_EQ(randomisation_test(some, 5), randomisation_test(some, 5));
}

// Where two systems are alike, p below .05 comes in one of twenty comparisons at most, wherever the luck comes from.
// Without the luck of the seeds it would be more than half of them in the last mixture.
TEST(Randomisation, FalseFindingsAreRare) {
  constexpr int kSamples = 400;
  for (const MadeDifferences& made : kMixtures) {
    int found = 0;
    for (int sample = 0; sample < kSamples; ++sample) {
      found += randomisation_test(make_differences(made, static_cast<uint64_t>(sample)), 1, 500) < 0.05;
    }
    EXPECT_LE(found, 0.08 * kSamples) << made.of_texts << " " << made.of_seeds;
    EXPECT_GE(found, 0.005 * kSamples) << made.of_texts << " " << made.of_seeds;
  }
}

TEST(Randomisation, AClearDifferenceIsFound) {
  const MadeDifferences made{.mean = 0.2, .of_texts = 0.4, .of_seeds = 0.03, .of_both = 0.3};
  EXPECT_LT(randomisation_test(make_differences(made, 1)), 0.001);
}

}  // namespace
}  // namespace fovea::metrics
