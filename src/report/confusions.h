// The cells of a confusion matrix off its diagonal, for lists of what is taken for what.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fovea::report {

struct Confusion {
  size_t truth = 0, predicted = 0;  // classes
  int64_t count = 0;
};

// Every cell that is not zero and not on the diagonal of `matrix` [truth][predicted], the largest first, ties by class
// order.
std::vector<Confusion> confusions(const std::vector<std::vector<int64_t>>& matrix);

}  // namespace fovea::report
