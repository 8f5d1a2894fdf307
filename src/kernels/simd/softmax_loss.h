// The vector form of kernels/softmax_loss.h, for the instruction set at hand.
#pragma once

#include "kernels/softmax_loss.h"

namespace fovea::kernels::simd {

void softmax_loss(const SoftmaxLossArguments& arguments, int64_t begin, int64_t end, bool gradients);

}  // namespace fovea::kernels::simd
