// Convolution over time on a ragged batch, from the matrix products of libtorch.
#pragma once

#include <ATen/core/Tensor.h>

namespace fovea::ops {

// Row i of the result is bias + Σ_w weight[w]ᵀ · values[i + w − W/2] over the rows of its own sequence; outside of it
// there are zeros. values [N, E], offsets [B+1], weight [W, E, H] with W odd, bias [H] → [N, H]. `beside` [N, 1], if it
// is given, is what the rows beside row i are multiplied by for it: 0 makes it read itself alone. `which` [N] int64, if
// it is given: row i is values[which[i]], and values is [U, E]. Differentiable in values, weight and bias. Throws
// InternalError on shapes that do not fit.
at::Tensor convolve(const at::Tensor& values, const at::Tensor& offsets, const at::Tensor& weight,
                    const at::Tensor& bias, const at::Tensor& beside = {}, const at::Tensor& which = {});

// One of the summands of convolve(): row i is weightᵀ · values[i + step] where that is a row of the same sequence, else
// 0. weight [E, H]; sequences [N] as segment_ids() has them; `which` as above → [N, H].
at::Tensor convolve_tap(const at::Tensor& values, const at::Tensor& sequences, const at::Tensor& weight, int64_t step,
                        const at::Tensor& which = {});

}  // namespace fovea::ops
