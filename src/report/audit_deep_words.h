// What an audit asks beyond what a grade needs, in sentences that the terminal and the page share.
#pragma once

#include <string>
#include <vector>

#include "audit/result.h"

namespace fovea::report {

std::string not_unique_text(const audit::Result& result);  // of the search for other weights
std::string roar_told(const audit::Result& result);        // of recursive ROAR: trainings, and RACU of each seed
std::string soft_told(const audit::Result& result);  // of erasing in shares: skipped inputs, S(0), what metrics see

// How it was chosen to be measured, one sentence each, of what was measured.
std::vector<std::string> deep_choices(const audit::Result& result);

}  // namespace fovea::report
