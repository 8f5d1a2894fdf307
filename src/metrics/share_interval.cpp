#include "metrics/share_interval.h"

#include <algorithm>
#include <cmath>

namespace fovea::metrics {
namespace {

// Of `trials` at least `hits`, where each is one with probability `p` in (0, 1).
double at_least(int64_t hits, int64_t trials, double p) {
  double sum = 0;
  const auto n = static_cast<double>(trials);
  for (int64_t k = hits; k <= trials; ++k) {
    const auto x = static_cast<double>(k);
    const double ways = std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1);
    sum += std::exp(ways + x * std::log(p) + (n - x) * std::log1p(-p));
  }
  return sum;
}

// Where the rising `tail` comes to 2.5 %.
template <typename Tail>
double where(const Tail& tail) {
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (tail(middle) < 0.025 ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

Interval share_interval(const std::vector<double>& hits) {
  const auto [least, most] = std::minmax_element(hits.begin(), hits.end());
  if (hits.empty() || *least != *most) return bootstrap_mean(hits);
  constexpr double kTail = 0.025;
  const double bound = std::pow(kTail, 1 / static_cast<double>(hits.size()));  // p with pⁿ = the tail
  return *most > 0 ? Interval{bound, 1} : Interval{0, 1 - bound};
}

Interval exact_share_interval(int64_t hits, int64_t trials) {
  Interval out{0, 1};
  if (hits > 0) out.low = where([&](double p) { return at_least(hits, trials, p); });
  const int64_t misses = trials - hits;
  if (misses > 0) out.high = 1 - where([&](double q) { return at_least(misses, trials, q); });
  return out;
}

}  // namespace fovea::metrics
