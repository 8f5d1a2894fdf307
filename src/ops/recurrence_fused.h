// The passes of the fused recurrence, without autograd: Fovea's kernels on floats of the CPU.
// ops/recurrence_autograd.cpp stands them behind autograd.
#pragma once

#include "ops/recurrence.h"

namespace fovea::ops {

// The arrays that a direction keeps for the way back, all [N, ·] and undefined where the cell has no such thing: gates
// after their functions, cells, the GRU's reset product.
struct KeptRecurrence {
  at::Tensor gates, cells, extra;
};

// How many of the three are defined for a cell; they come in the order above.
int64_t kept_arrays(Cell cell);

struct RecurrencePass {
  RecurrenceOutput output;
  std::vector<KeptRecurrence> kept;  // by direction
};

// Gradients of what RecurrenceInput holds, undefined where it is; `values` only if it was asked for.
struct RecurrenceDown {
  at::Tensor values, initial_hidden, initial_cell;
  std::vector<at::Tensor> weights;  // four a direction, in the order of RecurrenceWeights
};

RecurrencePass recurrence_forward(const RecurrenceInput& input);

// Turns the kept gates and reset products into their gradients in place: once for each forward pass. Of `made` it reads
// the states and what was kept. `upper`: the gradients of what came out, undefined where there is none.
RecurrenceDown recurrence_backward(const RecurrenceInput& input, RecurrencePass& made, const RecurrenceOutput& upper,
                                   bool wants_values);

// Without anything kept, with packed weights where there are some. Takes rows that are alike (RecurrenceInput::which).
RecurrenceOutput recurrence_inference(const RecurrenceInput& input);

}  // namespace fovea::ops
