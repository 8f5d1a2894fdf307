// Dropout whose mask is a pure function of a key and the position, not of libtorch's global generator.
#pragma once

#include <ATen/core/Tensor.h>

#include "base/random.h"

namespace fovea::ops {

// Each element of `values` is kept with probability 1 - p and scaled by 1 / (1 - p), else 0; 0 ≤ p < 1. Element i of
// the flattened values uses 16 bits of number i / 4 of the stream of `key`, so p is met to 2^-16, from below.
at::Tensor dropout(const at::Tensor& values, double p, const RandomKey& key);

}  // namespace fovea::ops
