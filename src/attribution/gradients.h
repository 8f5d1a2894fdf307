// Gradients of the answer: by what the network reads of each part, and by the weights of attention. Wherever an input
// enters the network several times a gradient sums over all places, and of several members over what each of them
// reads.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "attribution/attributor.h"
#include "attribution/differentiable.h"

namespace fovea::attribution {

// Every method.
class GradientAttributor : public PlainAttributor {
 public:
  // `subject` must outlive this.
  explicit GradientAttributor(Differentiable& subject) : PlainAttributor(subject), subject_(subject) {}

  bool offers(Method method) const override { return method != Method::kPrior; }
  // Throws what Differentiable::require_weights() throws, for gradients by weights.
  std::vector<Attribution> attribute(Method method, std::span<const int64_t> towards, uint64_t seed) override;
  bool softens() const override { return true; }
  std::vector<std::vector<double>> logits_softened(std::span<const Softened> questions, uint64_t seed) override;

 private:
  Differentiable& subject_;
};

// A place on the way from no input to the whole of it: `scale` times what the network reads of an input, x.
struct Point {
  int64_t input = 0;  // one that has parts
  double scale = 1;
  int64_t towards = 0;  // c
};

// Of point number `point`: x_i · dp_c/dx_i at scale · x of each part, [n], and p_c there.
using TakeProducts = std::function<void(size_t point, std::span<const double> products, double probability)>;

// In batches, so not in the order of the points.
void input_products(Differentiable& subject, std::span<const Point> points, Attention attention,
                    const TakeProducts& take);

// Method::kGradient: one pass per class but the last, whose gradient is minus the sum of the others'.
std::vector<Attribution> gradient(Differentiable& subject);

// Method::kGradientInput.
std::vector<Attribution> gradient_input(Differentiable& subject, std::span<const int64_t> towards);

// Method::kWeightGradient, kAttentionGradient or kContribution, summed over the looks; nothing is renormalised. Throws
// what Differentiable::require_weights() throws.
std::vector<Attribution> weight_gradients(Differentiable& subject, std::span<const int64_t> towards, Method method);

}  // namespace fovea::attribution
