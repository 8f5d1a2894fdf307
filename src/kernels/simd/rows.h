// The vector parts of kernels/row_adam.h and kernels/row_gradients.h: what is done to the elements of one row.
#pragma once

#include <cstdint>

#include "kernels/row_gradients.h"

namespace fovea::kernels::simd {

// One row's step, everything that is the same for all its elements worked out.
struct RowStep {
  float beta1, beta2, epsilon, gradient_scale;
  float decay;       // δ
  float rate;        // η / (1 − β₁ᵏ)
  float root_scale;  // 1 / √(1 − β₂ᵏ)
};
void row_adam_step(const RowStep& step, const float* gradient, int64_t width, float* row, float* first_moments,
                   float* second_moments);

void scale_row(float factor, int64_t width, float* row);

void sum_rows(const SumRowsArguments<float>& arguments, int64_t begin, int64_t end);

}  // namespace fovea::kernels::simd
