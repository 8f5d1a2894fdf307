// What only the standard depth of an audit measures.
#pragma once

#include <string>

#include "audit/result.h"

namespace fovea::report {

// Figures of what was measured, and a sentence on what was not; empty where all of it was.
std::string deeper_figures(const audit::Result& result);
std::string not_measured(const audit::Result& result);

}  // namespace fovea::report
