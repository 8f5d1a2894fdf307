// Training with words masked, so that a model has seen texts that lack some: what asking it about erased words needs.
#pragma once

#include <cstdint>
#include <span>

#include "data/batches/texts.h"
#include "tasks/kind.h"

namespace fovea::tasks {

// The texts `examples` of a step, words masked by the unknown word. What is drawn for a word depends on the seed, the
// step, the place of its text in the step and its own in the text alone.
data::EncodedTexts mask_words(const data::EncodedTexts& texts, std::span<const int64_t> examples,
                              const Masking& options, uint64_t seed, uint64_t step);

}  // namespace fovea::tasks
