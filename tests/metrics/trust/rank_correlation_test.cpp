#include "metrics/trust/rank_correlation.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace fovea::metrics {
namespace {

using Values = std::vector<double>;

// 1 2 3 4 against 1 3 2 4: five pairs agree, one does not. Of 24 orders one has no pair out of order and three have
// one: p = 2 · 4/24.
TEST(RankCorrelation, ByHand) {
  const auto tau = kendall_tau(Values{1, 2, 3, 4}, Values{1, 3, 2, 4});
  ASSERT_TRUE(tau);
  EXPECT_NEAR(tau->tau, 4.0 / 6, 1e-12);
  EXPECT_NEAR(tau->p, 1.0 / 3, 1e-12);
}

// Pairs of (1,1) (1,2) (2,2) (3,1): tied in the first only: one; in the second only: two; agreeing one, against two.
TEST(RankCorrelation, TiesInOneListOnlyCountInItsFactor) {
  const auto tau = kendall_tau(Values{1, 1, 2, 3}, Values{1, 2, 2, 1});
  ASSERT_TRUE(tau);
  EXPECT_NEAR(tau->tau, (1 - 2) / std::sqrt((1 + 2 + 1) * (1 + 2 + 2)), 1e-12);
}

TEST(RankCorrelation, EndsAndSymmetry) {
  const Values up = {0.1, 0.2, 0.5, 0.9, 1.5}, down = {5, 4, 3, 2, 1}, mixed = {2, 5, 1, 4, 3};
  EXPECT_DOUBLE_EQ(kendall_tau(up, up)->tau, 1);
  EXPECT_DOUBLE_EQ(kendall_tau(up, down)->tau, -1);
  EXPECT_NEAR(kendall_tau(up, down)->p, 2.0 / 120, 1e-12);
  EXPECT_DOUBLE_EQ(kendall_tau(up, mixed)->tau, kendall_tau(mixed, up)->tau);
}

TEST(RankCorrelation, NoneWithoutAnOrder) {
  EXPECT_FALSE(kendall_tau(Values{}, Values{}));
  EXPECT_FALSE(kendall_tau(Values{1}, Values{2}));
  EXPECT_FALSE(kendall_tau(Values{1, 2, 3}, Values{4, 4, 4}));
  EXPECT_TRUE(kendall_tau(Values{1, 2}, Values{4, 3}));
}

// Beside the exact p of 33 values the approximation's of 34 is near; both are uniform where nothing is related.
TEST(RankCorrelation, PIsBelowFiveHundredthsAsOftenAsItSays) {
  int below = 0;
  for (uint64_t sample = 0; sample < 1000; ++sample) {
    const uint64_t base = stream_base({11, Purpose::kTest, sample});
    Values a, b;
    for (uint64_t i = 0; i < 19 + sample % 30; ++i) {
      a.push_back(uniform(base, 2 * i));
      b.push_back(uniform(base, 2 * i + 1));
    }
    below += kendall_tau(a, b)->p < 0.05;
  }
  EXPECT_GT(below, 30);
  EXPECT_LT(below, 70);
}

TEST(RankCorrelation, OfTheTopOnly) {
  const Values a = {0.5, 0.3, 0.1, 0.05, 0.05}, b = {3, 2, 1, 9, 8};
  EXPECT_DOUBLE_EQ(kendall_tau_top(a, b, 3)->tau, 1);
  EXPECT_LT(kendall_tau_top(a, b, 5)->tau, 0);
  EXPECT_EQ(kendall_tau_top(a, b, 9)->tau, kendall_tau(a, b)->tau);
  EXPECT_FALSE(kendall_tau_top(a, b, 1));
}

}  // namespace
}  // namespace fovea::metrics
