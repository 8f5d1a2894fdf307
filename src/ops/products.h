// Matrix products of the kernels, split over threads by rows of the result: any number of threads gives the same bits.
#pragma once

#include "kernels/gemm.h"

namespace fovea::ops {

// The whole product; B is packed once for all threads.
void multiply(kernels::GemmArguments product);

}  // namespace fovea::ops
