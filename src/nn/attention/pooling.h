// From a memory to one context per text: attention with a learned query, or a control without one. Whatever pools hands
// out the weights it used.
#pragma once

#include <cstdint>

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "nn/initialise.h"
#include "ops/attend.h"

namespace fovea::nn {

// The first four attend with a trained scorer. kFrozen is additive attention whose scorer keeps its random start: what
// remains when nothing is learnt about where to look.
enum class PoolingKind { kAdditive, kDot, kScaledDot, kGeneral, kFrozen, kMean, kMax, kLast };

constexpr bool attends(PoolingKind kind) {
  return kind < PoolingKind::kMean;
}
constexpr bool has_projection(PoolingKind kind) {
  return kind == PoolingKind::kAdditive || kind == PoolingKind::kGeneral || kind == PoolingKind::kFrozen;
}

struct PoolingOptions {
  PoolingKind kind = PoolingKind::kAdditive;
  int64_t memory_size = 0;     // D
  int64_t attention_size = 0;  // A, width of the projected memory; where has_projection()
  // kLast: which features of a row come from a second direction, which ends at the first word; all others are taken
  // from the last word.
  int64_t backward_begin = 0, backward_end = 0;
  ops::Normaliser normaliser = ops::Normaliser::kSoftmax;  // where attends()
};

struct Pooled {
  at::Tensor context;    // [B, D]; 0 for an empty text
  at::Tensor weights;    // [N]; every text that is not empty sums to 1
  at::Tensor scores;     // [N] before the normaliser; undefined where nothing attends
  at::Tensor selection;  // kMax, kLast: [B, D] int64, the row each feature is taken from; undefined for the others
};

// kMean: every weight is 1/n. kMax, kLast: each feature of the context is taken from one row, and a row's weight is the
// share of features taken from it.
class PoolingImpl : public torch::nn::Module {
 public:
  PoolingImpl(const PoolingOptions& options, Seed seed);

  // memory [N, D], offsets [B+1].
  Pooled forward(const at::Tensor& memory, const at::Tensor& offsets);

 private:
  void make_projected(Seed seed);

  PoolingOptions options_;
  at::Tensor projection_;    // additive, general: P [A, D]
  at::Tensor query_;         // additive: [A], learned in place of a projected query; general: [A]; dot: [D]
  at::Tensor score_vector_;  // additive: v [A]
};
TORCH_MODULE(Pooling);

}  // namespace fovea::nn
