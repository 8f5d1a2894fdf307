// How far maps agree with people, in words and numbers: in a place of its own, for it says nothing of faithfulness. All
// is empty where it is not known what people marked.
#pragma once

#include <string>
#include <vector>

#include "audit/result.h"
#include "draw/terminal.h"

namespace fovea::report {

std::string plausibility_line(const audit::Result& result);  // what is told without --all: two lines
std::string plausibility_tables(const audit::Result& result, const draw::Style& style);
std::string plausibility_section(const audit::Result& result);               // of a page, with its heading
std::vector<std::string> plausibility_choices(const audit::Result& result);  // how it was measured, in sentences

}  // namespace fovea::report
