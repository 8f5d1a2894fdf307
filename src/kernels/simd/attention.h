// The fast attention of kernels/attention.h before its checks: same functions, arguments taken as they are.
#pragma once

#include "kernels/attention.h"

namespace fovea::kernels::simd {

int64_t attend_scratch_size(Score score, int64_t score_width);
int64_t attend_backward_scratch_size(Score score, int64_t score_width, int64_t longest_memory);
void attend(const AttendInput<float>& input, const AttendOutput<float>& output, float* scratch, int64_t begin,
            int64_t end);
void attend_backward(const AttendInput<float>& input, const AttendGradients<float>& gradients, float* scratch,
                     int64_t begin, int64_t end);
void weighted_sum(const float* weights, const float* memory, int64_t queries, int64_t rows, int64_t memory_width,
                  float* context);

}  // namespace fovea::kernels::simd
