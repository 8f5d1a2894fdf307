// attend() where its passes are recorded (ops/dispatch.h).
#pragma once

#include <c10/core/SymInt.h>

#include "ops/attend.h"

namespace fovea::ops {

// As attend_fused(), but both passes go through libtorch's dispatcher and nothing reads the offsets.
AttendOutput attend_recorded(const AttendInput& input, const c10::SymInt& weight_count);

}  // namespace fovea::ops
