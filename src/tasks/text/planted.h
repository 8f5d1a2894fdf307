// Training data in which made-up words decide the label: a model trained on it must look at them, so that a map of its
// words can be checked against the truth (after Bastings et al. 2022, one-token shortcuts).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tasks/text/data.h"

namespace fovea::tasks {

struct PlantedData {
  TextData data;               // without test rows
  std::vector<int32_t> words;  // [C] the number of the word of each class
};

// Half of the texts get the word of a class drawn at random, at a place drawn at random, and that class as their label,
// whatever they say; the other half stays as it is. So neither what a text says nor that a word is missing decides
// where one is planted. Not for several labels per text.
PlantedData plant(const TextData& data, uint64_t seed);

// A text as `ids` and the first words of its sentences, with `word` before position `at`, 0 … n.
void plant_word(std::vector<int32_t>& ids, std::vector<int32_t>& sentence_starts, int32_t word, int64_t at);

}  // namespace fovea::tasks
