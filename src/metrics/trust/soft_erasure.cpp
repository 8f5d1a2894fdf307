#include "metrics/trust/soft_erasure.h"

#include <algorithm>

namespace fovea::metrics {
namespace {

constexpr double kNothingToLose = 1e-4;

}  // namespace

std::vector<double> scaled_to_one(std::span<const double> scores) {
  if (scores.empty()) return {};
  const auto [low, high] = std::minmax_element(scores.begin(), scores.end());
  std::vector<double> out;
  for (const double score : scores) out.push_back(*high > *low ? (score - *low) / (*high - *low) : 0.5);
  return out;
}

std::optional<double> soft_comprehensiveness(double whole, double nothing, double softened) {
  const double most = whole - nothing;  // 1 − S(0)
  if (most < kNothingToLose) return std::nullopt;
  return std::clamp((whole - softened) / most, 0.0, 1.0);
}

std::optional<double> soft_sufficiency(double whole, double nothing, double softened) {
  const double most = whole - nothing;
  if (most < kNothingToLose) return std::nullopt;
  // S(x') − S(0) is the loss of nothing less the loss of what is left, and no loss is below 0.
  return std::clamp((most - std::max(0.0, whole - softened)) / most, 0.0, 1.0);
}

}  // namespace fovea::metrics
