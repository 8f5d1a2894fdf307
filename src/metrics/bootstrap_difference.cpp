#include "metrics/bootstrap_difference.h"

#include <algorithm>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::metrics {

Interval bootstrap_difference(const PairedDifferences& differences, uint64_t seed, int resamples, double level) {
  FOVEA_CHECK(resamples > 0, resamples);
  FOVEA_CHECK(level > 0 && level < 1, level);
  if (differences.values.empty()) return {};
  const std::vector<double> by_text = differences.text_means();
  const SeedLuck luck = seed_luck(differences);
  const size_t n = by_text.size();
  std::vector<double> means;
  means.reserve(static_cast<size_t>(resamples));
  for (int resample = 0; resample < resamples; ++resample) {
    const auto number = static_cast<uint64_t>(resample);
    const uint64_t base = stream_base({seed, Purpose::kBootstrap, number});
    double sum = 0;
    for (size_t i = 0; i < n; ++i) sum += by_text[uniform_below(base, i, n)];
    means.push_back(sum / static_cast<double>(n) + luck.draw(seed, number));
  }
  std::sort(means.begin(), means.end());
  const double tail = (1 - level) / 2;
  return {quantile(means, tail), quantile(means, 1 - tail)};
}

}  // namespace fovea::metrics
