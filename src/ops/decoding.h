// The small loops of a decoder's step (kernels/decoding.h), split over threads by rows: any number of threads gives the
// same bits. On raw memory, which a decoder keeps from step to step.
#pragma once

#include <cstdint>

#include "kernels/decoding.h"

namespace fovea::ops {

void attend_slots(const kernels::AttendSlotsArguments& arguments, int64_t rows);
void layer_norm(const kernels::LayerNormArguments& arguments, int64_t rows);
void add_to_rows(const float* y, int64_t width, float* x, int64_t rows);
void cut_below_zero(int64_t width, float* x, int64_t rows);
void log_softmax(int64_t width, float* x, int64_t rows);

}  // namespace fovea::ops
