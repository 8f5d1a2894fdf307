#include "audit/maps.h"

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

}  // namespace
}  // namespace fovea::audit
