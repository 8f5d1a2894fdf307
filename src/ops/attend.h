// Attention over ragged memories: score, normalise, weighted sum. The one interface for every kind of query; the
// weights it returns are the weights it used.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/attention.h"

namespace fovea::ops {

// How a query q and a memory row m give a score.
enum class Score {
  kAdditive,   // v · tanh(P m + q)   Bahdanau, Cho & Bengio 2015
  kDot,        // q · m               Luong, Pham & Manning 2015
  kScaledDot,  // q · m / √D          Vaswani et al. 2017
  kGeneral,    // q · P m             Luong, Pham & Manning 2015
};

using kernels::Normaliser;

// Sequence b owns memory rows memory_offsets[b] … memory_offsets[b+1]-1 and r_b queries, rows query_offsets[b] …
// query_offsets[b+1]-1. Every query of a sequence attends to every row of its memory.
struct AttendInput {
  Score score = Score::kAdditive;
  Normaliser normaliser = Normaliser::kSoftmax;
  at::Tensor query;              // additive: [M, A], already projected; general: [M, A]; (scaled) dot: [M, D]
  at::Tensor query_offsets;      // [B+1] int64, CPU; undefined: one query for each sequence, M = B
  at::Tensor memory;             // [N, D]
  at::Tensor memory_offsets;     // [B+1] int64, CPU
  at::Tensor memory_projection;  // additive and general: P [A, D]; else undefined
  at::Tensor score_vector;       // additive: v [A]; else undefined
  bool causal = false;           // that query i sees rows up to i only: not yet, true is refused
  int64_t heads = 1;             // parts of the features that attend each for itself: not yet, more are refused
};

// Weights and scores of sequence b are a row-major [r_b, n_b] that starts at weight_offsets()[b].
struct AttendOutput {
  at::Tensor context;  // [M, D]; 0 for a query over an empty memory
  at::Tensor weights;  // [W]; those of a query sum to 1 if its memory is not empty
  at::Tensor scores;   // [W], before the normaliser
};

// [B+1], from 0 to W = Σ r_b·n_b. With one query for each sequence these are the memory offsets.
at::Tensor weight_offsets(const at::Tensor& query_offsets, const at::Tensor& memory_offsets);

// Differentiable in all tensors but the offsets. Floats on the CPU take the kernels, doubles on the CPU their
// reference, all else the composite form. Floats: any number of threads gives the same bits, and so does the context
// that kernels::weighted_sum() makes of the weights. Throws InternalError on shapes that do not fit, UserError for
// what is not supported yet. A second derivative is refused in words.
AttendOutput attend(const AttendInput& input);
void check_attend(const AttendInput& input);              // throws what attend() would throw
void refuse_what_is_not_there(const AttendInput& input);  // the part of it that needs no sizes

// The two forms, for tests and benchmarks that want one of them; input as check_attend() lets it through. The fused one
// is what doubles take as well.
bool takes_fused_attend(const AttendInput& input);
AttendOutput attend_fused(const AttendInput& input);
AttendOutput attend_composite(const AttendInput& input);

// How often this process has run the kernels' forward pass; for tests that want to see that it ran.
int64_t fused_attend_calls();

}  // namespace fovea::ops
