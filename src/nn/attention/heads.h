// Multi-head pooling: each head scores and sums its own part of the features of a row.
#pragma once

#include "nn/attention/pooling.h"

namespace fovea::nn {

// Features of a head, of `size` in all: (size − shared_size) / heads + shared_size.
int64_t head_width(const PoolingOptions& options, int64_t size);

// The features of every row that belong to `head`: its own, then the shared ones. [N, D] → [N, head_width(D)], of a
// memory as of keys.
at::Tensor head_part(const at::Tensor& memory, const PoolingOptions& options, int64_t head);

}  // namespace fovea::nn
