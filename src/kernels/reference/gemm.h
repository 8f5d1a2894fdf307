// The matrix product as three loops in double: the oracle of the tests.
#pragma once

#include "kernels/gemm.h"

namespace fovea::kernels::reference {

// What kernels::gemm() computes, each element as one sum in double that is rounded once; from b or b_rows only.
void gemm(const GemmArguments& arguments, int64_t begin, int64_t end);

}  // namespace fovea::kernels::reference
