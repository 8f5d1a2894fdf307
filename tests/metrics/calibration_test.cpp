#include "metrics/calibration.h"

#include <cmath>

#include <gtest/gtest.h>

namespace fovea::metrics {
namespace {

TEST(Calibration, ErrorByHand) {
  // Bins of a fifteenth: 0.91 and 0.92 share one, 0.55 and 0.99 have their own.
  const std::vector<double> confidence = {0.91, 0.92, 0.55, 0.99}, right = {1, 0, 1, 1};
  EXPECT_NEAR(expected_calibration_error(confidence, right), (0.83 + 0.45 + 0.01) / 4, 1e-12);
  EXPECT_EQ(expected_calibration_error({}, {}), 0);
  EXPECT_NEAR(expected_calibration_error(std::vector<double>{1.0, 0.0}, std::vector<double>{1, 0}), 0, 1e-12);
}

// Three of four rows are right with the same margin m: least where the probability is 3/4, m / T = log 3.
TEST(Calibration, TheTemperatureMakesConfidenceTheShareOfRightAnswers) {
  for (const double margin : {0.3, 1.7, 6.0}) {
    const std::vector<double> logits = {margin, 0, 0, margin, margin + 5, 5, margin - 2, -2};
    const std::vector<int32_t> truth = {0, 1, 0, 1};
    EXPECT_NEAR(fit_temperature(logits, truth), margin / std::log(3.0), 1e-5) << margin;
  }
}

TEST(Calibration, TheTemperatureStaysWithinBounds) {
  const std::vector<double> logits = {1, 0, 0, 1};
  EXPECT_NEAR(fit_temperature(logits, std::vector<int32_t>{0, 1}), 0.1, 1e-6) << "all right";
  EXPECT_NEAR(fit_temperature(logits, std::vector<int32_t>{1, 0}), 10, 1e-4) << "all wrong";
}

}  // namespace
}  // namespace fovea::metrics
