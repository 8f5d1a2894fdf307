// What the audits of a comparison say: a table for the terminal, one for the page, and JSON.
#pragma once

#include <string>

#include "base/json.h"
#include "draw/terminal.h"
#include "study/comparison.h"

namespace fovea::report {

// Tables of what audits found over the seeds, with intervals, and what differs from the first variant; "" without
// audits.
std::string trust_table(const study::Comparison& comparison, int name_width, const draw::Style& style);
// HTML: heading, how to read it, table, differences; and what was chosen by trust.
std::string trust_section(const study::Comparison& comparison);

// The variant chosen by trust and why, with heading; "" where nothing is chosen so.
std::string choice_text(const study::Comparison& comparison, const draw::Style& style);

// An audit per training, by seed; null where none was audited.
Json trust_json(const study::VariantResult& variant);

// What they come to over the seeds, by measure, with the differences; null where none was audited.
Json compared_trust_json(const study::VariantResult& variant);

// What is chosen on the validation part, and by which numbers.
Json choice_json(const study::Comparison& comparison);

}  // namespace fovea::report
