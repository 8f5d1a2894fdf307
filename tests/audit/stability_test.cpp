#include "audit/stability.h"

#include <cmath>

#include <gtest/gtest.h>

namespace fovea::audit {
namespace {

TEST(Stability, IsTheMeanDistanceOfPairs) {
  const std::vector<Training> same = {{{{1, 0}, {0.5, 0.5}}, {1, 0}}, {{{1, 0}, {0.5, 0.5}}, {1, 0}}};
  EXPECT_EQ(stability_of(same).distance.mean, 0);
  const std::vector<Training> apart = {{{{1, 0}}, {1}}, {{{0, 1}}, {1}}, {{{0, 1}}, {1}}};
  const SeedStability stability = stability_of(apart);
  EXPECT_EQ(stability.seeds, 3);
  EXPECT_NEAR(stability.distance.mean, std::log(2.0) * 2 / 3, 1e-6);
}

TEST(Stability, LeavesOutTrainingsThatAreNotAsGood) {
  const std::vector<double> good(100, 1), bad(100, 0);
  const std::vector<Weights> one(100, {1, 0}), other(100, {0, 1});
  const SeedStability stability = stability_of({{one, good}, {other, bad}, {one, good}});
  EXPECT_EQ(stability.trained, 3);
  EXPECT_EQ(stability.seeds, 2);
  EXPECT_EQ(stability.distance.mean, 0);
  EXPECT_EQ(stability.accuracies, (std::vector<double>{1, 0, 1}));
}

TEST(Stability, TheGapIsPairedByText) {
  const std::vector<Training> learned = {{{}, {1, 1, 0, 1}}, {{}, {1, 0, 0, 1}}}, even = {{{}, {1, 0, 0, 0}}};
  const Number gap = gap_of(learned, even);
  EXPECT_DOUBLE_EQ(gap.mean, (0 + 0.5 + 0 + 1) / 4);
  EXPECT_EQ(gap.n, 4);
}

TEST(Stability, WithoutLabelsThereIsNoGap) {
  const std::vector<Training> unknown = {{{}, {kNone, kNone}}};
  EXPECT_EQ(gap_of(unknown, unknown).n, 0);
}

}  // namespace
}  // namespace fovea::audit
