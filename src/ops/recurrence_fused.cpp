// Fused form: the large products and the walk of the kernels. Forward keeps what the kernels' backward pass reads
// (gates after their functions, cells, the GRU's reset product, the output); backward turns the gates into their
// gradients in place.
#include "ops/recurrence_fused.h"

#include <algorithm>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "ops/products.h"
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

bool has_reset_product(Cell cell) {
  return cell == Cell::kGru || cell == Cell::kGruResetBefore;
}

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

kernels::RecurrenceArguments arguments_of(const Frame& f, int64_t direction, const Kept& kept, const at::Tensor& output,
                                          const at::Tensor& initial_hidden, const at::Tensor& initial_cell) {
  kernels::RecurrenceArguments a;
  a.cell = f.cell;
  a.reverse = direction == 1;
  a.sequences = f.sequences;
  a.hidden_width = f.hidden;
  a.offsets = f.offsets_data();
  a.order = f.order.data();
  const int64_t state = direction * f.sequences * f.hidden;
  if (initial_hidden.defined()) a.initial_hidden = initial_hidden.const_data_ptr<float>() + state;
  if (initial_cell.defined()) a.initial_cell = initial_cell.const_data_ptr<float>() + state;
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
void run_units(const Frame& f, int64_t scratch, const Step& step) {
  const auto units =
      kernels::plan_recurrence(f.offsets_data(), f.order, f.directions, std::max(1, at::get_num_threads()));
  at::parallel_for(0, static_cast<int64_t>(units.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t u = begin; u < end; ++u) step(units[static_cast<size_t>(u)], thread_scratch(scratch));
  });
}

// Hidden weights and bias only: the input's are packed by the product, or once by pack_recurrence().
std::shared_ptr<PackedRecurrence> packed_hidden(Cell cell, const RecurrenceWeights& w) {
  const int64_t hidden = w.hidden_weight.size(1);
  auto made = std::make_shared<PackedRecurrence>();
  made->hidden.resize(static_cast<size_t>(kernels::packed_recurrence_size(cell, hidden)));
  kernels::pack_recurrence_weights(cell, hidden, w.hidden_weight.const_data_ptr<float>(), made->hidden.data());
  made->bias = outer_bias(cell, w.input_bias, w.hidden_bias);
  return made;
}

// Fresh memory of tens of megabytes for each call costs a page fault every 4 KB: a quarter of the time of inference.
at::Tensor gate_buffer(int64_t floats) {
  thread_local at::Tensor buffer;
  if (!buffer.defined() || buffer.numel() < floats) buffer = at::empty({floats}, at::kFloat);
  return buffer;
}

struct Pass {
  Frame frame;
  std::vector<RecurrenceWeights> weights;  // contiguous
  at::Tensor values, initial_hidden, initial_cell;

  // `save`: for a backward pass. Without it the gates lie in a buffer of the thread, and packed weights are used.
  at::Tensor forward(bool save, std::vector<Kept>& kept) const;
};

at::Tensor Pass::forward(bool save, std::vector<Kept>& kept) const {
  const Frame& f = frame;
  const auto options = values.options().requires_grad(false);
  const at::Tensor output = at::empty({f.rows, f.hidden * f.directions}, options);
  const at::Tensor all_gates = save ? at::Tensor() : gate_buffer(f.directions * f.rows * f.gate_width());
  std::vector<std::shared_ptr<const PackedRecurrence>> packed;
  std::vector<kernels::RecurrenceArguments> arguments;
  for (int64_t d = 0; d < f.directions; ++d) {
    const RecurrenceWeights& w = weights[static_cast<size_t>(d)];
    packed.push_back(w.packed && !save ? w.packed : packed_hidden(f.cell, w));
    Kept mine;
    const int64_t gate_count = f.rows * f.gate_width();
    mine.gates = save ? at::empty({f.rows, f.gate_width()}, options)
                      : all_gates.narrow(0, d * gate_count, gate_count).view({f.rows, f.gate_width()});
    if (save && f.cell == Cell::kLstm) mine.cells = at::empty({f.rows, f.hidden}, options);
    if (save && has_reset_product(f.cell)) mine.extra = at::empty({f.rows, f.hidden}, options);
    // gates = X·Wxᵀ + b
    kernels::GemmArguments product;
    product.rows = f.rows;
    product.columns = f.gate_width();
    product.depth = f.input_width;
    product.a = values.const_data_ptr<float>();
    product.a_stride = f.input_width;
    if (packed.back()->input.empty()) {
      product.b = w.input_weight.const_data_ptr<float>();
    } else {
      product.b_packed = packed.back()->input.data();
    }
    product.b_stride = f.input_width;
    product.b_transposed = true;
    product.bias = packed.back()->bias.const_data_ptr<float>();
    product.c = mine.gates.mutable_data_ptr<float>();
    product.c_stride = f.gate_width();
    multiply(product);

    kernels::RecurrenceArguments a = arguments_of(f, d, mine, output, initial_hidden, initial_cell);
    a.hidden_packed = packed.back()->hidden.data();
    a.save = save;
    if (f.cell == Cell::kGru) a.reset_bias = w.hidden_bias.const_data_ptr<float>() + 2 * f.hidden;
    arguments.push_back(a);
    kept.push_back(mine);
  }
  run_units(f, kernels::recurrence_scratch_size(arguments[0]), [&](const kernels::RecurrenceUnit& u, float* scratch) {
    kernels::recurrence_forward(arguments[static_cast<size_t>(u.direction)], u.begin, u.end, scratch);
  });
  return output;
}

// C [rows, columns] = Σ over the N rows of left[n, ·]ᵀ right[n, ·], `right` to be filled in.
kernels::GemmArguments sum_over_rows(const Frame& f, const float* left, int64_t left_stride, float* result) {
  kernels::GemmArguments product;
  product.depth = f.rows;
  product.a = left;
  product.a_stride = left_stride;
  product.a_transposed = true;
  product.c = result;
  return product;
}

void set_right(kernels::GemmArguments& product, const float* right, const float* const* right_rows, int64_t columns) {
  product.b = right;
  product.b_rows = right_rows;
  product.b_stride = columns;
  product.columns = columns;
  product.c_stride = columns;
}

struct DirectionGradients {
  at::Tensor input_weight, hidden_weight, input_bias, hidden_bias;
};

// dWx = dGᵀ·X, dWh = dGᵀ·H_prev and the biases, after the steps have turned the gates into dG. The two products read dG
// once for both, but for the rows that stand inside a reset product.
DirectionGradients weight_gradients(const Pass& pass, const kernels::RecurrenceArguments& a) {
  const Frame& f = pass.frame;
  const int64_t H = f.hidden, width = f.gate_width();
  const auto options = pass.values.options().requires_grad(false);
  DirectionGradients out;
  out.input_weight = at::empty({width, f.input_width}, options);
  out.hidden_weight = at::empty({width, H}, options);
  out.input_bias = at::empty({width}, options);
  std::vector<const float*> previous(static_cast<size_t>(f.rows));
  kernels::previous_state_rows(a, previous.data());

  kernels::GemmArguments hidden = sum_over_rows(f, a.gates, width, out.hidden_weight.mutable_data_ptr<float>());
  set_right(hidden, nullptr, previous.data(), H);
  hidden.rows = width;
  kernels::GemmArguments input = sum_over_rows(f, a.gates, width, out.input_weight.mutable_data_ptr<float>());
  set_right(input, pass.values.const_data_ptr<float>(), nullptr, f.input_width);
  input.rows = width;
  input.a_sums = out.input_bias.mutable_data_ptr<float>();
  const int64_t outside = has_reset_product(f.cell) ? 2 * H : width;
  input.beside = &hidden;
  multiply(input, 0, outside);
  input.beside = nullptr;
  multiply(input, outside, width);
  out.hidden_bias = out.input_bias.clone();

  float* inside = out.hidden_weight.mutable_data_ptr<float>() + outside * H;
  if (f.cell == Cell::kGru) {
    kernels::GemmArguments reset = sum_over_rows(f, a.extra, H, inside);
    set_right(reset, nullptr, previous.data(), H);
    reset.rows = H;
    reset.a_sums = out.hidden_bias.mutable_data_ptr<float>() + outside;
    multiply(reset);
  } else if (f.cell == Cell::kGruResetBefore) {
    kernels::GemmArguments reset = sum_over_rows(f, a.gates + outside, width, inside);
    set_right(reset, a.extra, nullptr, H);
    reset.rows = H;
    multiply(reset);
  }
  return out;
}

struct Passes {
  static Frame make_frame(Cell cell, const at::Tensor& values, const at::Tensor& offsets, int64_t hidden,
                          int64_t directions) {
    Frame f;
    f.cell = cell;
    f.rows = values.size(0);
    f.input_width = values.size(1);
    f.hidden = hidden;
    f.gates = gate_count(cell);
    f.sequences = offsets.numel() - 1;
    f.directions = directions;
    f.offsets = offsets;
    f.order = kernels::recurrence_order(f.offsets_data(), f.sequences);
    return f;
  }

  static Pass make_pass(const RecurrenceInput& in) {
    const auto dense = [](const at::Tensor& t) { return t.defined() ? t.contiguous() : t; };
    Pass pass;
    pass.frame = make_frame(in.cell, in.values, in.offsets, in.directions[0].hidden_weight.size(1),
                            static_cast<int64_t>(in.directions.size()));
    pass.values = dense(in.values);
    pass.initial_hidden = dense(in.initial_hidden);
    pass.initial_cell = dense(in.initial_cell);
    for (const RecurrenceWeights& w : in.directions) {
      pass.weights.push_back(
          {dense(w.input_weight), dense(w.hidden_weight), dense(w.input_bias), dense(w.hidden_bias), w.packed});
    }
    return pass;
  }

  static RecurrenceDown gradients(const Pass& pass, std::vector<Kept>& kept, const at::Tensor& output,
                                  const at::Tensor& upper, bool wants_values) {
    const Frame& f = pass.frame;
    const auto options = pass.values.options().requires_grad(false);
    const auto like = [&](const at::Tensor& t) { return t.defined() ? at::empty(t.sizes(), options) : at::Tensor(); };
    at::Tensor d_hidden = like(pass.initial_hidden), d_cell = like(pass.initial_cell);
    const int64_t packed_size = kernels::packed_recurrence_size_backward(f.cell, f.hidden);
    const at::Tensor packed = at::empty({f.directions, packed_size}, options);
    std::vector<kernels::RecurrenceArguments> arguments;
    std::vector<kernels::RecurrenceGradients> from;
    for (int64_t d = 0; d < f.directions; ++d) {
      const auto at = static_cast<size_t>(d);
      arguments.push_back(arguments_of(f, d, kept[at], output, pass.initial_hidden, pass.initial_cell));
      float* panels = packed.mutable_data_ptr<float>() + d * packed_size;
      kernels::pack_recurrence_weights_backward(f.cell, f.hidden,
                                                pass.weights[at].hidden_weight.const_data_ptr<float>(), panels);
      kernels::RecurrenceGradients g;
      g.hidden_packed = panels;
      const Half above = half_of(upper, f, d);
      g.output = above.data;
      g.output_stride = above.stride;
      const int64_t state = d * f.sequences * f.hidden;
      if (d_hidden.defined()) g.initial_hidden = d_hidden.mutable_data_ptr<float>() + state;
      if (d_cell.defined()) g.initial_cell = d_cell.mutable_data_ptr<float>() + state;
      from.push_back(g);
    }
    run_units(f, kernels::recurrence_scratch_size(arguments[0]), [&](const kernels::RecurrenceUnit& u, float* scratch) {
      const auto at = static_cast<size_t>(u.direction);
      kernels::recurrence_backward(arguments[at], from[at], u.begin, u.end, scratch);
    });

    RecurrenceDown result{at::Tensor(), d_hidden, d_cell, {}};
    if (wants_values) result.values = input_gradient(pass, arguments);
    for (int64_t d = 0; d < f.directions; ++d) {
      const DirectionGradients w = weight_gradients(pass, arguments[static_cast<size_t>(d)]);
      result.weights.insert(result.weights.end(), {w.input_weight, w.hidden_weight, w.input_bias, w.hidden_bias});
    }
    return result;
  }

  // dX = Σ over the directions of dG·Wx
  static at::Tensor input_gradient(const Pass& pass, const std::vector<kernels::RecurrenceArguments>& arguments) {
    const Frame& f = pass.frame;
    const at::Tensor out = at::empty({f.rows, f.input_width}, pass.values.options().requires_grad(false));
    for (size_t d = 0; d < arguments.size(); ++d) {
      kernels::GemmArguments product;
      product.rows = f.rows;
      product.columns = f.input_width;
      product.depth = f.gate_width();
      product.a = arguments[d].gates;
      product.a_stride = f.gate_width();
      product.b = pass.weights[d].input_weight.const_data_ptr<float>();
      product.b_stride = f.input_width;
      product.accumulate = d > 0;
      product.c = out.mutable_data_ptr<float>();
      product.c_stride = f.input_width;
      multiply(product);
    }
    return out;
  }
};

}  // namespace

std::shared_ptr<const PackedRecurrence> pack_recurrence(Cell cell, const RecurrenceWeights& weights) {
  if (weights.input_weight.scalar_type() != at::kFloat || !weights.input_weight.device().is_cpu()) return nullptr;
  const at::NoGradGuard guard;
  const RecurrenceWeights w = {weights.input_weight.contiguous(), weights.hidden_weight.contiguous(),
                               weights.input_bias.contiguous(), weights.hidden_bias.contiguous(), nullptr};
  const std::shared_ptr<PackedRecurrence> made = packed_hidden(cell, w);
  kernels::GemmArguments product;
  product.depth = w.input_weight.size(1);
  product.columns = w.input_weight.size(0);
  product.b = w.input_weight.const_data_ptr<float>();
  product.b_stride = product.depth;
  product.b_transposed = true;
  made->input.resize(static_cast<size_t>(kernels::packed_gemm_size(product.depth, product.columns)));
  kernels::pack_gemm_operand(product, made->input.data());
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

RecurrenceDown recurrence_backward(const RecurrenceInput& in, RecurrencePass& made, const at::Tensor& d_output,
                                   bool wants_values) {
  return Passes::gradients(Passes::make_pass(in), made.kept, made.output, d_output.contiguous(), wants_values);
}

at::Tensor recurrence_inference(const RecurrenceInput& in) {
  std::vector<Kept> kept;
  return Passes::make_pass(in).forward(false, kept);
}

}  // namespace fovea::ops
