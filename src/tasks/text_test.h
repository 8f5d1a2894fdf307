// The scores of a text classifier on labelled rows.
#pragma once

#include "data/readers/table.h"
#include "tasks/answer.h"
#include "tasks/text_classifier.h"

namespace fovea::tasks {

// `abstain`: below this probability no label is given; a text without one has no part in `answered_accuracy`, all other
// scores are of the label that would have been given. Fills everything but `model`, `data`, `layout…` and the counts of
// rows left out, which their reader knows.
TestResult test_rows(TextClassifier& classifier, const std::vector<data::Row>& rows,
                     const std::vector<std::string>& paths, double abstain = 0);

// Of a model that may give a text several labels; test_rows calls it.
TestResult test_rows_of_several(TextClassifier& classifier, const std::vector<data::Row>& rows,
                                const std::vector<std::string>& paths);

}  // namespace fovea::tasks
