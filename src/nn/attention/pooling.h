// From a memory to one context per text: attention with learned queries, or a control without one. Whatever pools hands
// out the weights it used.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/initialise.h"
#include "nn/module.h"
#include "ops/attend.h"

namespace fovea::nn {

// The first four attend with a trained scorer. kFrozen is additive attention whose scorer keeps its random start: what
// remains when nothing is learnt about where to look.
enum class PoolingKind { kAdditive, kDot, kScaledDot, kGeneral, kFrozen, kMean, kMax, kLast };

constexpr bool attends(PoolingKind kind) {
  return kind < PoolingKind::kMean;
}
// That the context is a sum of rows, each times one weight.
constexpr bool weighs_rows(PoolingKind kind) {
  return kind <= PoolingKind::kMean;
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
  int64_t rows = 1;         // hops: queries that attend each for itself, with one scorer; where attends()
  int64_t heads = 1;        // scorers, each with its part of the features of a row; where attends(), and rows = 1
  int64_t shared_size = 0;  // of D, and of K, the last features, which every head has beside its part; the others must
                            // divide
  int64_t key_size = 0;     // K, features of what scores are made of; 0: of the memory itself, D

  int64_t context_size() const;  // D; of rows rows·D; of heads D + (heads − 1)·shared_size
};

struct Pooled {
  at::Tensor context;  // [B, context_size()]; 0 for an empty text
  at::Tensor weights;  // [N]; every text that is not empty sums to 1. Of several rows or heads: their mean
  at::Tensor scores;   // before the normaliser: [N], or [K, N] of K > 1 rows or heads; undefined where nothing attends
  at::Tensor selection;  // kMax, kLast: [B, D] int64, the row each feature is taken from; undefined for the others
  at::Tensor each;       // [K, N], the weights of each of K > 1 rows or heads; undefined where there is one
};

// kMean: every weight is 1/n. kMax, kLast: each feature of the context is taken from one row, and a row's weight is the
// share of features taken from it.
class PoolingImpl : public Module {
 public:
  PoolingImpl(const PoolingOptions& options, const Stream& stream);

  // memory [N, D], offsets [B+1]; keys [N, K], of which scores are made, undefined where K is 0. So a weight may be
  // chosen by all of a text and still be of what stands in one row.
  Pooled forward(const at::Tensor& memory, const at::Tensor& offsets, const at::Tensor& keys = {});

  // What each row of the memory adds to the context of its text, in double: [N, context_size()]; the rows of a text add
  // up to its context. `pooled` is what forward() made of the same memory.
  at::Tensor added(const Pooled& pooled, const at::Tensor& memory, const at::Tensor& offsets) const;

  // The context that other weights make of a memory, nothing scored: weights [K, N], a row for each row or head, else
  // one → [B, context_size()]. Differentiable in both. Not of kMax and kLast, which weigh no rows.
  at::Tensor context_under(const at::Tensor& weights, const at::Tensor& memory, const at::Tensor& offsets) const;

  // The same of one text, for many weights at once: [many, K, n] over memory [n, D] → [many, context_size()].
  at::Tensor contexts_under(const at::Tensor& weights, const at::Tensor& memory) const;

 private:
  // What gives scores to rows: one, or one for each head.
  struct Scorer {
    at::Tensor projection;  // additive, general: P [A, D or K]
    // Additive, general: [A], additive in place of a projected query; dot: as wide as a key; of rows: one a row.
    at::Tensor query;
    at::Tensor score_vector;  // additive: v [A]
  };

  Scorer make_scorer(const std::string& prefix, int64_t width, const Stream& stream);
  ops::AttendOutput attend(const Scorer& scorer, const at::Tensor& memory, const at::Tensor& offsets,
                           const at::Tensor& keys) const;
  Pooled pool_heads(const at::Tensor& memory, const at::Tensor& offsets, const at::Tensor& keys) const;
  void check_weights(const at::Tensor& weights, const at::Tensor& memory) const;
  at::Tensor seen_by(const at::Tensor& memory, int64_t look) const;  // the features of the memory that a look weighs

  PoolingOptions options_;
  std::vector<Scorer> scorers_;
};
using Pooling = ModuleHolder<PoolingImpl>;

}  // namespace fovea::nn
