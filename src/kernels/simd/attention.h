// The fast attention of kernels/attention.h before its checks: same functions, arguments taken as they are.
#pragma once

#include "kernels/attention.h"

namespace fovea::kernels::simd {

int64_t attend_scratch_size(const AttendInput<float>& input, bool with_weights, const AttendUnit* units, int64_t count);
int64_t attend_backward_scratch_size(const AttendInput<float>& input, bool with_weights, const AttendUnit* units,
                                     int64_t count);
void attend(const AttendInput<float>& input, const AttendOutput<float>& output, float* scratch, const AttendUnit* units,
            int64_t count);
void attend_backward(const AttendInput<float>& input, const AttendGradients<float>& gradients, float* scratch,
                     const AttendUnit* units, int64_t count);
void weighted_sum(const float* weights, const float* memory, int64_t queries, int64_t rows, int64_t memory_width,
                  float* context);

}  // namespace fovea::kernels::simd
