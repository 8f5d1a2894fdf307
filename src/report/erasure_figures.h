// The charts of erasing words: curves by share of the words, and where each map stands between the worst and the best
// order. For the model itself and for its twin that was trained with masks.
#pragma once

#include <string>

#include "audit/result.h"

namespace fovea::report {

// Three figures. nouns: of the inputs and parts. `where`: "" or where it was measured, such as " on the twin trained
// with masks".
std::string erasure_figures(const audit::PartErasureResult& erasure, const attribution::Nouns& nouns,
                            const std::string& where = "");

}  // namespace fovea::report
