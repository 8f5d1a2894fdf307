// What a word of a text counts for, by several methods: their names, and the interface through which they are asked.
// The real one is attribution/text_attributor.h.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "attribution/subject.h"

namespace fovea::attribution {

// p is the model's answer, c the class that is asked about, a_i what attention gives to word i. The input of a word is
// its vector and its n-gram ratios, wherever they enter; products with it sum over its features. Of a model with
// several looks, what a method says of a weight is summed over the looks.
enum class Method {
  kAttention,            // a_i, the mean of the looks
  kGradient,             // Σ_y |x_i · dp_y/dx_i|, attention held fixed, scaled to sum 1 (Jain & Wallace 2019)
  kGradientInput,        // x_i · dp_c/dx_i
  kAttentionGradient,    // a_i · dp_c/da_i (Serrano & Smith 2019)
  kWeightGradient,       // dp_c/da_i
  kIntegratedGradients,  // x_i · ∫ dp_c/dx_i along the way from x = 0 (Sundararajan, Taly & Yan 2017)
  kLeaveOneOut,          // p(c | x) − p(c | x without i): the word is deleted and the rest read again
  kLeaveOneOutDistance,  // ½ Σ_y |p(y | x) − p(y | x without i)|, in [0, 1]
  kRandom,               // uniform in [0, 1): what knowing nothing gives
  kPosition,             // 1 − i/n: earlier words count more, whatever they are
  kFrequency,            // −log of the word's share of the training words, the unknown word as one seen once
};

struct MethodFacts {
  Method method;
  std::string_view name;  // on the command line
  bool is_signed;         // a negative score speaks against the class
  std::string_view meaning;
};

inline constexpr MethodFacts kMethods[] = {
    {Method::kAttention, "attention", false, "the weight that the model's attention gives to the word"},
    {Method::kGradient, "gradient", false, "how much the answer moves with the word, its weight held fixed; sums to 1"},
    {Method::kGradientInput, "gradient-input", true, "gradient of the label's probability times the word's input"},
    {Method::kAttentionGradient, "attention-gradient", true, "weight times the gradient by the weight"},
    {Method::kWeightGradient, "weight-gradient", true, "gradient of the label's probability by the weight"},
    {Method::kIntegratedGradients, "ig", true, "integrated gradients: the word's part of the way from no input to all"},
    {Method::kLeaveOneOut, "loo", true, "leave one out: what the label's probability loses without the word"},
    {Method::kLeaveOneOutDistance, "loo-distance", false, "how far the whole answer moves without the word, 0 to 1"},
    {Method::kRandom, "random", false, "drawn at random: what knowing nothing gives"},
    {Method::kPosition, "position", false, "earlier words count more, whatever they are"},
    {Method::kFrequency, "frequency", false, "rarer words count more, wherever they are"},
};

constexpr const MethodFacts& facts_of(Method method) {
  return kMethods[static_cast<size_t>(method)];
}
constexpr const MethodFacts* find_method(std::string_view name) {  // null: there is none of this name
  for (const MethodFacts& facts : kMethods) {
    if (facts.name == name) return &facts;
  }
  return nullptr;
}

// What one method says of one text.
struct Attribution {
  std::vector<double> scores;  // [n]
  // Of integrated gradients: gradients taken, and how far the scores' sum is from p(c | x) − p(c | 0), as a share of
  // that difference.
  int64_t steps = 0;
  double gap = 0;
};

class Attributor {
 public:
  virtual ~Attributor() = default;

  // One per text, in order; a text without words has none. towards: c of each text. seed: of what is drawn; equal seed
  // and words, equal draws. Batches are made inside.
  virtual std::vector<Attribution> attribute(Method method, std::span<const Text> texts,
                                             std::span<const int64_t> towards, uint64_t seed) = 0;
};

}  // namespace fovea::attribution
