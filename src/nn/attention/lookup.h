// Attention with given queries, as decoders look into a memory: beside Pooling, whose queries are learned.
#pragma once

#include <cstdint>

#include "nn/initialise.h"
#include "nn/module.h"
#include "ops/attend.h"

namespace fovea::nn {

struct LookupOptions {
  ops::Score score = ops::Score::kScaledDot;
  ops::Normaliser normaliser = ops::Normaliser::kSoftmax;
  int64_t query_size = 0;      // Q
  int64_t memory_size = 0;     // D
  int64_t attention_size = 0;  // A, of all heads together: width of the projected queries and keys
  int64_t heads = 1;           // divides A and the width of what is summed
  int64_t value_size = 0;      // width that the memory is projected to before it is summed; 0: it is summed as it is
};

// Queries and memory are projected to A features: k = K m, and q = W x, or W x + b where the score is additive
// (v · tanh(k + q)); the other scores are products of q and k. A dot of a query that is as wide as the memory wants no
// projection: that is ops::attend itself.
class LookupImpl : public Module {
 public:
  LookupImpl(const LookupOptions& options, const Stream& stream);

  // What every look into rows [N, D] needs, made once: keys, and the rows as they are summed. offsets [B+1].
  ops::Memory ready(const at::Tensor& rows, const at::Tensor& offsets) const;

  // query [M, Q] with query_offsets [B+1] (undefined: one for each sequence), and the range of rows that each sees,
  // [M, 2] (undefined: all). Weights and scores of a sequence are [heads, queries, rows] (ops/attend.h); more of them
  // than most_weights are not handed out.
  ops::AttendOutput forward(const at::Tensor& query, const at::Tensor& query_offsets, const ops::Memory& memory,
                            const at::Tensor& visible = {}, int64_t most_weights = ops::kMostWeights) const;

  // The same of queries [M, A] that are projected already.
  ops::AttendOutput forward_projected(const at::Tensor& query, const at::Tensor& query_offsets,
                                      const ops::Memory& memory, int64_t most_weights = ops::kMostWeights) const;

  // The weights of some queries, numbered as in `query`, where forward() did not hand them out.
  ops::RowWeights weights_of_rows(const at::Tensor& queries, const at::Tensor& query, const at::Tensor& query_offsets,
                                  const ops::Memory& memory, const at::Tensor& visible = {}) const;

  const at::Tensor& query_weight() const { return query_; }     // W [A, Q]
  const at::Tensor& query_bias() const { return query_bias_; }  // b [A] of the additive score, else undefined

  int64_t context_size() const { return options_.value_size > 0 ? options_.value_size : options_.memory_size; }

 private:
  at::Tensor projected(const at::Tensor& query) const;
  ops::AttendInput input_of(const at::Tensor& query, const at::Tensor& query_offsets, const ops::Memory& memory,
                            const at::Tensor& visible) const;

  LookupOptions options_;
  at::Tensor query_, query_bias_;  // W [A, Q]; additive: b [A]
  at::Tensor key_, value_;         // K [A, D]; [value_size, D], undefined where the memory is summed as it is
  at::Tensor score_vector_;        // additive: v [A]
};
using Lookup = ModuleHolder<LookupImpl>;

}  // namespace fovea::nn
