// Recurrence over a ragged batch: LSTM, GRU and Elman layers, one direction, differentiable in values and weights.
#pragma once

#include <string>

#include <ATen/core/Tensor.h>

namespace fovea::ops {

enum class Cell { kLstm, kGru, kElman };

// Rows of the weight matrices per hidden unit: 4 (input, forget, cell, output), 3 (reset, update, new), 1.
int64_t gate_count(Cell cell);

// Gates are ordered, and the GRU applies its reset after the product, as in PyTorch; Elman uses tanh.
struct RecurrenceInput {
  Cell cell = Cell::kLstm;
  bool reverse = false;      // runs each sequence from its last row to its first
  at::Tensor values;         // [N, E]
  at::Tensor offsets;        // [B+1] int64, CPU
  at::Tensor input_weight;   // [G·H, E]
  at::Tensor hidden_weight;  // [G·H, H]
  at::Tensor input_bias;     // [G·H]
  at::Tensor hidden_bias;    // [G·H]
};

// The state after each row: [N, H]; the initial state is 0. Row i of a reversed sequence holds the state that has seen
// the rows from the end of its sequence down to i. Throws InternalError on shapes that do not fit.
at::Tensor recurrence(const RecurrenceInput& input);

}  // namespace fovea::ops
