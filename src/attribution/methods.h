// What a part of an input counts for, by several methods: their names, and the interface through which they are asked.
// attribution/attributor.h has the methods that any subject can be asked by, attribution/gradients.h all of them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "attribution/subject.h"

namespace fovea::attribution {

// p is the model's answer, c the class that is asked about, a_i what attention gives to part i. The input of a part is
// what the network reads of it, wherever that enters; products with it sum over its features. Of a model with several
// looks, what a method says of a weight is summed over the looks.
enum class Method {
  kAttention,      // a_i, the mean of the looks
  kContribution,   // a_i · d(z_c − z̄)/da_i, z the logits and z̄ their mean over the classes. Where the answer is
                   // made of a sum of rows, each times its weight, these and what no part adds are z_c − z̄
  kGradient,       // Σ_y |x_i · dp_y/dx_i|, attention held fixed, scaled to sum 1 (Jain & Wallace 2019)
  kGradientInput,  // x_i · dp_c/dx_i
  kAttentionGradient,    // a_i · dp_c/da_i (Serrano & Smith 2019)
  kWeightGradient,       // dp_c/da_i
  kIntegratedGradients,  // x_i · ∫ dp_c/dx_i along the way from x = 0 (Sundararajan, Taly & Yan 2017)
  kLeaveOneOut,          // p(c | x) − p(c | x without i): the part is deleted and the rest read again; masked where
                         // parts cannot be deleted
  kLeaveOneOutDistance,  // ½ Σ_y |p(y | x) − p(y | x without i)|, in [0, 1]
  kRandom,               // uniform in [0, 1): what knowing nothing gives
  kPrior,                // one of the subject's priors, which goes by its own name
};

struct MethodFacts {
  Method method;
  std::string_view name;     // on the command line
  bool is_signed;            // a negative score speaks against the class
  std::string_view meaning;  // a pattern for Nouns::in()
};

// Every method but the priors, which are the subject's own.
inline constexpr MethodFacts kMethods[] = {
    {Method::kAttention, "attention", false, "the weight that the model's attention gives to the {part}"},
    {Method::kContribution, "contribution", true,
     "what the {part} adds to the evidence (logit) for the label, less the mean over all labels"},
    {Method::kGradient, "gradient", false,
     "how much the answer moves with the {part}, its weight held fixed; sums to 1"},
    {Method::kGradientInput, "gradient-input", true, "gradient of the {answer}'s probability times the {part}'s input"},
    {Method::kAttentionGradient, "attention-gradient", true, "weight times the gradient by the weight"},
    {Method::kWeightGradient, "weight-gradient", true, "gradient of the {answer}'s probability by the weight"},
    {Method::kIntegratedGradients, "ig", true,
     "integrated gradients: the {part}'s part of the way from no input to all"},
    {Method::kLeaveOneOut, "loo", true, "leave one out: what the {answer}'s probability loses without the {part}"},
    {Method::kLeaveOneOutDistance, "loo-distance", false, "how far the whole answer moves without the {part}, 0 to 1"},
    {Method::kRandom, "random", false, "drawn at random: what knowing nothing gives"},
};

constexpr const MethodFacts& facts_of(Method method) {  // not of kPrior
  return kMethods[static_cast<size_t>(method)];
}
constexpr std::string_view name_of(Method method) {
  return facts_of(method).name;
}

// What one method says of one input.
struct Attribution {
  std::vector<double> scores;  // [n]
  // Of integrated gradients: gradients taken, and how far the scores' sum is from p(c | x) − p(c | 0), as a share of
  // that difference.
  int64_t steps = 0;
  double gap = 0;
};

// An input of which features are gone: each feature of what the network reads of part i stays with probability kept[i].
struct Softened {
  int64_t input = 0;         // one that has parts
  std::vector<double> kept;  // [n], 0 … 1
  uint64_t draw = 0;         // tells draws of the same shares apart
};

class Attributor {
 public:
  virtual ~Attributor() = default;

  // Whether the subject can be asked by it: gradients are had of few kinds of models. Never of kPrior, for priors are
  // asked of the subject itself.
  virtual bool offers(Method method) const = 0;

  // One per input of the subject, in order; an input without parts has no scores. towards: c of each input. seed: of
  // what is drawn; equal seed and content, equal draws. Batches are made inside. `method` is one that it offers.
  virtual std::vector<Attribution> attribute(Method method, std::span<const int64_t> towards, uint64_t seed) = 0;

  // Whether what the network reads of a part has features that can be left out one by one.
  virtual bool softens() const { return false; }
  // The logits [C] of each, divided by the temperature. Equal seed, content and draw, equal features that stay. Only
  // where it softens.
  virtual std::vector<std::vector<double>> logits_softened(std::span<const Softened> questions, uint64_t seed) {
    return {};
  }
};

}  // namespace fovea::attribution
