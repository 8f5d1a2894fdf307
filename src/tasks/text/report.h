// What `fovea test` tells people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "draw/terminal.h"
#include "tasks/text/answer.h"

namespace fovea::tasks {

// The scores, the classes, what is confused with what, the mistakes, and what to beware of.
std::string test_report(const TextTestResult& result, const draw::Style& style);

// As fastText writes it: "N\t…\nP@1\t…\nR@1\t…\n", three significant digits.
std::string test_report_fasttext(const TextTestResult& result);

struct Confusion {
  size_t truth = 0, predicted = 0;  // classes
  int64_t count = 0;
};

// What is taken for what: every cell that is not zero and not on the diagonal of `matrix` [truth][predicted], the
// largest first, ties by class order.
std::vector<Confusion> confusions(const std::vector<std::vector<int64_t>>& matrix);

}  // namespace fovea::tasks
