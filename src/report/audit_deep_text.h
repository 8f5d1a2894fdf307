// What an audit asks beyond what a grade needs, as tables for the terminal.
#pragma once

#include <string>

#include "audit/result.h"
#include "draw/terminal.h"

namespace fovea::report {

std::string audit_deep_text(const audit::Result& result, const draw::Style& style);

}  // namespace fovea::report
