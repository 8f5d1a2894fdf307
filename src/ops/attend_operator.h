// The operators that the autograd of fovea::attend records, called through libtorch's dispatcher.
#pragma once

#include <optional>

#include <c10/core/SymInt.h>

#include "ops/attend_fused.h"

namespace fovea::ops {

// W where nobody may read the offsets: N with one query for each sequence, else it must be told. Throws in words.
c10::SymInt recorded_weight_count(const AttendInput& input, const std::optional<c10::SymInt>& told);

// Meaning as in ops/attend_fused.h. Below autograd.
Attended call_attend_forward(const AttendInput& input, const c10::SymInt& weight_count);
AttendDown call_attend_backward(const AttendInput& input, const Attended& made, const AttendUpper& upper);

}  // namespace fovea::ops
