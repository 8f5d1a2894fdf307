#include "audit/diagnosticity.h"

#include <gtest/gtest.h>

namespace fovea::audit {
namespace {

WordErasure with(std::vector<double> comprehensiveness, std::vector<double> sufficiency) {
  WordErasure out;
  out.comprehensiveness = out.comprehensiveness_odds = std::move(comprehensiveness);
  out.sufficiency = out.sufficiency_odds = std::move(sufficiency);
  return out;
}

// Map 0 is no part of it; of maps 1 and 2 against 3 and 4: text 0 all right, text 1 half of the pairs.
TEST(Diagnosticity, OfWordErasure) {
  const std::vector<WordErasure> maps = {with({-9, -9}, {9, 9}), with({3, 3}, {0, 0}), with({2, 0}, {0, 5}),
                                         with({1, 2}, {4, 4}), with({0, 1}, {3, 3})};
  const auto metrics = word_metrics(maps, {1, 2}, {3, 4});
  ASSERT_EQ(metrics.size(), 4U);
  EXPECT_EQ(metrics[0].right, (std::vector<double>{1, 0.5}));
  EXPECT_EQ(metrics[1].metric, "sufficiency");
  EXPECT_EQ(metrics[1].right, (std::vector<double>{1, 0.5}));
  const MetricSight sight = sight_of(metrics[0]);
  EXPECT_DOUBLE_EQ(sight.diagnosticity.mean, 0.75);
  EXPECT_FALSE(sight.blind);
  EXPECT_TRUE(sight_of(metrics[0], {1}).blind);
}

TEST(Diagnosticity, OfBoundsAndWeights) {
  Bounds bounds;
  bounds.lowest = bounds.highest = {0, 0};
  bounds.normalised = {{0.9, kNone}, {0.2, kNone}};
  const MetricTexts metric = bounds_metric(bounds, {0}, {1});
  EXPECT_EQ(metric.right[0], 1);
  EXPECT_TRUE(std::isnan(metric.right[1]));
  AttentionErasure erasure;
  erasure.removed = {std::vector<double>{0.1}, {0.2}, {1}, {0.5}};
  EXPECT_EQ(attention_metric(erasure).right, (std::vector<double>{0.5}));  // fewer is better: one of two
}

TEST(Diagnosticity, WithoutSensibleMapsAMetricIsBlind) {
  const auto metrics = word_metrics({with({1}, {1})}, {}, {0});
  EXPECT_TRUE(sight_of(metrics[0]).blind);
}

}  // namespace
}  // namespace fovea::audit
