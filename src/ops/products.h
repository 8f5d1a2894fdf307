// Matrix products of the kernels, split over threads by rows of the result: any number of threads gives the same bits.
#pragma once

#include "kernels/gemm.h"

namespace fovea::ops {

// The whole product, or its rows [first, end); B is packed once for all threads of a call.
void multiply(const kernels::GemmArguments& product);
void multiply(const kernels::GemmArguments& product, int64_t first, int64_t end);

}  // namespace fovea::ops
