#include "metrics/paired.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/differences.h"

namespace fovea::metrics {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

// Three texts, two seeds, by hand: means of the seeds 1 and 2, mean 1.5; MS(seed) = 3 · (0.25 + 0.25) / 1 = 1.5;
// what is left is ±0.5, ∓0.5, 0: MS(text × seed) = (4 · 0.25) / 2 = 0.5; so (1.5 − 0.5) / 6.
TEST(Paired, SeedLuckByHand) {
  const PairedDifferences differences{3, 2, {1, 1, 1, 3, 1, 2}};
  EXPECT_THAT(differences.text_means(), ElementsAre(1, 2, 1.5));
  EXPECT_DOUBLE_EQ(differences.mean(), 1.5);
  const SeedLuck luck = seed_luck(differences);
  EXPECT_THAT(luck.error, DoubleNear(std::sqrt(1.0 / 6), 1e-12));
  EXPECT_EQ(luck.degrees, 1);
}

TEST(Paired, WithoutSeedsThatDifferThereIsNoLuckOfSeeds) {
  EXPECT_EQ(seed_luck({3, 1, {1, 0, -1}}).error, 0);
  EXPECT_EQ(seed_luck({3, 2, {1, 1, 0, 0, -1, -1}}).error, 0);
  EXPECT_EQ(seed_luck({0, 5, {}}).error, 0);
  EXPECT_EQ(SeedLuck{}.draw(1, 7), 0);
}

// The luck of the seeds is told from that of the texts: their error is about sd / √seeds, whatever the texts do.
TEST(Paired, FindsTheSpreadOfTheSeeds) {
  MadeDifferences made{.texts = 300, .seeds = 8, .of_texts = 1, .of_seeds = 0.4, .of_both = 0.5};
  double squares = 0;
  for (uint64_t sample = 0; sample < 200; ++sample) {
    const double error = seed_luck(make_differences(made, sample)).error;
    squares += error * error / 200;
  }
  EXPECT_NEAR(std::sqrt(squares), 0.4 / std::sqrt(8.0), 0.01);
}

// Quantiles of Student's t with 4 degrees: 97.5 % at 2.776, 75 % at 0.741.
TEST(Paired, DrawsAreStudents) {
  const SeedLuck luck{2, 4};
  std::vector<double> drawn;
  for (uint64_t i = 0; i < 40'000; ++i) drawn.push_back(luck.draw(11, i));
  std::sort(drawn.begin(), drawn.end());
  EXPECT_NEAR(drawn[39'000], 2 * 2.776, 0.2);
  EXPECT_NEAR(drawn[1'000], -2 * 2.776, 0.2);
  EXPECT_NEAR(drawn[30'000], 2 * 0.741, 0.04);
  EXPECT_EQ(luck.draw(11, 3), luck.draw(11, 3));
  EXPECT_NE(luck.draw(11, 3), luck.draw(12, 3));
}

}  // namespace
}  // namespace fovea::metrics
