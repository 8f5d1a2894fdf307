// The large products that finish the backward pass of a recurrent layer: dX, the weights' gradients and the biases',
// after the steps have turned the gates into dG (kernels/recurrence.h has the recipe).
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "kernels/recurrence.h"
#include "ops/recurrence.h"

namespace fovea::ops {

inline bool has_reset_product(Cell cell) {
  return cell == Cell::kGru || cell == Cell::kGruResetBefore;
}

struct RecurrenceProducts {
  Cell cell = Cell::kLstm;
  int64_t rows = 0, input_width = 0, hidden = 0;  // N, E, H
  at::Tensor values;                              // X [N, E], contiguous floats
  // Of each direction: Wx [G·H, E], contiguous, and what recurrence_backward() has worked on.
  std::vector<at::Tensor> input_weights;
  std::vector<kernels::RecurrenceArguments> arguments;

  int64_t gate_width() const { return gate_count(cell) * hidden; }
};

struct RecurrenceProductGradients {
  at::Tensor values;  // undefined where not wanted
  std::vector<RecurrenceWeights> weights;
};

// All of them in one parallel section; any number of threads gives the same bits.
RecurrenceProductGradients recurrence_products(const RecurrenceProducts& layer, bool values_wanted);

}  // namespace fovea::ops
