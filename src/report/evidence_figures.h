// The charts of an audit beside those of erasing words, each with its reading and its numbers.
#pragma once

#include <string>

#include "audit/result.h"

namespace fovea::report {

std::string permutation_figure(const audit::Result& result);  // what other weights do to the answer
std::string removal_figure(const audit::Result& result);      // weights removed until the answer changes
std::string agreement_figure(const audit::Result& result);    // Kendall's tau with other methods
std::string sight_figure(const audit::Result& result);        // what each metric can tell
std::string slices_figure(const audit::Result& result);       // by part of the texts, with grades

}  // namespace fovea::report
