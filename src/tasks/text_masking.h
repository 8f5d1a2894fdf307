// Training with words masked, so that a model has seen texts that lack some: what asking it about erased words needs.
#pragma once

#include <cstdint>
#include <span>

#include "base/json.h"
#include "data/batches/texts.h"

namespace fovea::tasks {

struct MaskingOptions {
  double texts = 0;  // share of the texts of a step in which words are masked; 0: none
  double most = 1;   // a word of such a text is masked with probability u, drawn for each text evenly from [0, most]

  Json to_json() const { return {{"texts", texts}, {"most", most}}; }
};

// The texts `examples` of a step, words masked by the unknown word. What is drawn depends on the seed, the step and the
// place in the step alone.
data::EncodedTexts mask_words(const data::EncodedTexts& texts, std::span<const int64_t> examples,
                              const MaskingOptions& options, uint64_t seed, uint64_t step);

}  // namespace fovea::tasks
