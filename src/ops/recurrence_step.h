// One step of a recurrent layer for many rows at once, each from a state of its own: what a decoder does with its
// hypotheses at every place of its output. Without gradients; a step with them is a recurrence() over sequences of one
// row.
#pragma once

#include "ops/recurrence.h"

namespace fovea::ops {

// [R, H] each; `cell` of the LSTM only, else undefined.
struct RecurrenceState {
  at::Tensor hidden, cell;
};

struct RecurrenceStep {
  Cell cell = Cell::kLstm;
  RecurrenceWeights weights;  // packed, else they are packed for this call
  at::Tensor values;          // [B, E]
  RecurrenceState before;     // of R states
  at::Tensor from;            // [B] int64, CPU: the state that each row goes on from; undefined: R = B, each its own
  at::Tensor gates;  // room for B·G·H floats; undefined: made for this call. With it and packed weights the numbers of
                     // a step of floats on the CPU need no memory but the buffer that each thread has for its scratch
};

// Writes the states after the step into `next`, contiguous [B, H]; without `from` that may be `before` itself. The
// numbers are those of recurrence() at the same step; of floats on the CPU bit for bit, on any number of threads.
// Throws InternalError on shapes that do not fit.
void recurrence_step(const RecurrenceStep& step, const RecurrenceState& next);

}  // namespace fovea::ops
