// The outcome of `fovea audit` for people: the verdict first and last, its reasons, what decides them, and on request
// all tables, of at most 80 columns.
#pragma once

#include <string>

#include "audit/result.h"
#include "draw/terminal.h"

namespace fovea::report {

// The heading of a part, bold where there is colour, below an empty line.
std::string heading_of(const std::string& text, const draw::Style& style);

enum class Told { kDeciding, kAll };
std::string audit_text(const audit::Result& result, const draw::Style& style, Told told = Told::kDeciding);

}  // namespace fovea::report
