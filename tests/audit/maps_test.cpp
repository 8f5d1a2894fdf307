#include "audit/maps.h"

#include <cmath>

#include <gtest/gtest.h>

namespace fovea::audit {
namespace {

using attribution::Method;

Map map_of(const char* name, std::vector<std::vector<double>> scores, std::optional<Method> method = {}) {
  return {name, MapKind::kAttribution, std::move(scores), method};
}

TEST(Agreement, AveragesTextsAndLeavesOutThoseWithoutAnOrder) {
  const std::vector<Map> maps = {
      map_of("attention", {{1, 2, 3}, {1, 2, 3}, {1, 1, 1}}, Method::kAttention),
      map_of("gradient", {{1, 2, 3}, {1, 3, 2}, {1, 2, 3}}, Method::kGradient),
      map_of("loo-distance", {{3, 2, 1}, {3, 2, 1}, {3, 2, 1}}, Method::kLeaveOneOutDistance)};
  const Agreement agreement = agreement_of(maps);
  ASSERT_EQ(agreement.pairs.size(), 3U);
  EXPECT_EQ(agreement.top, 10);
  EXPECT_EQ(agreement.pairs[0].second, "gradient");
  EXPECT_EQ(agreement.pairs[0].tau.n, 2);
  EXPECT_NEAR(agreement.pairs[0].tau.mean, (1 + 1.0 / 3) / 2, 1e-12);
  EXPECT_NEAR(agreement.pairs[1].tau.mean, -1, 1e-12);
  EXPECT_EQ(agreement.pairs[2].first, "gradient");
  EXPECT_EQ(agreement.pairs[2].second, "loo-distance");
  EXPECT_EQ(agreement.pairs[2].first_method, Method::kGradient);
  EXPECT_EQ(agreement.pairs[2].tau.n, 3);
  EXPECT_EQ(agreement.pairs[0].significant.mean, 0);  // no order of three words is beyond luck
}

TEST(Agreement, OfTheTopIsByTheFirstMap) {
  std::vector<double> attention, other;
  for (int i = 0; i < 40; ++i) {
    attention.push_back(i < 10 ? 100 - i : i);
    other.push_back(i < 10 ? 10 - i : 1000 - i);
  }
  const Agreement agreement = agreement_of({map_of("attention", {attention}), map_of("other", {other})});
  EXPECT_NEAR(agreement.pairs[0].tau_top.mean, 1, 1e-12);
  EXPECT_LT(agreement.pairs[0].tau.mean, 0);
  EXPECT_EQ(agreement.pairs[0].significant.mean, 1);
}

// A map turned round is another map, and one of the same order is the same, whatever its scores.
TEST(SameOrder, CountsOrderAndSignAndNothingElse) {
  const Scores map = {{0.5, 0.2, 0.3}, {0.9, 0.1}};
  Scores turned = map, powers = map, rounded = map, other = map;
  for (auto* changed : {&turned, &powers})
    for (auto& scores : *changed)
      for (double& score : scores) score = changed == &turned ? -score : std::pow(score, 5);
  rounded[0][1] += 4e-7;
  std::swap(other[0][1], other[0][2]);
  EXPECT_TRUE(same_order(map, map));
  EXPECT_TRUE(same_order(powers, map));
  EXPECT_TRUE(same_order(rounded, map));
  EXPECT_FALSE(same_order(turned, map));
  EXPECT_FALSE(same_order(other, map));
  EXPECT_FALSE(same_order({{1, 1, 1}, {1, 1}}, map)) << "a constant map has no order";
}

}  // namespace
}  // namespace fovea::audit
