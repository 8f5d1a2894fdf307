#include "metrics/calibration.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

constexpr size_t kBins = 15;
constexpr double kLowest = 0.1, kHighest = 10;
constexpr int kSteps = 40;  // of the golden section: the interval of log T shrinks to 1e-8

double cross_entropy(std::span<const double> logits, std::span<const int32_t> truth, double temperature) {
  const size_t classes = logits.size() / truth.size();
  double sum = 0;
  for (size_t i = 0; i < truth.size(); ++i) {
    const double* row = logits.data() + i * classes;
    const double largest = *std::max_element(row, row + classes);
    double total = 0;
    for (size_t c = 0; c < classes; ++c) total += std::exp((row[c] - largest) / temperature);
    sum += std::log(total) - (row[truth[i]] - largest) / temperature;
  }
  return sum;
}

}  // namespace

double expected_calibration_error(std::span<const double> confidence, std::span<const double> right) {
  FOVEA_CHECK(confidence.size() == right.size(), confidence.size(), right.size());
  double gap[kBins] = {};
  for (size_t i = 0; i < confidence.size(); ++i) {
    const double bin = std::clamp(confidence[i], 0.0, 1.0) * kBins;
    gap[std::min(static_cast<size_t>(bin), kBins - 1)] += confidence[i] - right[i];
  }
  double sum = 0;
  for (const double one : gap) sum += std::abs(one);
  return confidence.empty() ? 0 : sum / static_cast<double>(confidence.size());
}

// Cross-entropy is convex in 1 / T, so it has one valley in log T too.
double fit_temperature(std::span<const double> logits, std::span<const int32_t> truth) {
  FOVEA_CHECK(!truth.empty() && logits.size() % truth.size() == 0, logits.size(), truth.size());
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double low = std::log(kLowest), high = std::log(kHighest);
  const auto value = [&](double log_temperature) { return cross_entropy(logits, truth, std::exp(log_temperature)); };
  double left = high - golden * (high - low), right = low + golden * (high - low);
  double at_left = value(left), at_right = value(right);
  for (int step = 0; step < kSteps; ++step) {
    if (at_left <= at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - golden * (high - low);
      at_left = value(left);
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + golden * (high - low);
      at_right = value(right);
    }
  }
  return std::exp((low + high) / 2);
}

}  // namespace fovea::metrics
