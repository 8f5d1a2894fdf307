// The outcome of `fovea audit` for people: five lines of verdict, its reasons, then tables of at most 80 columns.
#pragma once

#include <string>

#include "audit/result.h"
#include "draw/terminal.h"

namespace fovea::report {

// The heading of a part, bold where there is colour, below an empty line.
std::string heading_of(const std::string& text, const draw::Style& style);

std::string audit_text(const audit::Result& result, const draw::Style& style);

}  // namespace fovea::report
