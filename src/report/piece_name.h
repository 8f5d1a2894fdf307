// How a token is named where it stands alone, away from its text.
#pragma once

#include <string>

#include "tasks/answer.h"

namespace fovea::report {

// The token `at` of an answer, as it stands in the text; of a model that reads pieces of words, with a dot before one
// that goes on with the word of the token before ("un", "·forget", "·table").
std::string token_name(const tasks::Mechanism& mechanism, size_t at);

}  // namespace fovea::report
