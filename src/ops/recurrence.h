// Recurrence over a ragged batch: one layer of LSTM, GRU or Elman cells in one or both directions, differentiable in
// values, weights, biases and initial states.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <ATen/core/Tensor.h>

#include "kernels/recurrence.h"

namespace fovea::ops {

using kernels::Cell;

// G, rows of the weight matrices per hidden unit: LSTM 4 (input, forget, cell, output), GRU 3 (reset, update, new),
// Elman 1. Gates are ordered as in PyTorch.
inline int64_t gate_count(Cell cell) {
  return kernels::gates_of(cell);
}

// Weights as the kernels read them, for the instruction set in force.
struct PackedRecurrence {
  std::vector<float> input, hidden, hidden_woven;
  at::Tensor bias;  // [G·H], what is added outside the reset product
};

struct RecurrenceWeights {
  at::Tensor input_weight;   // [G·H, E]
  at::Tensor hidden_weight;  // [G·H, H]
  at::Tensor input_bias;     // [G·H]
  at::Tensor hidden_bias;    // [G·H]
  // From pack_recurrence(), for weights that stay as they are; read where no gradient is wanted. Null: packed each
  // time.
  std::shared_ptr<const PackedRecurrence> packed;
};

// Null for weights that the fused form does not take.
std::shared_ptr<const PackedRecurrence> pack_recurrence(Cell cell, const RecurrenceWeights& weights);

struct RecurrenceInput {
  Cell cell = Cell::kLstm;
  at::Tensor values;                          // [N, E]
  at::Tensor offsets;                         // [B+1] int64, CPU
  std::vector<RecurrenceWeights> directions;  // one: from the first row to the last; two: the second from last to first
  at::Tensor initial_hidden;                  // [directions, B, H]; undefined: 0
  at::Tensor initial_cell;                    // [directions, B, H], LSTM only; undefined: 0
  // [N] int64: row i is values[which[i]], and values is [U, E]; undefined: row i is values[i]. Where rows are alike
  // their product with the weights is made once, if no gradient is wanted.
  at::Tensor which{};
};

struct RecurrenceOutput {
  // The state after each row, directions side by side: [N, H · directions]. Row i of the second direction holds the
  // state that has seen the rows from the end of its sequence down to i.
  at::Tensor states;
  // The states that each sequence ends with, for another call to go on from: [directions, B, H]. Of a sequence without
  // rows those that it started from.
  at::Tensor hidden;
  at::Tensor cell;  // LSTM only, else undefined
};

// Differentiable in all that comes out. Floats on the CPU take Fovea's own kernels, all else the composite form. Throws
// InternalError on shapes that do not fit. A second derivative is refused in words.
RecurrenceOutput recurrence(const RecurrenceInput& input);
void check_recurrence(const RecurrenceInput& input);  // throws what recurrence() would throw

bool wants_gradient(const RecurrenceInput& input);  // of anything that it holds

// The two forms, for tests and benchmarks that want one of them; input as check_recurrence() lets it through. The fused
// one wants floats on the CPU and, where a gradient is wanted, each row as a value of its own.
bool takes_fused_recurrence(const RecurrenceInput& input);
RecurrenceOutput recurrence_fused(const RecurrenceInput& input);
RecurrenceOutput recurrence_composite(const RecurrenceInput& input);

}  // namespace fovea::ops
