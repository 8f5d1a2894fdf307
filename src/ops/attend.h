// Attention over ragged memories: score, normalise, weighted sum. The one interface for every kind of query; the
// weights it returns are the weights it used.
#pragma once

#include <ATen/core/Tensor.h>

namespace fovea::ops {

enum class Score { kAdditive, kDot };

// Sequence b owns memory rows memory_offsets[b] … memory_offsets[b+1]-1 and queries query_offsets[b] …
// query_offsets[b+1]-1. In this version every sequence has exactly one query (query_offsets = 0 … B); more are refused
// in words. Additive (Bahdanau, Cho & Bengio 2015): score_i = v · tanh(P m_i + q). Dot (Luong, Pham & Manning 2015):
// score_i = q · m_i.
struct AttendInput {
  Score score = Score::kAdditive;
  at::Tensor query;              // additive: [M, A], already projected; dot: [M, D]
  at::Tensor query_offsets;      // [B+1] int64, CPU
  at::Tensor memory;             // [N, D]
  at::Tensor memory_offsets;     // [B+1] int64, CPU
  at::Tensor memory_projection;  // additive: P [A, D]; dot: undefined
  at::Tensor score_vector;       // additive: v [A]; dot: undefined
};

struct AttendOutput {
  at::Tensor context;  // [M, D]; 0 for an empty memory
  at::Tensor weights;  // [N]; each memory that is not empty sums to 1
  at::Tensor scores;   // [N], before the softmax
};

// Throws InternalError on shapes that do not fit, UserError where more than one query per sequence is asked for.
AttendOutput attend(const AttendInput& input);

}  // namespace fovea::ops
