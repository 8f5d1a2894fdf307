// Schema, shape-only form and registration of fovea::recurrence and fovea::recurrence_with_last, which hands out the
// last states too. The operators whose names begin with an underscore are what autograd records; nobody else calls
// them.
#include "ops/recurrence_operator.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/library.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/dispatch.h"

namespace fovea::ops {
namespace {

using Given = std::optional<at::Tensor>;

constexpr std::array<const char*, 5> kCellNames = {"lstm", "gru", "gru_reset_before", "elman_tanh", "elman_relu"};

Cell cell_named(std::string_view name) {
  const auto found = std::find(kCellNames.begin(), kCellNames.end(), name);
  TORCH_CHECK_VALUE(found != kCellNames.end(), "fovea::recurrence: no cell is called '", name,
                    "'; there are lstm, gru, gru_reset_before, elman_tanh and elman_relu");
  return static_cast<Cell>(found - kCellNames.begin());
}

// A list without the undefined ones, and back.
std::vector<at::Tensor> flat_kept(const std::vector<KeptRecurrence>& kept) {
  std::vector<at::Tensor> flat;
  for (const KeptRecurrence& one : kept) {
    for (const at::Tensor& tensor : {one.gates, one.cells, one.extra}) {
      if (tensor.defined()) flat.push_back(tensor);
    }
  }
  return flat;
}

std::vector<KeptRecurrence> structured_kept(Cell cell, at::TensorList flat) {
  const auto each = static_cast<size_t>(kept_arrays(cell));
  std::vector<KeptRecurrence> kept;
  for (size_t i = 0; i + each <= flat.size(); i += each) {
    KeptRecurrence one{flat[i], {}, {}};
    if (each > 1) (cell == Cell::kLstm ? one.cells : one.extra) = flat[i + 1];
    kept.push_back(one);
  }
  return kept;
}

std::vector<at::Tensor> flat_down(const RecurrenceDown& down) {
  std::vector<at::Tensor> flat;
  for (const at::Tensor& tensor : {down.values, down.initial_hidden, down.initial_cell}) {
    if (tensor.defined()) flat.push_back(tensor);
  }
  flat.insert(flat.end(), down.weights.begin(), down.weights.end());
  return flat;
}

RecurrenceDown structured_down(const RecurrenceInput& in, bool wants_values, const std::vector<at::Tensor>& flat) {
  RecurrenceDown down;
  auto next = flat.begin();
  if (wants_values) down.values = *next++;
  if (in.initial_hidden.defined()) down.initial_hidden = *next++;
  if (in.initial_cell.defined()) down.initial_cell = *next++;
  down.weights.assign(next, flat.end());
  return down;
}

// --- fovea::recurrence_with_last: states, last hidden states and, of an LSTM, last cells ---

std::vector<at::Tensor> with_last_below_autograd(const at::Tensor& values, const at::Tensor& offsets,
                                                 at::TensorList weights, std::string_view cell,
                                                 const Given& initial_hidden, const Given& initial_cell) {
  const at::NoGradGuard guard;
  return flat_output(
      recurrence(recurrence_input(values, offsets, weights, cell_named(cell), initial_hidden, initial_cell)));
}

std::vector<at::Tensor> with_last_with_autograd(const at::Tensor& values, const at::Tensor& offsets,
                                                at::TensorList weights, std::string_view cell,
                                                const Given& initial_hidden, const Given& initial_cell) {
  const RecurrenceInput in = recurrence_input(values, offsets, weights, cell_named(cell), initial_hidden, initial_cell);
  if (!is_recorded(values)) return flat_output(recurrence(in));
  TORCH_CHECK_NOT_IMPLEMENTED(values.is_meta() || takes_fused_recurrence(in),
                              "fovea::recurrence is recorded for floats on the CPU; other types and devices take a "
                              "composite form, which reads the offsets");
  return flat_output(recurrence_fused(in));
}

std::vector<at::Tensor> output_shapes(const at::Tensor& values, const at::Tensor& offsets, at::TensorList weights,
                                      Cell cell) {
  TORCH_CHECK_VALUE(!weights.empty() && weights.size() % 4 == 0,
                    "fovea::recurrence: weights are four a direction, not ", weights.size());
  const auto directions = static_cast<int64_t>(weights.size() / 4);
  const c10::SymInt hidden = weights[1].sym_size(1);
  std::vector<at::Tensor> shapes = {at::empty_symint({values.sym_size(0), hidden * directions}, values.options())};
  for (int states = cell == Cell::kLstm ? 2 : 1; states > 0; --states) {
    shapes.push_back(at::empty_symint({directions, offsets.sym_numel() - 1, hidden}, values.options()));
  }
  return shapes;
}

std::vector<at::Tensor> with_last_shape(const at::Tensor& values, const at::Tensor& offsets, at::TensorList weights,
                                        std::string_view cell, const Given&, const Given&) {
  return output_shapes(values, offsets, weights, cell_named(cell));
}

// --- fovea::recurrence: the states alone ---

at::Tensor recurrence_below_autograd(const at::Tensor& values, const at::Tensor& offsets, at::TensorList weights,
                                     std::string_view cell, const Given& initial_hidden, const Given& initial_cell) {
  return with_last_below_autograd(values, offsets, weights, cell, initial_hidden, initial_cell)[0];
}

at::Tensor recurrence_with_autograd(const at::Tensor& values, const at::Tensor& offsets, at::TensorList weights,
                                    std::string_view cell, const Given& initial_hidden, const Given& initial_cell) {
  return with_last_with_autograd(values, offsets, weights, cell, initial_hidden, initial_cell)[0];
}

at::Tensor recurrence_shape(const at::Tensor& values, const at::Tensor& offsets, at::TensorList weights,
                            std::string_view cell, const Given& initial_hidden, const Given& initial_cell) {
  return with_last_shape(values, offsets, weights, cell, initial_hidden, initial_cell)[0];
}

// --- fovea::_recurrence_forward: the output's tensors, then what is kept of each direction ---

std::vector<at::Tensor> forward_on_cpu(const at::Tensor& values, const at::Tensor& offsets, at::TensorList weights,
                                       int64_t cell, const Given& initial_hidden, const Given& initial_cell) {
  const RecurrenceInput in =
      recurrence_input(values, offsets, weights, static_cast<Cell>(cell), initial_hidden, initial_cell);
  check_recurrence(in);
  const RecurrencePass made = recurrence_forward(in);
  std::vector<at::Tensor> flat = flat_output(made.output);
  for (const at::Tensor& tensor : flat_kept(made.kept)) flat.push_back(tensor);
  return flat;
}

std::vector<at::Tensor> forward_shape(const at::Tensor& values, const at::Tensor& offsets, at::TensorList weights,
                                      int64_t cell, const Given&, const Given&) {
  const c10::SymInt rows = values.sym_size(0), hidden = weights[1].sym_size(1);
  const auto directions = static_cast<int64_t>(weights.size() / 4);
  std::vector<at::Tensor> shapes = output_shapes(values, offsets, weights, static_cast<Cell>(cell));
  for (int64_t d = 0; d < directions; ++d) {
    shapes.push_back(at::empty_symint({rows, weights[0].sym_size(0)}, values.options()));
    for (int64_t i = 1; i < kept_arrays(static_cast<Cell>(cell)); ++i) {
      shapes.push_back(at::empty_symint({rows, hidden}, values.options()));
    }
  }
  return shapes;
}

// --- fovea::_recurrence_backward: gradients of values if wanted, of the initial states that there are, of weights ---

std::vector<at::Tensor> backward_on_cpu(const Given& d_states, const Given& d_hidden, const Given& d_cell,
                                        const at::Tensor& values, const at::Tensor& offsets, at::TensorList weights,
                                        int64_t cell, const Given& initial_hidden, const Given& initial_cell,
                                        const at::Tensor& states, at::TensorList kept, bool wants_values) {
  const RecurrenceInput in =
      recurrence_input(values, offsets, weights, static_cast<Cell>(cell), initial_hidden, initial_cell);
  RecurrencePass made{{states, {}, {}}, structured_kept(in.cell, kept)};
  const RecurrenceOutput upper = {d_states.value_or(at::Tensor()), d_hidden.value_or(at::Tensor()),
                                  d_cell.value_or(at::Tensor())};
  for (KeptRecurrence& one : made.kept) {  // an operator must not write to its inputs
    one.gates = one.gates.clone();
    if (one.extra.defined()) one.extra = one.extra.clone();
  }
  return flat_down(recurrence_backward(in, made, upper, wants_values));
}

std::vector<at::Tensor> backward_shape(const Given&, const Given&, const Given&, const at::Tensor& values,
                                       const at::Tensor&, at::TensorList weights, int64_t, const Given& initial_hidden,
                                       const Given& initial_cell, const at::Tensor&, at::TensorList,
                                       bool wants_values) {
  std::vector<at::Tensor> shapes;
  const auto add = [&](const at::Tensor& like) {
    shapes.push_back(at::empty_symint(like.sym_sizes(), values.options()));
  };
  if (wants_values) add(values);
  if (initial_hidden) add(*initial_hidden);
  if (initial_cell) add(*initial_cell);
  for (const at::Tensor& weight : weights) add(weight);
  return shapes;
}

}  // namespace

RecurrenceInput recurrence_input(const at::Tensor& values, const at::Tensor& offsets, at::TensorList weights, Cell cell,
                                 const Given& initial_hidden, const Given& initial_cell) {
  FOVEA_CHECK(weights.size() == 4 || weights.size() == 8, "four weights for each direction, not", weights.size());
  RecurrenceInput in;
  in.cell = cell;
  in.values = values;
  in.offsets = offsets;
  for (size_t i = 0; i < weights.size(); i += 4) {
    in.directions.push_back({weights[i], weights[i + 1], weights[i + 2], weights[i + 3], nullptr});
  }
  in.initial_hidden = initial_hidden.value_or(at::Tensor());
  in.initial_cell = initial_cell.value_or(at::Tensor());
  return in;
}

std::vector<at::Tensor> flat_weights(const RecurrenceInput& in) {
  std::vector<at::Tensor> flat;
  for (const RecurrenceWeights& w : in.directions) {
    flat.insert(flat.end(), {w.input_weight, w.hidden_weight, w.input_bias, w.hidden_bias});
  }
  return flat;
}

std::vector<at::Tensor> flat_output(const RecurrenceOutput& output) {
  std::vector<at::Tensor> flat = {output.states, output.hidden};
  if (output.cell.defined()) flat.push_back(output.cell);
  return flat;
}

RecurrenceOutput structured_output(at::TensorList flat) {
  return {flat[0], flat[1], flat.size() > 2 ? flat[2] : at::Tensor()};
}

RecurrenceOutput call_recurrence(const RecurrenceInput& in) {
  static const auto op = operator_named<decltype(with_last_below_autograd)>("fovea::recurrence_with_last");
  const at::AutoDispatchBelowADInplaceOrView below;
  return structured_output(op.call(in.values, in.offsets, flat_weights(in), kCellNames[static_cast<size_t>(in.cell)],
                                   if_defined(in.initial_hidden), if_defined(in.initial_cell)));
}

RecurrencePass call_recurrence_forward(const RecurrenceInput& in) {
  static const auto op = operator_named<decltype(forward_on_cpu)>("fovea::_recurrence_forward");
  const at::AutoDispatchBelowADInplaceOrView below;
  const auto flat = op.call(in.values, in.offsets, flat_weights(in), static_cast<int64_t>(in.cell),
                            if_defined(in.initial_hidden), if_defined(in.initial_cell));
  const size_t outputs = in.cell == Cell::kLstm ? 3 : 2;
  return {structured_output(at::TensorList(flat.data(), outputs)),
          structured_kept(in.cell, at::TensorList(flat).slice(outputs))};
}

RecurrenceDown call_recurrence_backward(const RecurrenceInput& in, const RecurrencePass& made,
                                        const RecurrenceOutput& upper, bool wants_values) {
  static const auto op = operator_named<decltype(backward_on_cpu)>("fovea::_recurrence_backward");
  const auto flat = op.call(if_defined(upper.states), if_defined(upper.hidden), if_defined(upper.cell), in.values,
                            in.offsets, flat_weights(in), static_cast<int64_t>(in.cell), if_defined(in.initial_hidden),
                            if_defined(in.initial_cell), made.output.states, flat_kept(made.kept), wants_values);
  return structured_down(in, wants_values, flat);
}

TORCH_LIBRARY_FRAGMENT(fovea, library) {
  library.def(
      "recurrence(Tensor values, Tensor offsets, Tensor[] weights, *, str cell='lstm', Tensor? initial_hidden=None, "
      "Tensor? initial_cell=None) -> Tensor");
  library.def(
      "recurrence_with_last(Tensor values, Tensor offsets, Tensor[] weights, *, str cell='lstm', "
      "Tensor? initial_hidden=None, Tensor? initial_cell=None) -> Tensor[]");
  library.def(
      "_recurrence_forward(Tensor values, Tensor offsets, Tensor[] weights, int cell, Tensor? initial_hidden, "
      "Tensor? initial_cell) -> Tensor[]");
  library.def(
      "_recurrence_backward(Tensor? d_states, Tensor? d_hidden, Tensor? d_cell, Tensor values, Tensor offsets, "
      "Tensor[] weights, int cell, Tensor? initial_hidden, Tensor? initial_cell, Tensor states, Tensor[] kept, "
      "bool wants_values) -> Tensor[]");
}
TORCH_LIBRARY_IMPL(fovea, CompositeExplicitAutograd, library) {  // the CPU and every device that has no other form
  library.impl("recurrence", recurrence_below_autograd);
  library.impl("recurrence_with_last", with_last_below_autograd);
}
TORCH_LIBRARY_IMPL(fovea, CPU, library) {
  library.impl("_recurrence_forward", forward_on_cpu);
  library.impl("_recurrence_backward", backward_on_cpu);
}
TORCH_LIBRARY_IMPL(fovea, Meta, library) {
  library.impl("recurrence", recurrence_shape);
  library.impl("recurrence_with_last", with_last_shape);
  library.impl("_recurrence_forward", forward_shape);
  library.impl("_recurrence_backward", backward_shape);
}
TORCH_LIBRARY_IMPL(fovea, Autograd, library) {
  library.impl("recurrence", recurrence_with_autograd);
  library.impl("recurrence_with_last", with_last_with_autograd);
}

}  // namespace fovea::ops
