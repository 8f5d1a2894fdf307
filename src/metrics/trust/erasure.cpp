#include "metrics/trust/erasure.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

constexpr double kNothingToLose = 1e-4;  // of a probability, by soft erasure

}  // namespace

std::array<size_t, 5> erasure_counts(size_t n) {
  std::array<size_t, 5> counts{};
  for (size_t i = 0; i < counts.size(); ++i) {
    // .05 × 20 is a little more than 1 in binary; without the slack it would be 2.
    counts[i] = std::min(n, static_cast<size_t>(std::ceil(kErasureShares[i] * static_cast<double>(n) - 1e-9)));
  }
  return counts;
}

double aopc(std::span<const double> values, const std::array<size_t, 5>& counts) {
  FOVEA_CHECK(values.size() == counts.size(), values.size());
  double sum = 0;
  int bins = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (i > 0 && counts[i] == counts[i - 1]) continue;
    sum += values[i];
    ++bins;
  }
  return sum / bins;
}

std::optional<double> normalised_aopc(double value, double lowest, double highest) {
  constexpr double kNothing = 1e-6;
  if (highest - lowest < kNothing) return std::nullopt;
  return (value - lowest) / (highest - lowest);
}

double flip_fraction(size_t removed, size_t n) {
  FOVEA_CHECK(n > 0 && removed <= n, removed, n);
  return removed == 0 ? 1 : static_cast<double>(removed) / static_cast<double>(n);
}

std::optional<double> diagnosticity(std::span<const double> scores, std::span<const double> random, Better better) {
  if (scores.empty() || random.empty()) return std::nullopt;
  double right = 0;
  for (const double score : scores) {
    for (const double other : random) {
      const double ahead = better == Better::kHigher ? score - other : other - score;
      right += ahead > 0 ? 1 : ahead == 0 ? 0.5 : 0;
    }
  }
  return right / static_cast<double>(scores.size() * random.size());
}

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

RoarAreas roar_areas(std::span<const double> map, std::span<const double> random) {
  FOVEA_CHECK(map.size() == random.size() && map.size() > 1, map.size(), random.size());
  const double step = 1 / static_cast<double>(map.size() - 1);
  RoarAreas out;
  for (size_t k = 0; k + 1 < map.size(); ++k) {
    out.gained += step * ((random[k] - map[k]) + (random[k + 1] - map[k + 1])) / 2;
    out.possible += step * ((random[k] - random.back()) + (random[k + 1] - random.back())) / 2;
  }
  return out;
}

std::optional<double> racu(const RoarAreas& areas) {
  if (areas.possible <= 0) return std::nullopt;
  return std::clamp(areas.gained / areas.possible, -1.0, 1.0);
}

}  // namespace fovea::metrics
