// The scores of a text classifier on labelled rows.
#pragma once

#include "data/readers/table.h"
#include "tasks/text/answer.h"
#include "tasks/text/classifier.h"

namespace fovea::tasks {

struct TestOptions {
  double abstain = 0;  // below this probability no label is given; such a text has no part in `answered_accuracy`, all
                       // other scores are of the label that would have been given
  std::vector<TextScore>* texts = nullptr;  // where given, receives the score of each row
};

// Fills everything but `model`, `data`, `layout…` and the counts of rows left out, which their reader knows.
TextTestResult test_rows(const TextClassifier& classifier, const std::vector<data::Row>& rows,
                         const std::vector<std::string>& paths, const TestOptions& options = {});

// Of a model that may give a text several labels; test_rows calls it. A row's score is right where all its labels are.
TextTestResult test_rows_of_several(const TextClassifier& classifier, const std::vector<data::Row>& rows,
                                    const std::vector<std::string>& paths, const TestOptions& options);

}  // namespace fovea::tasks
