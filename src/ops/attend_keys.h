// Keys of a memory, and the matrix products around attention.
#pragma once

#include "ops/attend.h"

namespace fovea::ops {

// c = a·b, or c += a·b. a and b are contiguous or the transpose of it, c is contiguous. Floats: any number of threads
// gives the same bits, which libtorch's product does not promise.
void product_into(const at::Tensor& c, const at::Tensor& a, const at::Tensor& b, bool accumulate = false);
at::Tensor product_of(const at::Tensor& a, const at::Tensor& b);

// The general score of several heads has keys of its own, which the heads divide; of one head it multiplies the queries
// instead, because there are fewer of them.
AttendInput with_keys_for_heads(const AttendInput& input);

}  // namespace fovea::ops
