// Reductions over the sequences of a ragged batch: `values [N, …]` with `offsets [B+1]`, sequence b owning the rows
// offsets[b] … offsets[b+1]-1. Empty sequences are legal. Differentiable; nothing here is padded.
#pragma once

#include <ATen/core/Tensor.h>

namespace fovea::ops {

// Checks `offsets` against `rows`: one-dimensional int64 on the CPU, from 0 rising to `rows`. Throws InternalError.
void check_offsets(const at::Tensor& offsets, int64_t rows);

// Row → its sequence: [N] int64 from offsets [B+1].
at::Tensor segment_ids(const at::Tensor& offsets);

// Softmax within each sequence. scores [N] → [N]; each sequence that is not empty sums to 1.
at::Tensor segment_softmax(const at::Tensor& scores, const at::Tensor& offsets);

// Sum of weights[i] · values[i] within each sequence: [N], [N, D] → [B, D]; an empty sequence gives 0.
at::Tensor segment_weighted_sum(const at::Tensor& weights, const at::Tensor& values, const at::Tensor& offsets);

// Row of the largest value per feature: [N, D] → [B, D] int64, the first among equals; -1 for an empty sequence.
at::Tensor segment_argmax(const at::Tensor& values, const at::Tensor& offsets);

// values[rows[b, d], d], 0 where rows is -1: [N, D], [B, D] → [B, D].
at::Tensor select_per_feature(const at::Tensor& values, const at::Tensor& rows);

// How often each row occurs among rows[b, :], divided by D: the share of features taken from it. [B, D] → [N].
at::Tensor selection_share(const at::Tensor& rows, int64_t row_count, at::ScalarType type);

}  // namespace fovea::ops
