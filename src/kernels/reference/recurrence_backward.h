// Gradients of the layers in reference/recurrence.h as plain loops in double: the oracle of the tests, and what
// operators on double take.
#pragma once

#include <cstdint>

#include "kernels/recurrence.h"
#include "kernels/reference/recurrence.h"

namespace fovea::kernels::reference {

// All contiguous, row-major, of the caller; null where a result is not wanted. Weights and biases are added to, since
// every sequence adds its part; the others are written for the sequences asked for.
struct RecurrenceGradients {
  const double* output = nullptr;       // [N, H], in: the gradient of `output`
  const double* last_hidden = nullptr;  // [B, H], in: that of `last_hidden`; null: 0
  const double* last_cell = nullptr;    // [B, H], in: that of `last_cell`, LSTM only; null: 0
  double* input = nullptr;              // [N, E]
  double* input_weights = nullptr;      // [G·H, E], added to
  double* hidden_weights = nullptr;     // [G·H, H], added to
  double* bias = nullptr;               // [G·H], added to
  double* hidden_bias = nullptr;        // [G·H], added to; the GRUs only
  double* initial_hidden = nullptr;     // [B, H]
  double* initial_cell = nullptr;       // [B, H], LSTM only
};

// Takes sequences [begin, end) back. `output` of the arguments is not read: states are computed anew.
// O(N·G·H·(E+H)).
void recurrence_backward(Cell cell, const RecurrenceArguments& arguments, const RecurrenceGradients& gradients,
                         int64_t begin, int64_t end);

}  // namespace fovea::kernels::reference
