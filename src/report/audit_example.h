// Single inputs of an audit, in words: shaded by the map, and what erasing a part does to the answer.
#pragma once

#include <string>
#include <vector>

#include "audit/result.h"

namespace fovea::report {

// An article for each example that a door has given its words; empty without any.
std::string example_articles(const audit::Result& result);

// Why the text was chosen, and what it shows: plain sentences, not yet safe for a page.
std::string example_reason(const audit::Example& example, const attribution::Nouns& nouns);
std::vector<std::string> example_sentences(const audit::Example& example, const attribution::Nouns& nouns,
                                           bool map_from_file);

}  // namespace fovea::report
