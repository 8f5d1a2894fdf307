#include "metrics/paired.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::metrics {

std::vector<double> PairedDifferences::text_means() const {
  FOVEA_CHECK(values.size() == texts * seeds, values.size(), texts, seeds);
  std::vector<double> means(texts, 0);
  for (size_t text = 0; text < texts; ++text) {
    for (size_t seed = 0; seed < seeds; ++seed) means[text] += values[text * seeds + seed];
    means[text] /= static_cast<double>(seeds);
  }
  return means;
}

double PairedDifferences::mean() const {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

double SeedLuck::draw(uint64_t seed, uint64_t draw) const {
  if (error == 0) return 0;
  const uint64_t base = stream_base({seed, Purpose::kSeedLuck, draw});
  const double freedom = degrees, u = 1 - uniform(base, 0);  // in (0, 1]
  return error * std::sqrt(freedom * (std::pow(u, -2 / freedom) - 1)) *
         std::cos(2 * std::numbers::pi * uniform(base, 1));
}

SeedLuck seed_luck(const PairedDifferences& differences) {
  const size_t texts = differences.texts, seeds = differences.seeds;
  if (seeds < 2 || texts < 2) return {};
  const std::vector<double> by_text = differences.text_means();
  std::vector<double> by_seed(seeds, 0);
  for (size_t text = 0; text < texts; ++text) {
    for (size_t seed = 0; seed < seeds; ++seed) by_seed[seed] += differences.values[text * seeds + seed];
  }
  for (double& mean : by_seed) mean /= static_cast<double>(texts);
  const double mean = differences.mean();
  double between_seeds = 0, rest = 0;
  for (const double one : by_seed) between_seeds += (one - mean) * (one - mean);
  for (size_t text = 0; text < texts; ++text) {
    for (size_t seed = 0; seed < seeds; ++seed) {
      const double left = differences.values[text * seeds + seed] - by_text[text] - by_seed[seed] + mean;
      rest += left * left;
    }
  }
  const double seed_degrees = static_cast<double>(seeds - 1);
  const double seed_square = between_seeds * static_cast<double>(texts) / seed_degrees;
  const double rest_square = rest / (seed_degrees * static_cast<double>(texts - 1));
  const double excess = std::max(0.0, seed_square - rest_square);
  return {std::sqrt(excess / static_cast<double>(texts * seeds)), static_cast<int>(seeds) - 1};
}

}  // namespace fovea::metrics
