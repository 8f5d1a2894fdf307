// What the answer loses with each word: the word is deleted, and the rest is read again.
#pragma once

#include <span>
#include <vector>

#include "attribution/methods.h"
#include "attribution/subject.h"

namespace fovea::attribution {

enum class Loss {
  kSigned,    // p(c | x) − p(c | x without i)
  kDistance,  // ½ Σ_y |p(y | x) − p(y | x without i)|
};

// n passes of n − 1 words for each text, in batches. A text of one word is left with none, which the label shares
// answer.
std::vector<Attribution> leave_one_out(Subject& subject, std::span<const Text> texts, std::span<const int64_t> towards,
                                       Loss loss);

}  // namespace fovea::attribution
