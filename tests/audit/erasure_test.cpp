#include "audit/erasure.h"

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

std::vector<double> noise(uint64_t draw, size_t map, size_t texts, double mean = 0.5) {
  const uint64_t base = stream_base({draw, Purpose::kTest, map});
  std::vector<double> values;
  for (size_t i = 0; i < texts; ++i) values.push_back(mean + uniform(base, i) - 0.5);
  return values;
}

// Eight methods that are as good as the map: the one that happens to do best on these texts is no better on others. In
// the mean of 200 draws nothing counts against the map, while the best on all texts would by a tenth.
TEST(BesideBest, TheLuckOfTheWinnerDoesNotCount) {
  double sum = 0, sum_of_lucky = 0;
  for (uint64_t draw = 0; draw < 200; ++draw) {
    const std::vector<double> audited = noise(draw, 0, 40);
    std::vector<Scored> others;
    double lucky = 1;
    for (size_t map = 1; map <= 8; ++map) {
      others.push_back({"method " + std::to_string(map), noise(draw, map, 40)});
      lucky = std::min(lucky, number_of(difference_of(audited, others.back().values)).mean);
    }
    const auto beside = beside_best(audited, others, draw);
    ASSERT_TRUE(beside);
    EXPECT_EQ(beside->difference.n, 40);
    sum += beside->difference.mean;
    sum_of_lucky += lucky;
  }
  EXPECT_NEAR(sum / 200, 0, 0.015);  // three standard errors
  EXPECT_LT(sum_of_lucky / 200, -0.05);
}

TEST(BesideBest, ABetterMethodIsFoundByBothHalves) {
  const std::vector<double> audited = noise(1, 0, 60);
  const auto beside = beside_best(audited, {{"poor", noise(1, 1, 60)}, {"good", noise(1, 2, 60, 0.9)}}, 7);
  ASSERT_TRUE(beside);
  EXPECT_EQ(beside->best, "good");
  EXPECT_TRUE(beside->difference.below(-0.2));
}

// Each of two is best on some texts only; what is compared with a text was chosen on others.
TEST(BesideBest, WhereTheHalvesDisagreeBothAreNamed) {
  bool named_both = false;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto beside = beside_best(noise(2, 0, 30), {{"a", noise(2, 1, 30)}, {"b", noise(2, 2, 30)}}, seed);
    named_both |= beside->best == "a or b" || beside->best == "b or a";
  }
  EXPECT_TRUE(named_both);
}

TEST(BesideBest, TextsWithoutAValueAreLeftOut) {
  EXPECT_FALSE(beside_best({0.5, 0.6}, {}, 1));
  EXPECT_FALSE(beside_best({0.5, 0.6}, {{"none", {kNone, kNone}}}, 1));
  const auto beside = beside_best({0.5, 0.6, kNone}, {{"some", {0.5, kNone, 0.1}}}, 1);
  ASSERT_TRUE(beside);
  EXPECT_EQ(beside->best, "some");
  EXPECT_EQ(beside->difference.n, 1);
  EXPECT_DOUBLE_EQ(beside->difference.mean, 0);
}

PartErasure with(std::vector<double> comprehensiveness, std::vector<double> sufficiency) {
  PartErasure out;
  out.comprehensiveness = out.comprehensiveness_odds = std::move(comprehensiveness);
  out.sufficiency = out.sufficiency_odds = std::move(sufficiency);
  return out;
}

// Map 0 is no part of it; of maps 1 and 2 against 3 and 4: text 0 all right, text 1 half of the pairs.
TEST(Diagnosticity, OfWordErasure) {
  const std::vector<PartErasure> maps = {with({-9, -9}, {9, 9}), with({3, 3}, {0, 0}), with({2, 0}, {0, 5}),
                                         with({1, 2}, {4, 4}), with({0, 1}, {3, 3})};
  const auto metrics = part_metrics(maps, {1, 2}, {3, 4});
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
  const MetricValues metric = bounds_metric(bounds, {0}, {1});
  EXPECT_EQ(metric.right[0], 1);
  EXPECT_TRUE(std::isnan(metric.right[1]));
  AttentionErasure erasure;
  erasure.removed = {std::vector<double>{0.1}, {0.2}, {1}, {0.5}};
  EXPECT_EQ(attention_metric(erasure).right, (std::vector<double>{0.5}));  // fewer is better: one of two
}

TEST(Diagnosticity, WithoutSensibleMapsAMetricIsBlind) {
  const auto metrics = part_metrics({with({1}, {1})}, {}, {0});
  EXPECT_TRUE(sight_of(metrics[0]).blind);
}

}  // namespace
}  // namespace fovea::audit
