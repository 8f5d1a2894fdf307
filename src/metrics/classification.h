// Scores of a classifier from its confusion counts.
#pragma once

#include <cstdint>
#include <vector>

namespace fovea::metrics {

// 0 where there is no whole.
inline double ratio(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// counts[truth][predicted], C × C.
using Confusion = std::vector<std::vector<int64_t>>;

struct ClassScores {
  double precision = 0, recall = 0, f1 = 0;  // 0 where their denominator is 0
  int64_t support = 0;                       // rows of this class
  int64_t predicted = 0;                     // rows said to be of this class
};

struct Scores {
  int64_t n = 0;
  double accuracy = 0;
  double macro_f1 = 0;  // mean of F1 over classes that occur in truth or prediction
  double micro_f1 = 0;  // equals accuracy where every row has one label; printed because people look for it
  std::vector<ClassScores> classes;
};

// Mean of F1 over the classes that occur in truth or prediction; 0 where none does.
double macro_f1(const std::vector<ClassScores>& classes);

Confusion confusion(const std::vector<int>& truth, const std::vector<int>& predicted, int class_count);
Scores scores(const Confusion& confusion);

}  // namespace fovea::metrics
