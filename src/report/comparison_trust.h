// What the audits of a comparison say: a table for the terminal, one for the page, and JSON.
#pragma once

#include <string>

#include "base/json.h"
#include "draw/terminal.h"
#include "study/comparison.h"

namespace fovea::report {

// "" without audits, all three.
std::string trust_table(const study::Comparison& comparison, int name_width, const draw::Style& style);
std::string trust_section(const study::Comparison& comparison);  // HTML: heading, table, how to read it

// An audit per training, by seed; null where none was audited.
Json trust_json(const study::VariantResult& variant);

}  // namespace fovea::report
