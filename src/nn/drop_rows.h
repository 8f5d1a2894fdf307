// Dropout of whole rows, without the scaling of dropout: a row is there as it is, or it is 0.
#pragma once

#include <ATen/core/Tensor.h>

#include "base/random.h"

namespace fovea::nn {

// values [N, R], no gradient; each row becomes 0 with probability p. Row i uses number i of the stream of `key`.
at::Tensor drop_rows(const at::Tensor& values, double p, const RandomKey& key);

}  // namespace fovea::nn
