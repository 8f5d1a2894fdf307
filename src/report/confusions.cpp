#include "report/confusions.h"

#include <algorithm>

namespace fovea::report {

std::vector<Confusion> confusions(const std::vector<std::vector<int64_t>>& matrix) {
  std::vector<Confusion> cells;
  for (size_t truth = 0; truth < matrix.size(); ++truth) {
    for (size_t predicted = 0; predicted < matrix[truth].size(); ++predicted) {
      const int64_t count = matrix[truth][predicted];
      if (truth != predicted && count != 0) cells.push_back({truth, predicted, count});
    }
  }
  std::stable_sort(cells.begin(), cells.end(),
                   [](const Confusion& a, const Confusion& b) { return a.count > b.count; });
  return cells;
}

}  // namespace fovea::report
