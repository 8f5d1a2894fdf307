// Convolution over time on a ragged batch, from the matrix products of libtorch.
#pragma once

#include <ATen/core/Tensor.h>

namespace fovea::ops {

// Row i of the result is bias + Σ_w weight[w]ᵀ · values[i + w − W/2] over the rows of its own sequence; outside of it
// there are zeros. values [N, E], offsets [B+1], weight [W, E, H] with W odd, bias [H] → [N, H]. Differentiable in
// values, weight and bias. Runs on all rows at once, with a gap of W/2 zero rows between sequences. Throws
// InternalError on shapes that do not fit.
at::Tensor convolve(const at::Tensor& values, const at::Tensor& offsets, const at::Tensor& weight,
                    const at::Tensor& bias);

}  // namespace fovea::ops
