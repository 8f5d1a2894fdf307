// The fused form of attend(): Fovea's kernels behind autograd, for floats on the CPU.
#pragma once

#include "ops/attend.h"

namespace fovea::ops {

bool takes_fused_attend(const AttendInput& input);
AttendOutput attend_fused(const AttendInput& input);  // input as attend() has checked it

}  // namespace fovea::ops
