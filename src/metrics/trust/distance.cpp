#include "metrics/trust/distance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

constexpr double kEpsilon = 1e-10;

// The logarithm of Σ exp over all but `left_out`; −∞ of nothing.
double log_sum(std::span<const double> logits, size_t left_out) {
  double highest = -std::numeric_limits<double>::infinity(), sum = 0;
  for (size_t i = 0; i < logits.size(); ++i)
    if (i != left_out) highest = std::max(highest, logits[i]);
  for (size_t i = 0; i < logits.size(); ++i)
    if (i != left_out) sum += std::exp(logits[i] - highest);
  return highest + std::log(sum);
}

}  // namespace

double total_variation(std::span<const double> p, std::span<const double> q) {
  FOVEA_CHECK(p.size() == q.size(), p.size(), q.size());
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) sum += std::abs(p[i] - q[i]);
  return std::min(1.0, sum / 2);
}

double kullback_leibler(std::span<const double> p, std::span<const double> q) {
  FOVEA_CHECK(p.size() == q.size(), p.size(), q.size());
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) sum += p[i] * std::log((p[i] + kEpsilon) / (q[i] + kEpsilon));
  return sum;
}

double jensen_shannon(std::span<const double> p, std::span<const double> q) {
  FOVEA_CHECK(p.size() == q.size(), p.size(), q.size());
  std::vector<double> middle(p.size());
  for (size_t i = 0; i < p.size(); ++i) middle[i] = (p[i] + q[i]) / 2;
  return std::clamp((kullback_leibler(p, middle) + kullback_leibler(q, middle)) / 2, 0.0, std::numbers::ln2);
}

std::vector<double> probabilities_of(std::span<const double> logits) {
  const double total = log_sum(logits, logits.size());
  std::vector<double> out;
  for (const double logit : logits) out.push_back(std::exp(logit - total));
  return out;
}

double log_odds(std::span<const double> logits, size_t c) {
  FOVEA_CHECK(c < logits.size() && logits.size() > 1, c, logits.size());
  return logits[c] - log_sum(logits, c);
}

}  // namespace fovea::metrics
