// The unchecked entries behind kernels/gemm.h, dispatched to the instruction set in force.
#pragma once

#include "kernels/gemm.h"

namespace fovea::kernels::simd {

void gemm(const GemmArguments& arguments, int64_t begin, int64_t end, float* scratch);
int64_t gemm_scratch_size(const GemmArguments& arguments);
int64_t packed_gemm_size(int64_t depth, int64_t columns);
void pack_gemm_operand(const GemmArguments& arguments, float* packed);

}  // namespace fovea::kernels::simd
