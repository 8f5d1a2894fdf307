// Fused form: the large products and the walk of the kernels. Forward keeps what the kernels' backward pass reads
// (gates after their functions, cells, the GRU's reset product, the output); backward turns the gates into their
// gradients in place.
#include "ops/recurrence_fused.h"

#include <algorithm>

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/products.h"
#include "ops/recurrence_products.h"
#include "ops/scratch.h"

namespace fovea::ops {
namespace {

// Sizes of a call, and its rows in the order that the kernels want.
struct Frame {
  Cell cell = Cell::kLstm;
  int64_t rows = 0, input_width = 0, hidden = 0, gates = 0, sequences = 0, directions = 0;
  at::Tensor offsets;
  std::vector<int64_t> order;

  int64_t gate_width() const { return gates * hidden; }
  const int64_t* offsets_data() const { return offsets.const_data_ptr<int64_t>(); }
};

using Kept = KeptRecurrence;

float* data_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.mutable_data_ptr<float>() : nullptr;
}

// Half of the rows of a [N, H · directions] array.
struct Half {
  float* data;
  int64_t stride;
};
Half half_of(const at::Tensor& both, const Frame& f, int64_t direction) {
  return {const_cast<float*>(both.const_data_ptr<float>()) + direction * f.hidden, f.hidden * f.directions};
}

// What lies in [directions, B, H] of one direction; null where there is nothing.
float* state_of(const at::Tensor& states, const Frame& f, int64_t direction) {
  if (!states.defined()) return nullptr;
  return const_cast<float*>(states.const_data_ptr<float>()) + direction * f.sequences * f.hidden;
}

kernels::RecurrenceArguments arguments_of(const Frame& f, int64_t direction, const Kept& kept, const at::Tensor& output,
                                          const at::Tensor& initial_hidden, const at::Tensor& initial_cell) {
  kernels::RecurrenceArguments a;
  a.cell = f.cell;
  a.reverse = direction == 1;
  a.sequences = f.sequences;
  a.hidden_width = f.hidden;
  a.offsets = f.offsets_data();
  a.order = f.order.data();
  a.initial_hidden = state_of(initial_hidden, f, direction);
  a.initial_cell = state_of(initial_cell, f, direction);
  a.gates = data_or_null(kept.gates);
  a.gates_stride = f.gate_width();
  a.output = half_of(output, f, direction).data;
  a.output_stride = f.hidden * f.directions;
  a.cells = data_or_null(kept.cells);
  a.extra = data_or_null(kept.extra);
  return a;
}

// Everything that is added before the gate functions outside the reset product. at::Tensor [G·H].
at::Tensor outer_bias(Cell cell, const at::Tensor& input_bias, const at::Tensor& hidden_bias) {
  if (cell != Cell::kGru) return input_bias + hidden_bias;
  const int64_t hidden = input_bias.numel() / 3;
  at::Tensor bias = input_bias.clone();
  bias.narrow(0, 0, 2 * hidden).add_(hidden_bias.narrow(0, 0, 2 * hidden));
  return bias;
}

// Runs the steps of all directions, each unit on one thread.
template <typename Step>
void run_units(const std::vector<kernels::RecurrenceUnit>& units, int64_t scratch, const Step& step) {
  at::parallel_for(0, static_cast<int64_t>(units.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t u = begin; u < end; ++u) step(units[static_cast<size_t>(u)], thread_scratch(scratch));
  });
}

std::vector<kernels::RecurrenceUnit> plan(const Frame& f) {
  return kernels::plan_recurrence(f.offsets_data(), f.order, f.directions, std::max(1, at::get_num_threads()));
}

// Room for the hidden weights, and the bias; pack_hidden() then fills the room. The input's weights are packed by the
// product, or once by pack_recurrence().
std::shared_ptr<PackedRecurrence> room_for_hidden(Cell cell, const RecurrenceWeights& w) {
  auto made = std::make_shared<PackedRecurrence>();
  made->hidden.resize(static_cast<size_t>(kernels::packed_recurrence_size(cell, w.hidden_weight.size(1))));
  made->bias = outer_bias(cell, w.input_bias, w.hidden_bias);
  return made;
}

void pack_hidden(Cell cell, const RecurrenceWeights& w, PackedRecurrence& room) {
  kernels::pack_recurrence_weights(cell, w.hidden_weight.size(1), w.hidden_weight.const_data_ptr<float>(),
                                   room.hidden.data());
}

// Fresh memory of tens of megabytes for each call costs a page fault every 4 KB: a quarter of the time of inference.
at::Tensor grown(at::Tensor& buffer, int64_t floats) {
  if (!buffer.defined() || buffer.numel() < floats) buffer = at::empty({floats}, at::kFloat);
  return buffer;
}
at::Tensor gate_buffer(int64_t floats) {
  thread_local at::Tensor buffer;
  return grown(buffer, floats);
}
// Of the products of values of which several rows are made.
at::Tensor value_buffer(int64_t floats) {
  thread_local at::Tensor buffer;
  return grown(buffer, floats);
}

struct Pass {
  Frame frame;
  std::vector<RecurrenceWeights> weights;                  // contiguous
  at::Tensor values, which, initial_hidden, initial_cell;  // which: as RecurrenceInput has it

  // `save`: for a backward pass. Without it the gates lie in a buffer of the thread, and packed weights are used.
  RecurrenceOutput forward(bool save, std::vector<Kept>& kept) const;
  kernels::GemmArguments projection(const RecurrenceWeights& w, const PackedRecurrence& packed, float* gates) const;
  void spread(const kernels::GemmArguments& of_values, float* gates, int64_t begin, int64_t end) const;
};

constexpr int64_t kRowsOfACopy = 256;  // by a thread at once

// From the products of values to those of the rows begin … end−1.
void Pass::spread(const kernels::GemmArguments& of_values, float* gates, int64_t begin, int64_t end) const {
  const int64_t width = frame.gate_width();
  const int64_t* value = which.const_data_ptr<int64_t>();
  for (int64_t row = begin; row < end; ++row) {
    std::copy_n(of_values.c + value[row] * width, width, gates + row * width);
  }
}

RecurrenceOutput Pass::forward(bool save, std::vector<Kept>& kept) const {
  const Frame& f = frame;
  const auto options = values.options().requires_grad(false);
  RecurrenceOutput output;
  output.states = at::empty({f.rows, f.hidden * f.directions}, options);
  output.hidden = at::empty({f.directions, f.sequences, f.hidden}, options);
  if (f.cell == Cell::kLstm) output.cell = at::empty_like(output.hidden);
  const at::Tensor of_values =
      which.defined() ? value_buffer(f.directions * values.size(0) * f.gate_width()) : at::Tensor();
  const at::Tensor all_gates = save ? at::Tensor() : gate_buffer(f.directions * f.rows * f.gate_width());
  std::vector<std::shared_ptr<const PackedRecurrence>> packed;
  std::vector<std::shared_ptr<PackedRecurrence>> rooms;  // to be filled; null where the weights came packed
  std::vector<kernels::RecurrenceArguments> arguments;
  std::vector<kernels::GemmArguments> projections;
  for (int64_t d = 0; d < f.directions; ++d) {
    const RecurrenceWeights& w = weights[static_cast<size_t>(d)];
    rooms.push_back(w.packed && !save ? nullptr : room_for_hidden(f.cell, w));
    packed.push_back(rooms.back() ? rooms.back() : w.packed);
    Kept mine;
    const int64_t gate_count = f.rows * f.gate_width();
    mine.gates = save ? at::empty({f.rows, f.gate_width()}, options)
                      : all_gates.narrow(0, d * gate_count, gate_count).view({f.rows, f.gate_width()});
    if (save && f.cell == Cell::kLstm) mine.cells = at::empty({f.rows, f.hidden}, options);
    if (save && has_reset_product(f.cell)) mine.extra = at::empty({f.rows, f.hidden}, options);
    kernels::RecurrenceArguments a = arguments_of(f, d, mine, output.states, initial_hidden, initial_cell);
    a.last_hidden = state_of(output.hidden, f, d);
    a.last_cell = state_of(output.cell, f, d);
    a.hidden_packed = packed.back()->hidden.data();
    if (!packed.back()->hidden_woven.empty()) a.hidden_woven = packed.back()->hidden_woven.data();
    a.save = save;
    if (f.cell == Cell::kGru) a.reset_bias = w.hidden_bias.const_data_ptr<float>() + 2 * f.hidden;
    arguments.push_back(a);
    projections.push_back(projection(w, *packed.back(), a.gates));
    if (which.defined()) {
      projections.back().c = of_values.mutable_data_ptr<float>() + d * values.size(0) * f.gate_width();
    }
    kept.push_back(mine);
  }
  const auto units = plan(f);
  // Where a unit is a whole direction, its thread packs and multiplies too: no thread waits between that and the steps.
  const bool apart = static_cast<int64_t>(units.size()) == f.directions && f.directions >= at::get_num_threads();
  int64_t scratch = kernels::recurrence_scratch_size(arguments[0]);
  for (size_t d = 0; d < projections.size(); ++d) {
    if (apart) {
      scratch = std::max(scratch, kernels::gemm_scratch_size(projections[d]));
    } else {
      if (rooms[d]) pack_hidden(f.cell, weights[d], *rooms[d]);
      multiply(projections[d]);
      if (which.defined()) {
        at::parallel_for(0, f.rows, kRowsOfACopy,
                         [&](int64_t begin, int64_t end) { spread(projections[d], arguments[d].gates, begin, end); });
      }
    }
  }
  run_units(units, scratch, [&](const kernels::RecurrenceUnit& u, float* mine) {
    const auto at = static_cast<size_t>(u.direction);
    if (apart) {
      if (rooms[at]) pack_hidden(f.cell, weights[at], *rooms[at]);
      kernels::gemm(projections[at], 0, projections[at].rows, mine);
      if (which.defined()) spread(projections[at], arguments[at].gates, 0, f.rows);
    }
    kernels::recurrence_forward(arguments[at], u.begin, u.end, mine);
  });
  return output;
}

// gates = X·Wxᵀ + b
kernels::GemmArguments Pass::projection(const RecurrenceWeights& w, const PackedRecurrence& packed,
                                        float* gates) const {
  kernels::GemmArguments product;
  product.rows = values.size(0);
  product.columns = frame.gate_width();
  product.depth = frame.input_width;
  product.a = values.const_data_ptr<float>();
  product.a_stride = frame.input_width;
  if (packed.input.empty()) {
    product.b = w.input_weight.const_data_ptr<float>();
  } else {
    product.b_packed = packed.input.data();
  }
  product.b_stride = frame.input_width;
  product.b_transposed = true;
  product.bias = packed.bias.const_data_ptr<float>();
  product.c = gates;
  product.c_stride = frame.gate_width();
  return product;
}

struct Passes {
  static Frame make_frame(const RecurrenceInput& in) {
    Frame f;
    f.cell = in.cell;
    f.rows = in.which.defined() ? in.which.numel() : in.values.size(0);
    f.input_width = in.values.size(1);
    f.hidden = in.directions[0].hidden_weight.size(1);
    f.gates = gate_count(in.cell);
    f.sequences = in.offsets.numel() - 1;
    f.directions = static_cast<int64_t>(in.directions.size());
    f.offsets = in.offsets;
    f.order = kernels::recurrence_order(f.offsets_data(), f.sequences);
    return f;
  }

  static Pass make_pass(const RecurrenceInput& in) {
    const auto dense = [](const at::Tensor& t) { return t.defined() ? t.contiguous() : t; };
    Pass pass;
    pass.frame = make_frame(in);
    pass.values = dense(in.values);
    pass.which = dense(in.which);
    pass.initial_hidden = dense(in.initial_hidden);
    pass.initial_cell = dense(in.initial_cell);
    for (const RecurrenceWeights& w : in.directions) {
      pass.weights.push_back(
          {dense(w.input_weight), dense(w.hidden_weight), dense(w.input_bias), dense(w.hidden_bias), w.packed});
    }
    return pass;
  }

  // upper: contiguous, its states defined.
  static RecurrenceDown gradients(const Pass& pass, std::vector<Kept>& kept, const at::Tensor& output,
                                  const RecurrenceOutput& upper, bool wants_values) {
    const Frame& f = pass.frame;
    const auto options = pass.values.options().requires_grad(false);
    const auto like = [&](const at::Tensor& t) { return t.defined() ? at::empty(t.sizes(), options) : at::Tensor(); };
    at::Tensor d_hidden = like(pass.initial_hidden), d_cell = like(pass.initial_cell);
    const int64_t packed_size = kernels::packed_recurrence_size_backward(f.cell, f.hidden);
    const at::Tensor packed = at::empty({f.directions, packed_size}, options);
    std::vector<kernels::RecurrenceArguments> arguments;
    std::vector<kernels::RecurrenceGradients> from;
    float* panels = packed.mutable_data_ptr<float>();
    at::parallel_for(0, f.directions, 1, [&](int64_t begin, int64_t end) {
      for (int64_t d = begin; d < end; ++d) {
        const at::Tensor& weights = pass.weights[static_cast<size_t>(d)].hidden_weight;
        kernels::pack_recurrence_weights_backward(f.cell, f.hidden, weights.const_data_ptr<float>(),
                                                  panels + d * packed_size);
      }
    });
    for (int64_t d = 0; d < f.directions; ++d) {
      const auto at = static_cast<size_t>(d);
      arguments.push_back(arguments_of(f, d, kept[at], output, pass.initial_hidden, pass.initial_cell));
      kernels::RecurrenceGradients g;
      g.hidden_packed = panels + d * packed_size;
      const Half above = half_of(upper.states, f, d);
      g.output = above.data;
      g.output_stride = above.stride;
      g.last_hidden = state_of(upper.hidden, f, d);
      g.last_cell = state_of(upper.cell, f, d);
      g.initial_hidden = state_of(d_hidden, f, d);
      g.initial_cell = state_of(d_cell, f, d);
      from.push_back(g);
    }
    run_units(plan(f), kernels::recurrence_scratch_size(arguments[0]),
              [&](const kernels::RecurrenceUnit& u, float* scratch) {
                const auto at = static_cast<size_t>(u.direction);
                kernels::recurrence_backward(arguments[at], from[at], u.begin, u.end, scratch);
              });

    RecurrenceProducts products;
    products.cell = f.cell;
    products.rows = f.rows;
    products.input_width = f.input_width;
    products.hidden = f.hidden;
    products.values = pass.values;
    for (const RecurrenceWeights& w : pass.weights) products.input_weights.push_back(w.input_weight);
    products.arguments = arguments;
    const RecurrenceProductGradients from_products = recurrence_products(products, wants_values);
    RecurrenceDown result{from_products.values, d_hidden, d_cell, {}};
    for (const RecurrenceWeights& w : from_products.weights) {
      result.weights.insert(result.weights.end(), {w.input_weight, w.hidden_weight, w.input_bias, w.hidden_bias});
    }
    return result;
  }
};

}  // namespace

std::shared_ptr<const PackedRecurrence> pack_recurrence(Cell cell, const RecurrenceWeights& weights) {
  if (weights.input_weight.scalar_type() != at::kFloat || !weights.input_weight.device().is_cpu()) return nullptr;
  const at::NoGradGuard guard;
  const RecurrenceWeights w = {weights.input_weight.contiguous(), weights.hidden_weight.contiguous(),
                               weights.input_bias.contiguous(), weights.hidden_bias.contiguous(), nullptr};
  const std::shared_ptr<PackedRecurrence> made = room_for_hidden(cell, w);
  pack_hidden(cell, w, *made);
  kernels::GemmArguments product;
  product.depth = w.input_weight.size(1);
  product.columns = w.input_weight.size(0);
  product.b = w.input_weight.const_data_ptr<float>();
  product.b_stride = product.depth;
  product.b_transposed = true;
  made->input.resize(static_cast<size_t>(kernels::packed_gemm_size(product.depth, product.columns)));
  kernels::pack_gemm_operand(product, made->input.data());
  // A single gate's weights fit the nearest cache nearly, and gain nothing.
  if (cell == Cell::kLstm || cell == Cell::kGru) {
    made->hidden_woven.resize(made->hidden.size());
    kernels::weave_recurrence_weights(cell, w.hidden_weight.size(1), made->hidden.data(), made->hidden_woven.data());
  }
  return made;
}

int64_t kept_arrays(Cell cell) {
  return 1 + (cell == Cell::kLstm) + has_reset_product(cell);
}

RecurrencePass recurrence_forward(const RecurrenceInput& in) {
  RecurrencePass made;
  made.output = Passes::make_pass(in).forward(true, made.kept);
  return made;
}

RecurrenceDown recurrence_backward(const RecurrenceInput& in, RecurrencePass& made, const RecurrenceOutput& upper,
                                   bool wants_values) {
  const at::Tensor& states = made.output.states;
  const auto dense = [](const at::Tensor& t) { return t.defined() ? t.contiguous() : t; };
  const RecurrenceOutput all = {upper.states.defined() ? upper.states.contiguous() : at::zeros_like(states),
                                dense(upper.hidden), dense(upper.cell)};
  return Passes::gradients(Passes::make_pass(in), made.kept, states, all, wants_values);
}

RecurrenceOutput recurrence_inference(const RecurrenceInput& in) {
  std::vector<Kept> kept;
  return Passes::make_pass(in).forward(false, kept);
}

}  // namespace fovea::ops
