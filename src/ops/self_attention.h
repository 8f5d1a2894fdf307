// Self-attention of several heads over a ragged batch, by libtorch's fused attention: inside, sequences are padded to
// the longest one.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea::ops {

// query, key, value [N, E], offsets [B+1] → [N, E]: every row takes, by softmax of its scaled products with the keys of
// its own sequence, the mean of their values; head j of `heads` does so with features j·E/heads … (j+1)·E/heads − 1.
// Differentiable in all three. Empty sequences are legal. Throws InternalError on shapes that do not fit.
at::Tensor self_attention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                          const at::Tensor& offsets, int64_t heads);

}  // namespace fovea::ops
