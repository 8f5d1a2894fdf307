// The door: checks, and the choice between the two forms.
#include "ops/recurrence.h"

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/dispatch.h"
#include "ops/segments.h"

namespace fovea::ops {
namespace {

void check_weights(const RecurrenceInput& in, const RecurrenceWeights& w, int64_t hidden) {
  const int64_t rows = gate_count(in.cell) * hidden;
  FOVEA_CHECK(w.hidden_weight.dim() == 2 && w.hidden_weight.size(0) == rows && w.hidden_weight.size(1) == hidden,
              "hidden_weight is", w.hidden_weight.sizes(), "not rows", rows, "columns", hidden);
  FOVEA_CHECK(
      w.input_weight.dim() == 2 && w.input_weight.size(0) == rows && w.input_weight.size(1) == in.values.size(1),
      "input_weight is", w.input_weight.sizes(), "for values", in.values.sizes());
  FOVEA_CHECK(w.input_bias.numel() == rows && w.hidden_bias.numel() == rows, w.input_bias.numel(),
              w.hidden_bias.numel());
}

void check_initial(const RecurrenceInput& in, const at::Tensor& initial, int64_t hidden) {
  if (!initial.defined()) return;
  const auto directions = static_cast<int64_t>(in.directions.size());
  FOVEA_CHECK(initial.sizes() == at::IntArrayRef({directions, in.offsets.numel() - 1, hidden}), "an initial state is",
              initial.sizes());
}

}  // namespace

bool wants_gradient(const RecurrenceInput& in) {
  if (!at::GradMode::is_enabled()) return false;
  bool wanted = in.values.requires_grad();
  for (const RecurrenceWeights& w : in.directions) {
    for (const at::Tensor& weight : {w.input_weight, w.hidden_weight, w.input_bias, w.hidden_bias}) {
      wanted |= weight.requires_grad();
    }
  }
  for (const at::Tensor& state : {in.initial_hidden, in.initial_cell}) {
    wanted |= state.defined() && state.requires_grad();
  }
  return wanted;
}

void check_recurrence(const RecurrenceInput& in) {
  FOVEA_CHECK(in.values.dim() == 2, "values must be [N, E], got dimensions", in.values.dim());
  FOVEA_CHECK(in.directions.size() == 1 || in.directions.size() == 2, "directions", in.directions.size());
  const int64_t hidden = in.directions[0].hidden_weight.size(1);
  for (const RecurrenceWeights& w : in.directions) check_weights(in, w, hidden);
  check_offsets(in.offsets, in.which.defined() ? in.which.numel() : in.values.size(0));
  FOVEA_CHECK(in.cell == Cell::kLstm || !in.initial_cell.defined(), "only the LSTM has a cell");
  check_initial(in, in.initial_hidden, hidden);
  check_initial(in, in.initial_cell, hidden);
}

bool takes_fused_recurrence(const RecurrenceInput& in) {
  return in.values.scalar_type() == at::kFloat && in.values.device().is_cpu();
}

RecurrenceOutput recurrence(const RecurrenceInput& in) {
  check_recurrence(in);
  if (in.which.defined() && (!takes_fused_recurrence(in) || wants_gradient(in) || is_recorded(in.values))) {
    RecurrenceInput each = in;
    each.values = in.values.index_select(0, in.which);
    each.which = at::Tensor();
    return recurrence(each);
  }
  return takes_fused_recurrence(in) ? recurrence_fused(in) : recurrence_composite(in);
}

}  // namespace fovea::ops
