// Does attention do anything here? What the model answers when the weights of a text are permuted among its words, all
// put on its last word, or made equal, the states staying as they are (Jain & Wallace 2019; Mohankumar et al. 2020).
#pragma once

#include <array>

#include "audit/material.h"
#include "audit/number.h"

namespace fovea::audit {

struct GateOptions {
  int permutations = 100;
  uint64_t seed = 1;
};

// One value per text.
struct GateTexts {
  std::vector<double> permuted;  // the median over the permutations of the answer's total variation distance, [0, 1]
  std::vector<double> largest_weight;
  std::vector<double> conicity;
  std::vector<double> last_moves, even_moves;  // total variation distance
  std::vector<double> last_right, even_right;  // 1 or 0; kNone where the truth is unknown
  std::vector<double> own_right;
};

// All looks of a text are permuted alike. Asks `subject` once per text.
GateTexts gate_texts(Subject& subject, const Material& material, const Answers& answers, const GateOptions& options,
                     const std::function<void(double)>& progress);

// Texts whose largest weight is in [low, high), the last up to 1.
struct WeightBin {
  double low = 0, high = 0;
  Number permuted;
};

struct Gate {
  double permuted_median = 0;  // over texts
  Number permuted;
  std::array<WeightBin, 4> by_largest_weight;  // 0, .25, .5, .75, 1
  Number conicity;
  Number last_moves, even_moves;
  Number last_gain, even_gain;  // accuracy with those weights less accuracy with the model's own, text by text
};
Gate gate_of(const GateTexts& texts, const Rows& rows);

}  // namespace fovea::audit
