// The outcome of `fovea compare` for people, 80 columns, and as JSON.
#pragma once

#include <string>

#include "base/json.h"
#include "draw/terminal.h"
#include "study/comparison.h"

namespace fovea::report {

std::string comparison_text(const study::Comparison& comparison, const draw::Style& style);
Json comparison_json(const study::Comparison& comparison);

}  // namespace fovea::report
