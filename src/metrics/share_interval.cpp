#include "metrics/share_interval.h"

#include <algorithm>
#include <cmath>

namespace fovea::metrics {

Interval share_interval(const std::vector<double>& hits) {
  const auto [least, most] = std::minmax_element(hits.begin(), hits.end());
  if (hits.empty() || *least != *most) return bootstrap_mean(hits);
  constexpr double kTail = 0.025;
  const double bound = std::pow(kTail, 1 / static_cast<double>(hits.size()));  // p with pⁿ = the tail
  return *most > 0 ? Interval{bound, 1} : Interval{0, 1 - bound};
}

}  // namespace fovea::metrics
