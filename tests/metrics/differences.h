// Made-up differences of two systems, with the luck of texts, of seeds and of both as large as wanted.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "base/random.h"
#include "metrics/paired.h"

namespace fovea::metrics {

struct MadeDifferences {
  size_t texts = 200, seeds = 5;
  double mean = 0, of_texts = 0, of_seeds = 0, of_both = 0;  // standard deviations
};

// The `number`-th sample of such differences.
inline PairedDifferences make_differences(const MadeDifferences& made, uint64_t number) {
  const uint64_t base = stream_base({2718, Purpose::kTest, number});
  uint64_t at = 0;
  const auto normal = [&] {  // Box & Muller 1958
    const double u = 1 - uniform(base, at++), v = uniform(base, at++);
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
  };
  PairedDifferences out{made.texts, made.seeds, {}};
  std::vector<double> of_seed;
  for (size_t seed = 0; seed < made.seeds; ++seed) of_seed.push_back(made.of_seeds * normal());
  for (size_t text = 0; text < made.texts; ++text) {
    const double of_text = made.of_texts * normal();
    for (size_t seed = 0; seed < made.seeds; ++seed) {
      out.values.push_back(made.mean + of_text + of_seed[seed] + made.of_both * normal());
    }
  }
  return out;
}

// Where the luck comes from, in four mixtures.
inline const MadeDifferences kMixtures[] = {
    {.of_texts = 0.5},
    {.of_texts = 0.1, .of_both = 0.4},
    {.of_texts = 0.4, .of_seeds = 0.03, .of_both = 0.3},
    {.of_texts = 0.1, .of_seeds = 0.2, .of_both = 0.3},
};

}  // namespace fovea::metrics
