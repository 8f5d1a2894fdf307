// Every draw is a function of seed, resample and position, so the interval depends on nothing else.
#include "metrics/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::metrics {

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const size_t below = static_cast<size_t>(std::floor(place));
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

Interval bootstrap_mean(const std::vector<double>& values, uint64_t seed, int resamples, double level) {
  FOVEA_CHECK(resamples > 0, resamples);
  FOVEA_CHECK(level > 0 && level < 1, level);
  if (values.empty()) return {};
  const size_t n = values.size();
  std::vector<double> means;
  means.reserve(static_cast<size_t>(resamples));
  for (int resample = 0; resample < resamples; ++resample) {
    const uint64_t base = stream_base({seed, Purpose::kBootstrap, static_cast<uint64_t>(resample)});
    double sum = 0;
    for (size_t i = 0; i < n; ++i) sum += values[uniform_below(base, i, n)];
    means.push_back(sum / static_cast<double>(n));
  }
  std::sort(means.begin(), means.end());
  const double tail = (1 - level) / 2;
  return {quantile(means, tail), quantile(means, 1 - tail)};
}

}  // namespace fovea::metrics
