// What an audit asks beyond what a grade needs, as charts of a page.
#pragma once

#include <string>

#include "audit/result.h"

namespace fovea::report {

// One figure for each part that was measured; "" where none was.
std::string audit_deep_figures(const audit::Result& result);

}  // namespace fovea::report
