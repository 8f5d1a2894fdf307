// Does attention do anything? Whether the answer depends on the input at all, what other weights do to it, and what
// becomes of it when weights are taken away.
#pragma once

#include <array>
#include <optional>

#include "audit/material.h"
#include "audit/number.h"

namespace fovea::audit {

// What the model answers when the weights of an input are permuted among its parts, all put on its last part, or made
// equal, the states staying as they are (Jain & Wallace 2019; Mohankumar et al. 2020).

struct GateOptions {
  int permutations = 100;
  uint64_t seed = 1;
};

// One value per input.
struct GateValues {
  std::vector<double> permuted;  // the median over the permutations of the answer's total variation distance, [0, 1]
  std::vector<double> largest_weight;
  std::vector<double> conicity;
  std::vector<double> last_moves, even_moves;  // total variation distance
  std::vector<double> last_right, even_right;  // 1 or 0; kNone where the truth is unknown
  std::vector<double> own_right;
};

// All looks of an input are permuted alike. Asks `subject` once per input.
GateValues gate_values(Subject& subject, const Material& material, const Answers& answers, const GateOptions& options,
                       const std::function<void(double)>& progress);

// Inputs whose largest weight is in [low, high), the last up to 1.
struct WeightBin {
  double low = 0, high = 0;
  Number permuted;
};

struct Gate {
  Number permuted_median;  // over inputs: the median in place of the mean, with its interval
  Number permuted;
  std::array<WeightBin, 4> by_largest_weight;  // 0, .25, .5, .75, 1
  Number conicity;
  Number last_moves, even_moves;
  Number last_gain, even_gain;  // accuracy with those weights less accuracy with the model's own, input by input
};
Gate gate_of(const GateValues& values, const Rows& rows);

// How far masking every part moves the answer (total variation distance), one per input, in [0, 1]. Masked and not
// deleted where the subject can mask: an input without parts may be answered past the model.
std::vector<double> dependence(Subject& subject, const Answers& answers);

// Erasing weights, not parts (Serrano & Smith 2019): a weight becomes 0 in every look, the others are scaled up to sum
// 1 again, and the states stay as they are. It says whether the answer hangs on the largest weights; not whether the
// parts at their places matter.

// The orders in which weights are removed until the answer changes.
enum class Removal { kWeight, kGradient, kWeightGradient, kRandom };
inline constexpr std::array<Removal, 4> kRemovals = {Removal::kWeight, Removal::kGradient, Removal::kWeightGradient,
                                                     Removal::kRandom};

// One value per input.
struct AttentionErasure {
  std::vector<double> top_beyond_random;  // JSD of the answer without the largest weight, less without a random other
  std::vector<double> weight_ahead;       // the largest weight less that other one
  std::vector<double> top_flips, random_flips;  // 1 where the answer becomes another
  std::array<std::vector<double>, 4> removed;   // flip fraction, by kRemovals
};

// dp_c/da_i and a_i · dp_c/da_i, [input][part]; none of a model that has no gradients.
struct WeightGradientMaps {
  std::vector<std::vector<double>> plain, times_weight;
};
using WeightGradients = std::optional<WeightGradientMaps>;

// A short input is asked once, a long one in blocks until the answer has changed along each order. What is removed by a
// gradient is kNone where there are none.
AttentionErasure erase_attention(Subject& subject, const Answers& answers, const WeightGradients& gradients,
                                 uint64_t seed, const std::function<void(double)>& progress);

// `looks` without the weights at `gone`, scaled to sum 1 each; a look that has nothing left is even over the rest.
Looks without_weights(const Looks& looks, const std::vector<int64_t>& gone);

struct AttentionErasureResult {
  Number top_beyond_random;
  // Inputs whose answer becomes another without the largest weight, the random one, both or neither: they sum to 1.
  double only_top = 0, only_random = 0, both = 0, neither = 0;
  std::array<Number, 4> top_beyond_random_by_lead;  // by weight_ahead: 0, .25, .5, .75, 1
  std::array<Number, 4> removed;                    // flip fraction by kRemovals; lower is better
};
AttentionErasureResult attention_erasure_of(const AttentionErasure& values, const Rows& rows);

}  // namespace fovea::audit
