// The outcome of `fovea audit` for people: five lines of verdict, its reasons, then tables of at most 80 columns.
#pragma once

#include <string>

#include "audit/result.h"
#include "report/terminal.h"

namespace fovea::report {

std::string audit_text(const audit::Result& result, const Style& style);

}  // namespace fovea::report
