// What test, predict and explain share: a model from its folder, and what an INPUT argument means.
#pragma once

#include <string>
#include <vector>

#include "data/readers/table.h"
#include "tasks/text_classifier.h"

namespace fovea::cli {

tasks::TextClassifier load_classifier(const std::string& model);

enum class InputKind { kStandardInput, kFile, kText };

// "-" is standard input; what exists is a file; what looks like a path and does not exist is refused (UserError, kNoInput);
// the rest is a text.
InputKind input_kind(const std::string& input);

// Reads labelled or unlabelled rows as the model's own data was read, as far as the file has the columns for it.
data::Table read_like_model(const std::vector<std::string>& paths, data::TableOptions options, bool columns_given,
                            const data::TableLayout& trained, std::string* difference);

}  // namespace fovea::cli
