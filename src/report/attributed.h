// What several methods say of the words of the same texts, for people and as JSON.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "attribution/methods.h"
#include "base/json.h"
#include "report/terminal.h"
#include "tasks/answer.h"

namespace fovea::report {

struct Attributed {
  std::vector<attribution::Method> methods;                     // in the order asked for; none: nothing was asked
  std::vector<std::vector<attribution::Attribution>> of_texts;  // [text][method]
};

// A word's part of what a method gives to a text: its score through the sum of the scores' sizes. 0 where all are 0.
std::vector<double> parts_of(std::span<const double> scores);

// What each method means, and what the numbers are; 80 columns.
std::string methods_legend(std::span<const attribution::Method> methods, const Style& style);

// The label, then a block for each method: its name and the text with the words shaded by that method alone, wrapped;
// below signed ones what the scores add up to, below integrated gradients the steps and the gap.
std::string attributed_text(const tasks::Answer& answer, std::span<const attribution::Method> methods,
                            std::span<const attribution::Attribution> scores, const Style& style);

// [{"method", "signed", "scores", …}], one for each method.
Json attributed_json(std::span<const attribution::Method> methods, std::span<const attribution::Attribution> scores);

}  // namespace fovea::report
