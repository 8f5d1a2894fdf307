// Scores where a text may have several labels or none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "metrics/classification.h"

namespace fovea::metrics {

struct MultiLabelScores {
  int64_t n = 0;
  double exact_match = 0;  // share of the rows whose labels are all right
  double micro_f1 = 0;     // of all decisions together
  double macro_f1 = 0;     // mean over classes that occur in truth or prediction
  std::vector<ClassScores> classes;
};

// Counts rows one by one.
class MultiLabelTally {
 public:
  explicit MultiLabelTally(size_t classes) : both_(classes), truth_(classes), predicted_(classes) {}

  // Classes, ascending. A class of -1 stands for a label that is not known: it is missed.
  void add(const std::vector<int32_t>& truth, const std::vector<int32_t>& predicted);
  MultiLabelScores scores() const;

 private:
  std::vector<int64_t> both_, truth_, predicted_;
  int64_t n_ = 0, exact_ = 0, unknown_ = 0;
};

// The threshold of a class at which its F1 on these rows (probability, whether it has the label) is largest, halfway
// between two probabilities, the nearest to a half of equally good ones; a half where no row has the label.
double best_threshold(std::vector<std::pair<double, bool>> rows);

}  // namespace fovea::metrics
