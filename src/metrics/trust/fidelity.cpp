#include "metrics/trust/fidelity.h"

#include <algorithm>

#include "base/errors.h"

namespace fovea::metrics {

double fidelity_drop(size_t n, size_t size, double alpha, double beta) {
  if (size == 0) return 0;
  return std::min(alpha, beta * static_cast<double>(n) / static_cast<double>(size));
}

double fidelity(bool right, std::span<const bool> right_without) {
  FOVEA_CHECK(!right_without.empty());
  const auto kept = std::count(right_without.begin(), right_without.end(), true);
  return (right ? 1 : 0) - static_cast<double>(kept) / static_cast<double>(right_without.size());
}

}  // namespace fovea::metrics
