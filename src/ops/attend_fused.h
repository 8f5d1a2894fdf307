// The passes of the fused attention on the CPU, without autograd: Fovea's kernels for floats, their reference for
// doubles. ops/attend_autograd.cpp stands them behind autograd. Inputs are as attend() has checked them.
#pragma once

#include "ops/attend.h"

namespace fovea::ops {

struct Attended {
  at::Tensor context, weights, scores;
  at::Tensor projected;  // additive: keys M·Pᵀ [N, A]; general: queries Q·P [M, D]; else undefined. For the way back
};

// Gradients of the loss by the results; an undefined one is 0.
struct AttendUpper {
  at::Tensor context, weights, scores;
};

struct AttendDown {
  at::Tensor query, memory, projection, score_vector;  // the last two undefined where the score has none
};

Attended attend_forward(const AttendInput& input);

// Reads `weights` and `projected` of what the forward pass made.
AttendDown attend_backward(const AttendInput& input, const Attended& made, const AttendUpper& upper);

}  // namespace fovea::ops
