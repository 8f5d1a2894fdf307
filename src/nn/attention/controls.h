// Pooling without attention: the controls that attention is compared with.
#pragma once

#include "nn/attention/pooling.h"

namespace fovea::nn {

// memory [N, D], offsets [B+1]; see PoolingOptions and Pooled for what comes back.
Pooled pool_mean(const at::Tensor& memory, const at::Tensor& offsets);
Pooled pool_max(const at::Tensor& memory, const at::Tensor& offsets);
Pooled pool_last(const at::Tensor& memory, const at::Tensor& offsets, int64_t backward_begin, int64_t backward_end);

}  // namespace fovea::nn
