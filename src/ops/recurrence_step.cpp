#include "ops/recurrence_step.h"

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/products.h"
#include "ops/recurrence_fused.h"

namespace fovea::ops {
namespace {

int64_t hidden_width(const RecurrenceStep& step) {
  return step.weights.hidden_weight.size(1);
}

void check_state(const RecurrenceStep& step, const RecurrenceState& state, int64_t rows) {
  const std::vector<int64_t> sizes = {rows, hidden_width(step)};
  FOVEA_CHECK(state.hidden.sizes() == sizes, "states are", state.hidden.sizes(), "not", sizes);
  FOVEA_CHECK(state.cell.defined() == (step.cell == Cell::kLstm), "the LSTM has cells, and it alone");
  FOVEA_CHECK(!state.cell.defined() || state.cell.sizes() == sizes, "cells are", state.cell.sizes(), "not", sizes);
}

void check_step(const RecurrenceStep& step, const RecurrenceState& next) {
  const int64_t gate_rows = gate_count(step.cell) * hidden_width(step);
  FOVEA_CHECK(step.values.dim() == 2 && step.weights.input_weight.size(0) == gate_rows &&
                  step.weights.input_weight.size(1) == step.values.size(1),
              "input_weight is", step.weights.input_weight.sizes(), "for values", step.values.sizes());
  const int64_t rows = step.values.size(0), states = step.before.hidden.size(0);
  FOVEA_CHECK(step.from.defined() || states == rows, "rows", rows, "from states", states);
  check_state(step, step.before, states);
  check_state(step, next, rows);
  FOVEA_CHECK(next.hidden.is_contiguous() && (!next.cell.defined() || next.cell.is_contiguous()),
              "the states of a step are written to contiguous rows");
  if (!step.from.defined()) return;
  FOVEA_CHECK(step.from.scalar_type() == at::kLong && step.from.numel() == rows && step.from.is_contiguous(),
              step.from.sizes());
  const int64_t* from = step.from.const_data_ptr<int64_t>();
  for (int64_t b = 0; b < rows; ++b) FOVEA_CHECK(0 <= from[b] && from[b] < states, "state", from[b], "of", states);
}

// One row for each sequence, through the layer of libtorch.
void step_of_any_type(const RecurrenceStep& step, const RecurrenceState& next) {
  const auto chosen = [&](const at::Tensor& state) {
    if (!state.defined()) return state;
    return (step.from.defined() ? state.index_select(0, step.from.to(state.device())) : state).unsqueeze(0);
  };
  RecurrenceInput in;
  in.cell = step.cell;
  in.values = step.values;
  in.offsets = at::arange(step.values.size(0) + 1, at::kLong);
  in.directions = {step.weights};
  in.initial_hidden = chosen(step.before.hidden);
  in.initial_cell = chosen(step.before.cell);
  const RecurrenceOutput out = recurrence_composite(in);
  next.hidden.copy_(out.hidden[0]);
  if (next.cell.defined()) next.cell.copy_(out.cell[0]);
}

const float* given_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr<float>() : nullptr;
}

}  // namespace

void recurrence_step(const RecurrenceStep& step, const RecurrenceState& next) {
  const at::NoGradGuard guard;
  check_step(step, next);
  if (step.values.scalar_type() != at::kFloat || !step.values.device().is_cpu()) return step_of_any_type(step, next);
  const std::shared_ptr<const PackedRecurrence> packed =
      step.weights.packed ? step.weights.packed : pack_recurrence(step.cell, step.weights);
  const int64_t rows = step.values.size(0), width = step.values.size(1), hidden = hidden_width(step);
  const int64_t gate_width = gate_count(step.cell) * hidden;
  const at::Tensor gates = step.gates.defined() ? step.gates : at::empty({rows * gate_width}, at::kFloat);
  FOVEA_CHECK(gates.numel() >= rows * gate_width && gates.is_contiguous(), "room for gates", gates.numel(), "rows",
              rows);
  const at::Tensor values = step.values.contiguous(), hidden_before = step.before.hidden.contiguous();
  const at::Tensor cells_before = step.before.cell.defined() ? step.before.cell.contiguous() : at::Tensor();

  kernels::GemmArguments projection;
  projection.rows = rows;
  projection.columns = gate_width;
  projection.depth = width;
  projection.a = values.const_data_ptr<float>();
  projection.a_stride = width;
  projection.b_packed = packed->input.data();
  projection.bias = packed->bias.const_data_ptr<float>();
  projection.c = gates.mutable_data_ptr<float>();
  projection.c_stride = gate_width;

  kernels::RecurrenceStepArguments arguments;
  arguments.cell = step.cell;
  arguments.rows = rows;
  arguments.hidden_width = hidden;
  arguments.hidden_packed = packed->hidden.data();
  arguments.hidden_woven = packed->hidden_woven.empty() ? nullptr : packed->hidden_woven.data();
  const at::Tensor hidden_bias = step.weights.hidden_bias.contiguous();
  if (step.cell == Cell::kGru) arguments.reset_bias = hidden_bias.const_data_ptr<float>() + 2 * hidden;
  arguments.gates = projection.c;
  arguments.hidden = hidden_before.const_data_ptr<float>();
  arguments.cells = given_or_null(cells_before);
  arguments.from = step.from.defined() ? step.from.const_data_ptr<int64_t>() : nullptr;
  arguments.next_hidden = next.hidden.mutable_data_ptr<float>();
  arguments.next_cells = next.cell.defined() ? next.cell.mutable_data_ptr<float>() : nullptr;

  RowWork work;  // both halves of a row on one thread: none waits for another
  work.rows = rows;
  work.cost = static_cast<double>((width + hidden) * gate_width);
  work.scratch = std::max(kernels::gemm_scratch_size(projection), kernels::recurrence_step_scratch_size(arguments));
  work.run = [&](int64_t begin, int64_t end, float* scratch) {
    kernels::gemm(projection, begin, end, scratch);
    kernels::recurrence_step(arguments, begin, end, scratch);
  };
  run_rows({work});
}

}  // namespace fovea::ops
