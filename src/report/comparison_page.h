// The page of `fovea compare --html`: one self-contained file without a script, no network, strict content policy.
#pragma once

#include <string>

#include "study/comparison.h"

namespace fovea::report {

std::string comparison_page(const study::Comparison& comparison, const std::string& version);

}  // namespace fovea::report
