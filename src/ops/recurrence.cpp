// Composite form on libtorch's own layers, which want a padded block: padding begins and ends in this file. A padded
// step comes after the end of its sequence, so no kept state depends on it and its gradient is exactly 0.
#include "ops/recurrence.h"

#include <algorithm>

#include <ATen/Functions.h>

#include "base/errors.h"
#include "ops/segments.h"

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

void check_shapes(const RecurrenceInput& in, int64_t hidden) {
  const int64_t rows = gate_count(in.cell) * hidden;
  FOVEA_CHECK(in.values.dim() == 2, "values must be [N, E], got dimensions", in.values.dim());
  FOVEA_CHECK(in.hidden_weight.size(0) == rows, "hidden_weight has rows", in.hidden_weight.size(0), "not", rows);
  FOVEA_CHECK(in.input_weight.size(0) == rows && in.input_weight.size(1) == in.values.size(1), "input_weight is",
              in.input_weight.sizes(), "for values", in.values.sizes());
  FOVEA_CHECK(in.input_bias.numel() == rows && in.hidden_bias.numel() == rows, in.input_bias.numel(),
              in.hidden_bias.numel());
  check_offsets(in.offsets, in.values.size(0));
}

}  // namespace

int64_t gate_count(Cell cell) {
  return cell == Cell::kLstm ? 4 : cell == Cell::kGru ? 3 : 1;
}

at::Tensor recurrence(const RecurrenceInput& in) {
  const int64_t hidden = in.hidden_weight.size(1);
  check_shapes(in, hidden);
  if (in.values.size(0) == 0) return at::zeros({0, hidden}, in.values.options());

  const PaddedIndex index = padded_index(in.offsets, in.reverse);
  const at::Tensor padded =
      in.values.index_select(0, index.to_padded).view({index.steps, index.sequences, in.values.size(1)});
  const at::Tensor zero = at::zeros({1, index.sequences, hidden}, in.values.options());
  const at::Tensor weights[] = {in.input_weight, in.hidden_weight, in.input_bias, in.hidden_bias};
  const bool keep = in.values.requires_grad() || in.input_weight.requires_grad() || in.hidden_weight.requires_grad();
  at::Tensor states;  // [T, B, H]
  switch (in.cell) {
    case Cell::kLstm:
      states = std::get<0>(at::lstm(padded, {zero, zero}, weights, true, 1, 0.0, keep, false, false));
      break;
    case Cell::kGru:
      states = std::get<0>(at::gru(padded, zero, weights, true, 1, 0.0, keep, false, false));
      break;
    case Cell::kElman:
      states = std::get<0>(at::rnn_tanh(padded, zero, weights, true, 1, 0.0, keep, false, false));
      break;
  }
  return states.reshape({index.steps * index.sequences, hidden}).index_select(0, index.to_rows);
}

}  // namespace fovea::ops
