// Going on from a trained model with new texts: what of it is taken over.
#pragma once

#include <string>

#include "tasks/text/classifier.h"
#include "tasks/text/data.h"

namespace fovea::tasks {

// What load_text_data takes from `model`, which was read from `path`; `sha256` tells its state.
TextBase base_of(const TextClassifier& model, const std::string& path, const std::string& sha256);

// Copies the parameters of `base` into `model`, whose data grew from it: words, labels and n-gram ratios that are new
// keep the values they start with (ratios 0).
void start_from_model(TextNetwork& model, const TextData& data, const TextClassifier& base);

}  // namespace fovea::tasks
