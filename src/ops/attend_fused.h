// The passes of the fused attention on the CPU, without autograd: Fovea's kernels for floats, their reference for
// doubles. ops/attend_autograd.cpp stands them behind autograd. Inputs are as attend() has checked them.
#pragma once

#include "ops/attend.h"
#include "ops/attend_units.h"

namespace fovea::ops {

struct Attended {
  at::Tensor context, weights, scores;  // the last two undefined where there are more weights than wanted
  at::Tensor projected;  // additive: keys M·Pᵀ [N, A]; general: queries Q·P [M, D]; else undefined. For the way back
  at::Tensor row_constants;
};

// Gradients of the loss by the results; an undefined one is 0.
struct AttendUpper {
  at::Tensor context, weights, scores;
};

struct AttendDown {
  at::Tensor query, memory, keys, projection, score_vector;  // the last three undefined where the input has none
};

Attended attend_forward(const AttendInput& input);

// Reads `weights` and `projected` of what the forward pass made.
AttendDown attend_backward(const AttendInput& input, const Attended& made, const AttendUpper& upper);

// What the kernels read of an input: everything contiguous, all offsets and ranges there.
struct AttendParts : AttendInput {
  explicit AttendParts(const AttendInput& given);

  int64_t sequences() const { return memory_offsets.numel() - 1; }
  AttendSizes sizes() const;

  at::Tensor weight_offsets;
};

RowWeights weights_of_rows_fused(const AttendInput& input, const at::Tensor& queries);

}  // namespace fovea::ops
