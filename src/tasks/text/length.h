// How many epochs the amount of text asks for.
#pragma once

#include <cstdint>

#include "tasks/kind.h"

namespace fovea::tasks {

// For `texts` training texts of `tokens` tokens together, `usual` being right for a middling amount. Up to some four
// thousand short texts make so few steps an epoch that the usual epochs end before anything is learnt, and so small a
// validation part that three evaluations without a better score are chance: so there are epochs for 400 steps at least,
// and patience for a quarter of them. Of many texts fewer passes teach as much: no more epochs than make 2,200 steps,
// rounded up, or three. docs/accuracy.md has what was measured.
Length fitting_length(int64_t texts, int64_t tokens, const data::BatchOptions& batches, Length usual);

}  // namespace fovea::tasks
