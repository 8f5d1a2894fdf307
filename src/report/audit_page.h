// The page of `fovea audit --html`: one self-contained file without a script, no network, strict content policy. It
// begins with the verdict; every number on it is in a table or a sentence too.
#pragma once

#include <string>

#include "audit/result.h"

namespace fovea::report {

std::string audit_page(const audit::Result& result, const std::string& version);

}  // namespace fovea::report
