// Outputs of a model drawn by chance, each symbol by its probability.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tasks/decoding/next_symbols.h"
#include "tasks/decoding/outputs.h"

namespace fovea::tasks::decoding {

struct SampleOptions {
  OutputRules rules;
  int64_t samples = 1;     // per input, ≥ 1
  double temperature = 1;  // > 0: p^(1/temperature), made to sum to 1 again; below 1 the probable become more so
  int64_t top = 0;         // of the so many most probable symbols alone (Fan, Lewis & Dauphin 2018); 0: of all
  uint64_t seed = 1;
};

// parts, numbers [B]: of each input how many parts it has, and a number that names it among all inputs that there are.
// → by input its samples in the order in which they are drawn; two may be equal. A symbol is a pure function of the
// model's probabilities, the seed, the input's number, the sample's own and the step; so neither the inputs beside it
// nor how many samples are drawn change it. It asks at most samples · B rows at a time.
std::vector<std::vector<Hypothesis>> sample(NextSymbols& model, std::span<const int64_t> parts,
                                            std::span<const uint64_t> numbers, const SampleOptions& options);

}  // namespace fovea::tasks::decoding
