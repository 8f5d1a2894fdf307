// A vocabulary and n-gram counts that grow: what a model knows already, and what new texts add.
#pragma once

#include <cstdint>
#include <vector>

#include "data/vocab/ngrams.h"
#include "data/vocab/vocabulary.h"

namespace fovea::data {

// The words of `known` keep their numbers, so that what is keyed by them stays true; those of `found` that are new
// follow in their order. Counts are summed.
Vocabulary grown_vocabulary(const Vocabulary& known, const Vocabulary& found);

// Counts of both, in `class_count` classes; known_classes[c] is the number that class c of `known` has now. Both must
// have the same longest n-gram. O(n).
NgramCounts grown_ngrams(const NgramCounts& known, const std::vector<int32_t>& known_classes, const NgramCounts& found,
                         int64_t class_count);

// What `known`, weights of the n-grams `known_keys`, says of those of `keys` (both rising), by the classes of now; 0
// for n-grams that it lacks. Mean and scale alone.
NgramWeights grown_weights(const NgramWeights& known, const std::vector<uint64_t>& known_keys,
                           const std::vector<int32_t>& known_classes, const std::vector<uint64_t>& keys,
                           int64_t class_count);

}  // namespace fovea::data
