// Asks several methods what the words of answered texts count for.
#pragma once

#include <string>
#include <vector>

#include "report/attributed.h"
#include "tasks/text_classifier.h"

namespace fovea::cli {

// Toward the label of each answer. names: as find_method() knows them; none: asks nothing. Throws UserError (kUsage)
// where the model cannot be asked by one of them.
report::Attributed attribute(tasks::TextClassifier& classifier, const std::vector<std::string>& names,
                             const std::vector<tasks::Answer>& answers);

}  // namespace fovea::cli
