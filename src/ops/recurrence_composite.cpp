// Composite form on libtorch's own layers, for types and devices that have no kernel here. They take sequences packed:
// the longest first, all first rows, then all second rows, and so on. That order begins and ends in this file.
#include <algorithm>

#include <ATen/TensorOperators.h>

#include "ops/aten.h"
#include "ops/recurrence.h"

namespace fovea::ops {
namespace {

struct PackedOrder {
  at::Tensor rows;         // [N] row of `values` at each packed place
  at::Tensor places;       // [N] packed place of each row
  at::Tensor batch_sizes;  // [T] sequences that have a row in each step; on the CPU
  at::Tensor sequences;    // [L] those that have rows, the longest first
};

PackedOrder packed_order(const RecurrenceInput& in, bool reverse) {
  const int64_t* from = in.offsets.const_data_ptr<int64_t>();
  const int64_t count = in.offsets.numel() - 1;
  std::vector<int64_t> order = kernels::recurrence_order(from, count);
  const auto length = [&](int64_t b) { return from[b + 1] - from[b]; };
  while (!order.empty() && length(order.back()) == 0) order.pop_back();
  const int64_t steps = order.empty() ? 0 : length(order.front());
  PackedOrder packed;
  packed.rows = at::empty({from[count]}, in.offsets.options());
  packed.places = at::empty({from[count]}, in.offsets.options());
  packed.batch_sizes = at::empty({steps}, in.offsets.options());
  packed.sequences = at::empty({static_cast<int64_t>(order.size())}, in.offsets.options());
  std::copy(order.begin(), order.end(), packed.sequences.mutable_data_ptr<int64_t>());
  int64_t* rows = packed.rows.mutable_data_ptr<int64_t>();
  int64_t* places = packed.places.mutable_data_ptr<int64_t>();
  int64_t* sizes = packed.batch_sizes.mutable_data_ptr<int64_t>();
  int64_t place = 0;
  for (int64_t t = 0; t < steps; ++t) {
    const int64_t begin = place;
    for (const int64_t b : order) {
      if (length(b) <= t) break;
      const int64_t row = reverse ? from[b + 1] - 1 - t : from[b] + t;
      rows[place] = row;
      places[row] = place++;
    }
    sizes[t] = place - begin;
  }
  for (at::Tensor* index : {&packed.rows, &packed.places, &packed.sequences}) *index = index->to(in.values.device());
  return packed;
}

struct Walked {
  at::Tensor states;        // [N, H], packed
  at::Tensor hidden, cell;  // [L, H]
};

// n = tanh(x_n + Whn (r∘h)): the form that no library layer has, step by step. values [N, E] packed, state [L, H].
Walked gru_reset_before(const at::Tensor& values, at::Tensor state, const at::Tensor& batch_sizes,
                        const RecurrenceWeights& w) {
  const int64_t hidden = w.hidden_weight.size(1);
  const at::Tensor from_input = at::linear(values, w.input_weight, w.input_bias);  // [N, 3H]
  const at::Tensor gate_weight = w.hidden_weight.narrow(0, 0, 2 * hidden),
                   gate_bias = w.hidden_bias.narrow(0, 0, 2 * hidden);
  const at::Tensor new_weight = w.hidden_weight.narrow(0, 2 * hidden, hidden);
  const at::Tensor new_bias = w.hidden_bias.narrow(0, 2 * hidden, hidden);
  std::vector<at::Tensor> states, ended;  // those that ended last are the longest
  const int64_t* sizes = batch_sizes.const_data_ptr<int64_t>();
  for (int64_t t = 0, place = 0; t < batch_sizes.numel(); place += sizes[t++]) {
    if (sizes[t] < state.size(0)) {
      ended.push_back(state.narrow(0, sizes[t], state.size(0) - sizes[t]));
      state = state.narrow(0, 0, sizes[t]);
    }
    const at::Tensor x = from_input.narrow(0, place, sizes[t]);
    const at::Tensor gates = at::sigmoid(x.narrow(1, 0, 2 * hidden) + at::linear(state, gate_weight, gate_bias));
    const at::Tensor reset = gates.narrow(1, 0, hidden), update = gates.narrow(1, hidden, hidden);
    const at::Tensor fresh =
        at::tanh(x.narrow(1, 2 * hidden, hidden) + at::linear(reset * state, new_weight, new_bias));
    state = fresh + update * (state - fresh);
    states.push_back(state);
  }
  ended.push_back(state);
  std::reverse(ended.begin(), ended.end());
  return {at::cat(states), at::cat(ended), {}};
}

// values [N, E] packed, hidden and cell [L, H].
Walked walk(const RecurrenceInput& in, const RecurrenceWeights& w, const at::Tensor& values, const at::Tensor& hidden,
            const at::Tensor& cell, const at::Tensor& batch_sizes) {
  const std::vector<at::Tensor> all = {w.input_weight, w.hidden_weight, w.input_bias, w.hidden_bias};
  const at::TensorList weights = all;
  const bool keep = in.values.requires_grad() || w.input_weight.requires_grad() || w.hidden_weight.requires_grad();
  const at::Tensor state = hidden.unsqueeze(0);
  std::tuple<at::Tensor, at::Tensor> made;
  switch (in.cell) {
    case Cell::kLstm: {
      const auto [states, last, cells] =
          at::lstm(values, batch_sizes, {state, cell.unsqueeze(0)}, weights, true, 1, 0.0, keep, false);
      return {states, last[0], cells[0]};
    }
    case Cell::kGruResetBefore:
      return gru_reset_before(values, hidden, batch_sizes, w);
    case Cell::kGru:
      made = at::gru(values, batch_sizes, state, weights, true, 1, 0.0, keep, false);
      break;
    case Cell::kElmanTanh:
      made = at::rnn_tanh(values, batch_sizes, state, weights, true, 1, 0.0, keep, false);
      break;
    case Cell::kElmanRelu:
      made = at::rnn_relu(values, batch_sizes, state, weights, true, 1, 0.0, keep, false);
      break;
  }
  return {std::get<0>(made), std::get<1>(made)[0], {}};
}

// Everything but `states` without the first dimension.
RecurrenceOutput one_direction(const RecurrenceInput& in, int64_t direction) {
  const RecurrenceWeights& w = in.directions[static_cast<size_t>(direction)];
  const int64_t hidden = w.hidden_weight.size(1), sequences = in.offsets.numel() - 1;
  const auto initial = [&](const at::Tensor& given) {
    return given.defined() ? given[direction] : at::zeros({sequences, hidden}, in.values.options());
  };
  RecurrenceOutput out;
  out.hidden = initial(in.initial_hidden);
  if (in.cell == Cell::kLstm) out.cell = initial(in.initial_cell);
  const PackedOrder packed = packed_order(in, direction == 1);
  if (packed.rows.numel() == 0) {
    out.states = at::zeros({0, hidden}, in.values.options());
    return out;
  }
  const auto of_those_with_rows = [&](const at::Tensor& state) {
    return state.defined() ? state.index_select(0, packed.sequences) : state;
  };
  const Walked walked = walk(in, w, in.values.index_select(0, packed.rows), of_those_with_rows(out.hidden),
                             of_those_with_rows(out.cell), packed.batch_sizes);
  out.states = walked.states.index_select(0, packed.places);
  out.hidden = out.hidden.index_copy(0, packed.sequences, walked.hidden);
  if (out.cell.defined()) out.cell = out.cell.index_copy(0, packed.sequences, walked.cell);
  return out;
}

}  // namespace

RecurrenceOutput recurrence_composite(const RecurrenceInput& in) {
  std::vector<at::Tensor> states, hidden, cell;
  for (int64_t direction = 0; direction < static_cast<int64_t>(in.directions.size()); ++direction) {
    const RecurrenceOutput out = one_direction(in, direction);
    states.push_back(out.states);
    hidden.push_back(out.hidden);
    if (out.cell.defined()) cell.push_back(out.cell);
  }
  return {at::cat(states, 1), at::stack(hidden), cell.empty() ? at::Tensor() : at::stack(cell)};
}

}  // namespace fovea::ops
