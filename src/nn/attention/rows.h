// Structured self-attention (Lin et al. 2017): several rows of weights over one text, and what weights add to a loss:
// rows that look at the same words, and weights that are spread.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea::nn {

// Weights or scores of `rows` queries a text, as ops::attend lays them out [rows · N], → [rows, N].
at::Tensor by_row(const at::Tensor& weights, const at::Tensor& offsets, int64_t rows);

// ‖A Aᵀ − I‖² (Frobenius), A [rows, n] the weights of a text, as the mean over the texts that are not empty: 0-dim. It
// is 0 where each row looks at one word and no two at the same one. each [rows, N], offsets [B+1].
at::Tensor redundancy(const at::Tensor& each, const at::Tensor& offsets);

// −Σ a ln a of the weights of a text, in nats, as the mean over looks and over the texts that are not empty: 0-dim.
// looks [K, N] or [N], offsets [B+1]. It is 0 where each text has one word, ln n where its weights are even. A text of
// n > `long_from` words counts (long_from / n)² of the others (0: as they do): the answer to a long one hangs on many
// of its words.
at::Tensor entropy(const at::Tensor& looks, const at::Tensor& offsets, int64_t long_from = 0);

}  // namespace fovea::nn
