// What a map is worth to a model that has nothing else to go by: models without context, h = tanh(W e + b) of each part
// by itself, are trained under weights made elsewhere (Wiegreffe & Pinter 2019, section 5). Weights that say something
// of the parts make such a model better than even ones, and than those that it learns itself. It describes; no grade
// rests on it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/material.h"
#include "audit/number.h"
#include "audit/twins.h"

namespace fovea::audit {

struct DeepWork;
using DeepDone = std::function<void(double share)>;

// A score of all inputs together, with the 95 % interval of 2,000 resamples of them.
struct Score {
  double value = 0, low = 0, high = 0;
};

struct TransferRow {
  TransferWeights weights = TransferWeights::kEven;
  Number accuracy;
  Score macro_f1;
  Number beyond_even;  // accuracy less that under even weights, paired by input
};

struct TransferResult {
  std::vector<TransferRow> rows;  // even, own, model, and where there is one, adversary
  std::optional<double> pull;     // λ of that adversary
};

// Macro F1 of the inputs whose truth is known; answer: [input].
Score macro_f1_of(const Material& material, const std::vector<int64_t>& answer, uint64_t seed);

// What `reader`, whose weights can be given, answers under `weights`, [input][part].
std::vector<int64_t> answers_under(Subject& reader, const std::vector<Weights>& weights);

// Part of the depth deep; the adversary is the furthest one of Result::trained_adversary, else the one of the largest
// λ. One training each. Fills Result::transfer; nothing where the kind of task has no model without context.
void transfer_weights(const DeepWork& work, const DeepDone& done);

}  // namespace fovea::audit
