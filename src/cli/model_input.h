// What test, predict and explain share: a model from its folder, and what an INPUT argument means.
#pragma once

#include <string>

#include "cli/options.h"
#include "tasks/text_classifier.h"

namespace fovea::cli {

tasks::TextClassifier load_classifier(const std::string& model);

// Throws UserError (kUsage) where `abstain` is above 0 and the model may give several labels.
void refuse_abstaining(const tasks::TextClassifier& classifier, double abstain);

// How many labels an answer has in JSON: `top`, but all where a text may have several and --top is not given.
int labels_in_json(const tasks::Answer& answer, const CommonOptions& common, int top);

enum class InputKind { kStandardInput, kFile, kText };

// "-" is standard input; what exists is a file; what looks like a path and does not exist is refused (UserError,
// kNoInput); the rest is a text.
InputKind input_kind(const std::string& input);

}  // namespace fovea::cli
