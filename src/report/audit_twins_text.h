// What only trained twins could tell of an audit, in the terminal.
#pragma once

#include <string>

#include "audit/result.h"
#include "draw/terminal.h"

namespace fovea::report {

// Tables, each with its heading; "" at depth quick.
std::string audit_twins_text(const audit::Result& result, const draw::Style& style);

}  // namespace fovea::report
