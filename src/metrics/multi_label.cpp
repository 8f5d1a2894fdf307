#include "metrics/multi_label.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

constexpr double kHalf = 0.5;

}  // namespace

void MultiLabelTally::add(const std::vector<int32_t>& truth, const std::vector<int32_t>& predicted) {
  ++n_;
  exact_ += truth == predicted;
  for (const int32_t c : truth) {
    if (c < 0) {
      ++unknown_;
    } else {
      ++truth_.at(static_cast<size_t>(c));
    }
  }
  for (const int32_t c : predicted) {
    ++predicted_.at(static_cast<size_t>(c));
    both_[static_cast<size_t>(c)] += std::binary_search(truth.begin(), truth.end(), c);
  }
}

MultiLabelScores MultiLabelTally::scores() const {
  MultiLabelScores result;
  result.n = n_;
  result.exact_match = ratio(exact_, n_);
  int64_t both = 0, truth = unknown_, predicted = 0;
  for (size_t c = 0; c < both_.size(); ++c) {
    ClassScores one;
    one.precision = ratio(both_[c], predicted_[c]);
    one.recall = ratio(both_[c], truth_[c]);
    one.f1 = ratio(2 * both_[c], truth_[c] + predicted_[c]);
    one.support = truth_[c];
    one.predicted = predicted_[c];
    result.classes.push_back(one);
    both += both_[c];
    truth += truth_[c];
    predicted += predicted_[c];
  }
  result.micro_f1 = ratio(2 * both, truth + predicted);
  result.macro_f1 = macro_f1(result.classes);
  return result;
}

double best_threshold(std::vector<std::pair<double, bool>> rows) {
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  const auto positives = std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.second; });
  if (positives == 0) return kHalf;
  double best = kHalf, best_f1 = -1;
  int64_t right = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    right += rows[i].second;
    if (i + 1 < rows.size() && rows[i + 1].first == rows[i].first) continue;
    const double next = i + 1 < rows.size() ? rows[i + 1].first : 0;
    const double middle = (rows[i].first + next) / 2;
    const double f1 = ratio(2 * right, static_cast<int64_t>(i) + 1 + positives);
    if (f1 > best_f1 || (f1 == best_f1 && std::abs(middle - kHalf) < std::abs(best - kHalf))) {
      best_f1 = f1;
      best = middle;
    }
  }
  return best;
}

}  // namespace fovea::metrics
