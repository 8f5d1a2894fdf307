// Erasing weights, not words (Serrano & Smith 2019): a weight becomes 0 in every look, the others are scaled up to sum
// 1 again, and the states stay as they are. It says whether the answer hangs on the largest weights; not whether the
// words at their places matter.
#pragma once

#include <array>

#include "audit/material.h"
#include "audit/number.h"
#include "audit/order.h"

namespace fovea::audit {

// The orders in which weights are removed until the answer changes.
enum class Removal { kWeight, kGradient, kWeightGradient, kRandom };
inline constexpr std::array<Removal, 4> kRemovals = {Removal::kWeight, Removal::kGradient, Removal::kWeightGradient,
                                                     Removal::kRandom};

// One value per text.
struct AttentionErasure {
  std::vector<double> top_beyond_random;  // JSD of the answer without the largest weight, less without a random other
  std::vector<double> weight_ahead;       // the largest weight less that other one
  std::vector<double> top_flips, random_flips;  // 1 where the answer becomes another
  std::array<std::vector<double>, 4> removed;   // flip fraction, by kRemovals
};

// `gradients`, `products`: dp_c/da_i and a_i · dp_c/da_i, [text][word]. A short text is asked once, a long one
// in blocks until the answer has changed along each order.
AttentionErasure erase_attention(Subject& subject, const Material& material, const Answers& answers,
                                 const std::vector<std::vector<double>>& gradients,
                                 const std::vector<std::vector<double>>& products, uint64_t seed,
                                 const std::function<void(double)>& progress);

// `looks` without the weights at `gone`, scaled to sum 1 each; a look that has nothing left is even over the rest.
Looks without_weights(const Looks& looks, const std::vector<int64_t>& gone);

struct AttentionErasureResult {
  Number top_beyond_random;
  // Texts whose answer becomes another without the largest weight, the random one, both or neither: they sum to 1.
  double only_top = 0, only_random = 0, both = 0, neither = 0;
  std::array<Number, 4> top_beyond_random_by_lead;  // by weight_ahead: 0, .25, .5, .75, 1
  std::array<Number, 4> removed;                    // flip fraction by kRemovals; lower is better
};
AttentionErasureResult attention_erasure_of(const AttentionErasure& texts, const Rows& rows);

}  // namespace fovea::audit
