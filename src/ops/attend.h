// Attention over ragged memories: score, normalise, weighted sum. The one interface for every kind of query; the
// weights it returns are the weights it used.
#pragma once

#include <limits>

#include <ATen/core/Tensor.h>

#include "kernels/attention.h"

namespace fovea::ops {

// How a query q and a memory row m give a score; k is the row's key.
enum class Score {
  kAdditive,   // v · tanh(k + q), k = P m     Bahdanau, Cho & Bengio 2015
  kDot,        // q · k,           k = m       Luong, Pham & Manning 2015
  kScaledDot,  // q · k / √A,      k = m       Vaswani et al. 2017; A the width of a head's keys
  kGeneral,    // q · k,           k = P m     Luong, Pham & Manning 2015
};

using kernels::Normaliser;

// Weights that a call hands out at most, of all heads together, unless it says otherwise: 8 MB of them, which a last
// cache still holds when the way back wants them. More take longer to write and to read than to make again.
constexpr int64_t kMostWeights = 1 << 21;
constexpr int64_t kAllWeights = std::numeric_limits<int64_t>::max();

// What queries look at, made ready once for any number of calls: a decoder's steps, layers that share it.
struct Memory {
  at::Tensor rows;     // [N, D]
  at::Tensor offsets;  // [B+1] int64, CPU
  at::Tensor keys;     // [N, A]
};

// The keys of a memory, rows · Pᵀ for a projection P [A, D], or the rows themselves where it is undefined.
// Differentiable in both. The caller may as well bring keys of his own, which need not be the same in every call.
Memory ready(const at::Tensor& rows, const at::Tensor& offsets, const at::Tensor& projection);

// Sequence b owns memory rows memory_offsets[b] … memory_offsets[b+1]-1 and r_b queries, rows query_offsets[b] …
// query_offsets[b+1]-1.
struct AttendInput {
  Score score = Score::kAdditive;
  Normaliser normaliser = Normaliser::kSoftmax;
  at::Tensor query;           // additive: [M, A], already projected; general: [M, A]; (scaled) dot: as wide as the keys
  at::Tensor query_offsets;   // [B+1] int64, CPU; undefined: one query for each sequence, M = B
  at::Tensor memory;          // [N, D]
  at::Tensor memory_offsets;  // [B+1] int64, CPU
  // Where the keys come from: keys [N, A] as they are, or a projection P [A, D] of the memory (additive and general),
  // or, where neither is defined, the memory itself (dot and scaled dot).
  at::Tensor keys, memory_projection;
  at::Tensor score_vector;  // additive: v [A]; else undefined
  // [M, 2] int64, CPU: query i sees rows visible[i, 0] … visible[i, 1] - 1 of its sequence, counted from its first row.
  // Undefined: all of them. What a query does not see has weight 0, exactly, and score 0.
  at::Tensor visible;
  bool causal = false;  // query i of a sequence sees its rows 0 … i; then there is no `visible`
  // Parts of the features that attend each for itself: of A in queries, keys and v, of D in the memory. Divides both.
  int64_t heads = 1;
  int64_t most_weights = kMostWeights;  // more than so many are not handed out
};

// Weights and scores of sequence b are a row-major [heads, r_b, n_b] that starts at heads · weight_offsets()[b].
struct AttendOutput {
  at::Tensor context;  // [M, D]; 0 for a query that sees nothing
  // [heads·W], those of a query and head sum to 1 unless it sees nothing. Undefined where there are more than
  // most_weights; weights_of_rows() then makes those of any query.
  at::Tensor weights;
  at::Tensor scores;         // [heads·W], before the normaliser; undefined where the weights are
  at::Tensor row_constants;  // [M, heads], what made weights of scores (kernels/attention.h); not differentiable
};

// [B+1], from 0 to W = Σ r_b·n_b. With one query for each sequence these are the memory offsets.
at::Tensor weight_offsets(const at::Tensor& query_offsets, const at::Tensor& memory_offsets);

// The ranges [M, 2] of queries that see rows 0 … i of their sequence, i their number in it, or with a window the last
// `window` of these.
at::Tensor causal_ranges(const at::Tensor& query_offsets, const at::Tensor& memory_offsets, int64_t window = 0);

// Differentiable in all tensors but the offsets and ranges. Floats on the CPU take the kernels, doubles on the CPU
// their reference, all else the composite form. Floats: any number of threads gives the same bits, and so does the
// context that kernels::weighted_sum() makes of the weights. Throws InternalError on shapes that do not fit. A second
// derivative is refused in words.
AttendOutput attend(const AttendInput& input);
void check_attend(const AttendInput& input);  // throws what attend() would throw

// The weights of some queries of a call, of any size: those that attend() has used or would hand out, bit for bit. Not
// differentiable. queries [K] int64, CPU, each a row of the query.
struct RowWeights {
  at::Tensor weights;  // those of the k-th query are a row-major [heads, n_b] that starts at heads · offsets[k]
  at::Tensor offsets;  // [K+1] int64, CPU
};
RowWeights weights_of_rows(const AttendInput& input, const at::Tensor& queries);

// The two forms, for tests and benchmarks that want one of them; input as check_attend() lets it through. The fused one
// is what doubles take as well.
bool takes_fused_attend(const AttendInput& input);
AttendOutput attend_fused(const AttendInput& input);
AttendOutput attend_composite(const AttendInput& input);
RowWeights weights_of_rows_composite(const AttendInput& input, const at::Tensor& queries);

// How often this process has run the kernels' forward pass; for tests that want to see that it ran.
int64_t fused_attend_calls();

}  // namespace fovea::ops
