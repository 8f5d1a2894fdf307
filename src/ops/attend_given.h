// Contexts under weights that are given, in the place of those that attention would make: what a model answers when it
// looks elsewhere.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea::ops {

// weights [heads·W], laid out as those of attend() (ops/attend.h); query_offsets [B+1] over M queries; rows [N, D] with
// row_offsets [B+1] → [M, D], of which head h sums the features h·D/heads … (h+1)·D/heads − 1. The weights need not sum
// to 1. Differentiable in weights and rows. Throws InternalError on shapes that do not fit.
at::Tensor attend_given(const at::Tensor& weights, const at::Tensor& query_offsets, const at::Tensor& rows,
                        const at::Tensor& row_offsets, int64_t heads);

}  // namespace fovea::ops
