// The unchecked entries behind kernels/recurrence.h, dispatched to the instruction set in force.
#pragma once

#include "kernels/recurrence.h"

namespace fovea::kernels::simd {

void recurrence_forward(const RecurrenceArguments& arguments, int64_t begin, int64_t end, float* scratch);
void recurrence_backward(const RecurrenceArguments& arguments, const RecurrenceGradients& gradients, int64_t begin,
                         int64_t end, float* scratch);
// Sequences of one row each: `arguments` has no offsets. `from` [B]: the row of the initial states that each starts
// from; null: its own.
void recurrence_step(const RecurrenceArguments& arguments, const int64_t* from, int64_t begin, int64_t end,
                     float* scratch);
int64_t recurrence_scratch_size_forward(const RecurrenceArguments& arguments);
int64_t recurrence_scratch_size_backward(const RecurrenceArguments& arguments);
void weave_recurrence_weights(int64_t gates, int64_t hidden_width, const float* packed, float* woven);

}  // namespace fovea::kernels::simd
