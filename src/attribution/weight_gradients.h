// Gradients of the answer by the weights of attention, the states as they are.
#pragma once

#include <span>
#include <vector>

#include "attribution/methods.h"
#include "attribution/text_subject.h"

namespace fovea::attribution {

enum class Times { kOne, kWeight };

// dp_c/da_i, or a_i · dp_c/da_i, summed over the looks; nothing is renormalised. Hierarchical: by the weight of a word
// in its text, as Subject::logits_under() reads it. Throws UserError where attention has no weights of words.
std::vector<Attribution> weight_gradients(TextSubject& subject, std::span<const Text> texts,
                                          std::span<const int64_t> towards, Times times);

}  // namespace fovea::attribution
