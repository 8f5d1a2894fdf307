#include "metrics/trust/distance.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

using Values = std::vector<double>;

TEST(Distance, TotalVariationByHand) {
  EXPECT_DOUBLE_EQ(total_variation(Values{0.5, 0.3, 0.2}, Values{0.1, 0.3, 0.6}), 0.4);
  EXPECT_DOUBLE_EQ(total_variation(Values{1, 0}, Values{0, 1}), 1);
  EXPECT_DOUBLE_EQ(total_variation(Values{0.25, 0.75}, Values{0.25, 0.75}), 0);
}

// KL of (3/4, 1/4) to (1/2, 1/2): 3/4 ln 3/2 + 1/4 ln 1/2.
TEST(Distance, KullbackLeiblerByHandIsNotSymmetric) {
  const Values p = {0.75, 0.25}, q = {0.5, 0.5};
  EXPECT_NEAR(kullback_leibler(p, q), 0.75 * std::log(1.5) + 0.25 * std::log(0.5), 1e-9);
  EXPECT_NEAR(kullback_leibler(q, p), 0.5 * std::log(2.0 / 3) + 0.5 * std::log(2.0), 1e-9);
  EXPECT_TRUE(std::isfinite(kullback_leibler(Values{1, 0}, Values{0, 1})));
}

TEST(Distance, JensenShannonEndsAtLogTwo) {
  EXPECT_NEAR(jensen_shannon(Values{1, 0}, Values{0, 1}), std::numbers::ln2, 1e-9);
  EXPECT_NEAR(jensen_shannon(Values{0.2, 0.8}, Values{0.2, 0.8}), 0, 1e-12);
  const Values p = {0.7, 0.2, 0.1}, q = {0.1, 0.6, 0.3};
  EXPECT_DOUBLE_EQ(jensen_shannon(p, q), jensen_shannon(q, p));
  // By hand, with m = (0.4, 0.4, 0.2): half of each divergence to the middle.
  const double expected = 0.5 * (0.7 * std::log(0.7 / 0.4) + 0.2 * std::log(0.2 / 0.4) + 0.1 * std::log(0.1 / 0.2)) +
                          0.5 * (0.1 * std::log(0.1 / 0.4) + 0.6 * std::log(0.6 / 0.4) + 0.3 * std::log(0.3 / 0.2));
  EXPECT_NEAR(jensen_shannon(p, q), expected, 1e-9);
}

TEST(Distance, LogitsBecomeProbabilitiesAndOdds) {
  const Values logits = {1000 + std::log(1.0), 1000 + std::log(2.0), 1000 + std::log(5.0)};
  const Values p = probabilities_of(logits);
  EXPECT_NEAR(p[0], 0.125, 1e-12);
  EXPECT_NEAR(p[1], 0.25, 1e-12);
  EXPECT_NEAR(p[2], 0.625, 1e-12);
  EXPECT_NEAR(log_odds(logits, 2), std::log(5.0 / 3), 1e-12);
  EXPECT_NEAR(log_odds(Values{3, -1.5}, 0), 4.5, 1e-12);
  EXPECT_NEAR(log_odds(Values{80, 0}, 0), 80, 1e-12);  // where 1 − p is 0 in floating point
}

TEST(Distance, RefusesUnequalSizes) {
  EXPECT_THROW(total_variation(Values{1}, Values{0.5, 0.5}), InternalError);
  EXPECT_THROW(jensen_shannon(Values{1}, Values{0.5, 0.5}), InternalError);
  EXPECT_THROW(log_odds(Values{1, 2}, 2), InternalError);
}

}  // namespace
}  // namespace fovea::metrics
