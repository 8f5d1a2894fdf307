// Composite form on libtorch's own layers, for types and devices that have no kernel here. They want a padded block:
// padding begins and ends in this file. A padded step comes after the end of its sequence, so no kept state depends on
// it and its gradient is exactly 0.
#include <algorithm>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "ops/recurrence.h"

namespace fovea::ops {
namespace {

struct PaddedIndex {
  int64_t steps = 0, sequences = 0;
  at::Tensor to_padded;  // [T·B] row of `values` for each padded place; a padded place repeats row 0
  at::Tensor to_rows;    // [N] padded place of each row
};

PaddedIndex padded_index(const at::Tensor& offsets, bool reverse) {
  PaddedIndex index;
  const int64_t* from = offsets.const_data_ptr<int64_t>();
  index.sequences = offsets.numel() - 1;
  for (int64_t b = 0; b < index.sequences; ++b) index.steps = std::max(index.steps, from[b + 1] - from[b]);
  index.to_padded = at::zeros({index.steps * index.sequences}, offsets.options());
  index.to_rows = at::empty({from[index.sequences]}, offsets.options());
  int64_t* padded = index.to_padded.mutable_data_ptr<int64_t>();
  int64_t* rows = index.to_rows.mutable_data_ptr<int64_t>();
  for (int64_t b = 0; b < index.sequences; ++b) {
    const int64_t length = from[b + 1] - from[b];
    for (int64_t t = 0; t < length; ++t) {
      const int64_t row = reverse ? from[b + 1] - 1 - t : from[b] + t;
      padded[t * index.sequences + b] = row;
      rows[row] = t * index.sequences + b;
    }
  }
  return index;
}

// n = tanh(x_n + Whn (r∘h)): the form that no library layer has, step by step. padded [T, B, E], state [B, H].
at::Tensor gru_reset_before(const at::Tensor& padded, at::Tensor state, const RecurrenceWeights& w) {
  const int64_t hidden = w.hidden_weight.size(1);
  const at::Tensor from_input = at::linear(padded, w.input_weight, w.input_bias);  // [T, B, 3H]
  const at::Tensor gate_weight = w.hidden_weight.narrow(0, 0, 2 * hidden),
                   gate_bias = w.hidden_bias.narrow(0, 0, 2 * hidden);
  const at::Tensor new_weight = w.hidden_weight.narrow(0, 2 * hidden, hidden);
  const at::Tensor new_bias = w.hidden_bias.narrow(0, 2 * hidden, hidden);
  std::vector<at::Tensor> states;
  for (int64_t t = 0; t < padded.size(0); ++t) {
    const at::Tensor x = from_input[t];
    const at::Tensor gates = at::sigmoid(x.narrow(1, 0, 2 * hidden) + at::linear(state, gate_weight, gate_bias));
    const at::Tensor reset = gates.narrow(1, 0, hidden), update = gates.narrow(1, hidden, hidden);
    const at::Tensor fresh =
        at::tanh(x.narrow(1, 2 * hidden, hidden) + at::linear(reset * state, new_weight, new_bias));
    state = fresh + update * (state - fresh);
    states.push_back(state);
  }
  return at::stack(states);
}

at::Tensor one_direction(const RecurrenceInput& in, int64_t direction) {
  const RecurrenceWeights& w = in.directions[static_cast<size_t>(direction)];
  const int64_t hidden = w.hidden_weight.size(1);
  const PaddedIndex index = padded_index(in.offsets, direction == 1);
  const at::Tensor padded =
      in.values.index_select(0, index.to_padded).view({index.steps, index.sequences, in.values.size(1)});
  const auto initial = [&](const at::Tensor& given) {
    return given.defined() ? given[direction].unsqueeze(0)
                           : at::zeros({1, index.sequences, hidden}, in.values.options());
  };
  const at::Tensor state = initial(in.initial_hidden);
  const at::Tensor weights[] = {w.input_weight, w.hidden_weight, w.input_bias, w.hidden_bias};
  const bool keep = in.values.requires_grad() || w.input_weight.requires_grad() || w.hidden_weight.requires_grad();
  at::Tensor states;  // [T, B, H]
  switch (in.cell) {
    case Cell::kLstm:
      states =
          std::get<0>(at::lstm(padded, {state, initial(in.initial_cell)}, weights, true, 1, 0.0, keep, false, false));
      break;
    case Cell::kGru:
      states = std::get<0>(at::gru(padded, state, weights, true, 1, 0.0, keep, false, false));
      break;
    case Cell::kGruResetBefore:
      states = gru_reset_before(padded, state[0], w);
      break;
    case Cell::kElmanTanh:
      states = std::get<0>(at::rnn_tanh(padded, state, weights, true, 1, 0.0, keep, false, false));
      break;
    case Cell::kElmanRelu:
      states = std::get<0>(at::rnn_relu(padded, state, weights, true, 1, 0.0, keep, false, false));
      break;
  }
  return states.reshape({index.steps * index.sequences, hidden}).index_select(0, index.to_rows);
}

}  // namespace

at::Tensor recurrence_composite(const RecurrenceInput& in) {
  const int64_t hidden = in.directions[0].hidden_weight.size(1);
  const auto directions = static_cast<int64_t>(in.directions.size());
  if (in.values.size(0) == 0) return at::zeros({0, hidden * directions}, in.values.options());
  if (directions == 1) return one_direction(in, 0);
  return at::cat({one_direction(in, 0), one_direction(in, 1)}, 1);
}

}  // namespace fovea::ops
