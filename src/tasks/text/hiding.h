// Training data of which words are masked for good, and texts asked about with the same words masked: for trainings
// that shall learn without what a map names.
#pragma once

#include <span>
#include <vector>

#include "tasks/kind.h"
#include "tasks/text/data.h"

namespace fovea::tasks {

// `data` with the unknown word at the positions `taught` of its training texts, [text], and `chosen_by` of its
// validation texts; n-grams are counted and weighed anew. Without test rows. Not for several labels per text.
TextData hide_words(const TextData& data, const HiddenParts& taught, const HiddenParts& chosen_by);

// Refers to `data`.
std::unique_ptr<Hiding> hiding_of(const TextData& data);

}  // namespace fovea::tasks
