// Structured self-attention (Lin et al. 2017): several rows of weights over one text, and the penalty on rows that look
// at the same words.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea::nn {

// Weights or scores of `rows` queries a text, as ops::attend lays them out [rows · N], → [rows, N].
at::Tensor by_row(const at::Tensor& weights, const at::Tensor& offsets, int64_t rows);

// ‖A Aᵀ − I‖² (Frobenius), A [rows, n] the weights of a text, as the mean over the texts that are not empty: 0-dim. It
// is 0 where each row looks at one word and no two at the same one. each [rows, N], offsets [B+1].
at::Tensor redundancy(const at::Tensor& each, const at::Tensor& offsets);

}  // namespace fovea::nn
