#include "metrics/trust/erasure.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"

namespace fovea::metrics {

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

}  // namespace fovea::metrics
