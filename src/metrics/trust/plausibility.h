// How well a map of words agrees with the words that people marked, of one text (DeYoung et al. 2020, ERASER). What
// these numbers praise is a map that looks right to people. Whether the model answers by those words they cannot say.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fovea::metrics {

// The harmonic mean of precision and recall; 0 where both are.
double f1_of(double precision, double recall);

struct Overlap {
  double precision = 0, recall = 0, f1 = 0;
};

// Of flags of the same words [n]. Precision is 0 where no word is named, recall where none is marked.
Overlap overlap_of(const std::vector<bool>& named, const std::vector<bool>& marked);

// The words [begin, end).
struct WordSpan {
  size_t begin = 0, end = 0;
  bool operator==(const WordSpan&) const = default;
};

// The longest runs of flags that are set.
std::vector<WordSpan> runs_of(const std::vector<bool>& flags);

// How many spans of `named` match one of `marked`: the words that are in both are at least half of those that are in
// either (intersection over union). Both rise and do not overlap themselves. Then no marked span is matched by two runs
// that a word lies between, so that the number is of matched spans on either side. O(named + marked).
size_t spans_found(std::span<const WordSpan> named, std::span<const WordSpan> marked);

// The area under precision over recall, as words are named by falling score. Words of one score are named at once.
struct PrecisionRecall {
  // With straight lines between the points, from (recall 0, precision 1) on, as ERASER has it. A map that
  // gives all words one score gets (1 + share marked) / 2.
  double trapezoid = 0;
  double average_precision = 0;  // with steps: of that map the share marked
};

// scores, marked: [n]. At least one word is marked. O(n log n).
PrecisionRecall precision_recall(const std::vector<double>& scores, const std::vector<bool>& marked);

}  // namespace fovea::metrics
