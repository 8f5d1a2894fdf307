// Could other weights give the same answer? Distributions over the parts of an input are searched that are as far from
// the model's own as can be while the answer stays, the states staying as they are (Jain & Wallace 2019, section 4.2).
// That they exist means that the weights are not the only ones; it does not mean that they are unfaithful (Wiegreffe &
// Pinter 2019), so that no grade rests on it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "audit/material.h"
#include "audit/number.h"

namespace fovea::audit {

struct DeepWork;
using DeepDone = std::function<void(double share)>;

// The distances between answers (total variation) that count as the same answer: of the paper's program, of its text.
inline constexpr std::array<double, 2> kSameAnswer = {0.05, 0.01};
inline constexpr double kNearFurthest = 0.9;  // of ln 2: two distributions that have next to nothing in common

struct AdversaryOptions {
  size_t inputs = 100;  // drawn with the seed, where there are more
  int distributions = 5;
  int steps = 500;
  double rate = 0.01;
  double slack = 0.01;  // how far an answer may move at no cost
  double pull = 500;    // the cost of moving further
  uint64_t seed = 1;
};

// What was found at one distance of kSameAnswer, over inputs.
struct OtherWeights {
  double same = 0;
  Number distance;  // the largest JSD from the model's map, [0, ln 2]; 0 where no other distribution gives the answer
  Number reached;   // of what any distribution could have, the whole weight on the part that has the least
  Number near_ln2;  // share of the inputs where it is kNearFurthest of ln 2 or more
  Number found;     // share of the inputs where some other distribution gives the answer
};

struct AdversaryResult {
  int64_t inputs = 0;
  int64_t left_out = 0;  // inputs whose answer is no sum over the weighted parts: they are not searched
  int64_t looks = 1;
  int64_t distributions = 5, steps = 500;
  std::array<OtherWeights, 2> found;  // by kSameAnswer
};

// One value per input searched.
struct AdversaryValues {
  Rows inputs;  // numbers of inputs
  int64_t left_out = 0;
  std::array<std::vector<double>, 2> distance, reached, found;  // by kSameAnswer
};

// Of a model with several looks each look gets weights of its own, and what is compared is their mean, the map that is
// shown. The answers that count are the model's own, not those that the search reckons with. Where these two differ by
// more than rounding the answer is no sum over the weighted parts (a second encoder reads what the weights made of each
// sentence), and the input is left out.
AdversaryValues search_weights(Subject& subject, const Answers& answers, const AdversaryOptions& options,
                               const DeepDone& done);

AdversaryResult adversary_of(const AdversaryValues& values, const AdversaryOptions& options, int64_t looks);

// The part of the deep audit.
void search_other_weights(const DeepWork& work, const DeepDone& done);

}  // namespace fovea::audit
