// The scores of a text classifier on labelled rows.
#pragma once

#include "data/readers/table.h"
#include "tasks/answer.h"
#include "tasks/text_classifier.h"

namespace fovea::tasks {

// Fills everything but `model`, `data`, `layout…` and the counts of rows left out, which their reader knows; `texts`,
// where given, receives the score of each row.
TestResult test_rows(TextClassifier& classifier, const std::vector<data::Row>& rows,
                     const std::vector<std::string>& paths, std::vector<TextScore>* texts = nullptr);

}  // namespace fovea::tasks
