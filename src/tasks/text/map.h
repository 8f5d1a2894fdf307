// A map of words from a file, in place of the model's attention: JSON lines as `fovea predict --json` prints them.
#pragma once

#include <string>
#include <vector>

#include "data/readers/table.h"
#include "tasks/text/classifier.h"

namespace fovea::tasks {

// The weights [text][word] that `path` gives to the words of each of `rows`: lines are found by their text, in any
// order, and may be of more texts than these. Of a line "text" and "tokens" with "start", "end" and "weight" are read.
// Throws UserError (kNoInput, kBadData) with file and line: what is no such line, a text without a line, words that are
// not the model's.
std::vector<std::vector<double>> read_text_map(const std::string& path, const std::string& data,
                                               const std::vector<const data::Row*>& rows,
                                               const TextClassifier& classifier);

}  // namespace fovea::tasks
