#include "metrics/randomisation.h"

#include <cmath>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::metrics {

double randomisation_test(const PairedDifferences& differences, uint64_t seed, int draws) {
  FOVEA_CHECK(draws > 0, draws);
  std::vector<double> turned;  // texts without a difference stay 0 whichever sign they get
  for (const double value : differences.text_means()) {
    if (value != 0) turned.push_back(value);
  }
  const SeedLuck luck = seed_luck(differences);
  const double texts = static_cast<double>(differences.texts);
  double sum = 0, size = 0;
  for (const double value : turned) {
    sum += value;
    size += std::abs(value);
  }
  const double rounding = 1e-12 * size;  // equal sums in another order may differ by so much
  int as_far = 1;
  for (int draw = 0; draw < draws; ++draw) {
    const uint64_t base = stream_base({seed, Purpose::kRandomisation, static_cast<uint64_t>(draw)});
    double drawn = luck.draw(seed, static_cast<uint64_t>(draw)) * texts;
    uint64_t signs = 0;
    for (size_t i = 0; i < turned.size(); ++i) {
      if (i % 64 == 0) signs = random_bits(base, i / 64);
      drawn += (signs & 1) != 0 ? turned[i] : -turned[i];
      signs >>= 1;
    }
    as_far += std::abs(drawn) >= std::abs(sum) - rounding;
  }
  return static_cast<double>(as_far) / static_cast<double>(draws + 1);
}

}  // namespace fovea::metrics
