// Test results for the tests of what is said of them.
#pragma once

#include <string>

#include "tasks/text/answer.h"
#include "tasks/text/answers.h"

namespace fovea::test {

// Three classes, distinct awkward values, every caution raised.
inline tasks::TextTestResult some_result() {
  tasks::TextTestResult result;
  result.model = "models/m";
  result.data = "dev.tsv";
  result.n = 1872;
  result.accuracy = 0.8125;
  result.accuracy_low = 0.7944;
  result.accuracy_high = 0.8299;
  result.macro_f1 = 0.7731;
  result.micro_f1 = 0.8131;
  result.loss = 0.4387;
  result.calibration_error = 0.0412;
  result.calibration_error_before = 0.0617;
  result.majority_share = 0.5203;
  result.majority_label = "positive";
  result.classes = {{"negative", 0.811, 0.802, 0.8065, 700},
                    {"neutral", 0.612, 0.587, 0.5992, 198},
                    {"positive", 0.871, 0.9, 0.8853, 974}};
  result.confusion = {{561, 30, 109}, {41, 116, 41}, {72, 26, 876}};
  result.mistakes = {
      {"dev.tsv", 17, "not a bad film, just a very long one that goes on and on until nobody is left to care",
       "positive", "negative", 0.9876},
      {"dev.tsv", 1033, kHostileText, kHostileLabel, "neutral", 0.9123}};
  result.seen_in_training = 12;
  result.seen_in_validation = 3;
  result.unknown_labels = 7;
  result.unknown_label_names = {"mixed", kHostileLabel};
  result.empty_texts = 2;
  result.bad_rows = 1;
  result.texts_cut = 4;
  result.out_of_vocabulary = 0.0391;
  result.layout = "TSV, header · text: column 1 (sentence) · label: column 2 (label)";
  result.layout_difference = "text is column 1 (sentence), in training it was column 3 (review)";
  result.seconds = 1.42;
  return result;
}

// `classes` classes in a ring: class k has 5 + k % 7 texts right and k % 3 taken for the next one.
inline tasks::TextTestResult many_classes(size_t classes) {
  tasks::TextTestResult result = some_result();
  result.classes.clear();
  result.confusion.assign(classes, std::vector<int64_t>(classes, 0));
  for (size_t k = 0; k < classes; ++k) {
    const auto right = static_cast<int64_t>(5 + k % 7), wrong = static_cast<int64_t>(k % 3);
    result.confusion[k][k] = right;
    if (classes > 1) result.confusion[k][(k + 1) % classes] += wrong;
    result.classes.push_back(
        {"class " + std::to_string(k), 0.5, 0.25, 0.9 - 0.0003 * static_cast<double>(k), right + wrong});
  }
  return result;
}

}  // namespace fovea::test
