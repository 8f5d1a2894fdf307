// What test, predict and explain share: a model from its folder, and what an INPUT argument means.
#pragma once

#include <string>

#include "tasks/text_classifier.h"

namespace fovea::cli {

tasks::TextClassifier load_classifier(const std::string& model);

// Throws UserError (kUsage) where `abstain` is above 0 and the model may give several labels.
void refuse_abstaining(const tasks::TextClassifier& classifier, double abstain);

enum class InputKind { kStandardInput, kFile, kText };

// "-" is standard input; what exists is a file; what looks like a path and does not exist is refused (UserError,
// kNoInput); the rest is a text.
InputKind input_kind(const std::string& input);

}  // namespace fovea::cli
