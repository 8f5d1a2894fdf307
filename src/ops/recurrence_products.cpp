#include "ops/recurrence_products.h"

#include <algorithm>
#include <memory>
#include <optional>

#include <ATen/Parallel.h>

#include "ops/aten.h"
#include "ops/products.h"

namespace fovea::ops {
namespace {

// C [rows, columns] = Σ over the N rows of left[n, ·]ᵀ right[n, ·], `right` to be filled in.
kernels::GemmArguments sum_over_rows(const RecurrenceProducts& f, const float* left, int64_t left_stride,
                                     float* result) {
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

// dWx = dGᵀ·X, dWh = dGᵀ·H_prev and the biases of one direction, after the steps have turned the gates into dG. The two
// products read dG once for both, but for the rows that stand inside a reset product.
struct WeightGradients {
  at::Tensor input_weight, hidden_weight, input_bias, hidden_bias;
  std::vector<const float*> previous;  // the state that each row started from
  kernels::GemmArguments input, hidden, input_inside, hidden_inside;
  int64_t outside = 0;  // rows outside the reset product

  WeightGradients(const RecurrenceProducts& f, const kernels::RecurrenceArguments& a, const float* values_packed);
  WeightGradients(const WeightGradients&) = delete;  // the works point into it
  WeightGradients& operator=(const WeightGradients&) = delete;

  void add_works(std::vector<RowWork>& works) const {
    works.push_back(product_rows(input, 0, outside));
    if (outside == input.rows) return;
    works.push_back(product_rows(input_inside, outside, input.rows));
    works.push_back(product_rows(hidden_inside, 0, hidden_inside.rows));
  }
};

WeightGradients::WeightGradients(const RecurrenceProducts& f, const kernels::RecurrenceArguments& a,
                                 const float* values_packed)
    : previous(static_cast<size_t>(f.rows)) {
  const int64_t H = f.hidden, width = f.gate_width();
  const auto options = f.values.options().requires_grad(false);
  input_weight = at::empty({width, f.input_width}, options);
  hidden_weight = at::empty({width, H}, options);
  input_bias = at::empty({width}, options);
  outside = has_reset_product(f.cell) ? 2 * H : width;
  // The bias inside the product of kGru has a gradient of its own.
  if (f.cell == Cell::kGru) hidden_bias = at::empty({width}, options);
  kernels::previous_state_rows(a, previous.data());

  hidden = sum_over_rows(f, a.gates, width, hidden_weight.mutable_data_ptr<float>());
  set_right(hidden, nullptr, previous.data(), H);
  hidden.rows = width;
  input = sum_over_rows(f, a.gates, width, input_weight.mutable_data_ptr<float>());
  set_right(input, values_packed ? nullptr : f.values.const_data_ptr<float>(), nullptr, f.input_width);
  input.b_packed = values_packed;
  input.rows = width;
  input.a_sums = input_bias.mutable_data_ptr<float>();
  input_inside = input;
  input.beside = &hidden;

  float* inside = hidden_weight.mutable_data_ptr<float>() + outside * H;
  if (f.cell == Cell::kGru) {
    hidden_inside = sum_over_rows(f, a.extra, H, inside);
    set_right(hidden_inside, nullptr, previous.data(), H);
    hidden_inside.a_sums = hidden_bias.mutable_data_ptr<float>() + outside;
  } else if (f.cell == Cell::kGruResetBefore) {
    hidden_inside = sum_over_rows(f, a.gates + outside, width, inside);
    set_right(hidden_inside, a.extra, nullptr, H);
  }
  hidden_inside.rows = H;
}

// dX = Σ over the directions of dG·Wx, by rows: those of a block are near still when the second direction adds to them.
struct InputGradient {
  at::Tensor out;
  std::vector<kernels::GemmArguments> products;
  std::vector<std::vector<float>> panels;

  explicit InputGradient(const RecurrenceProducts& f);

  RowWork work() const {
    constexpr int64_t kBlock = 192;
    RowWork work;
    work.rows = products[0].rows;
    for (const kernels::GemmArguments& product : products) {
      work.cost += static_cast<double>(product.columns * product.depth);
      work.scratch = std::max(work.scratch, kernels::gemm_scratch_size(product));
    }
    work.run = [this](int64_t begin, int64_t end, float* scratch) {
      for (int64_t row = begin; row < end; row += kBlock) {
        for (const kernels::GemmArguments& product : products) {
          kernels::gemm(product, row, std::min(row + kBlock, end), scratch);
        }
      }
    };
    return work;
  }
};

InputGradient::InputGradient(const RecurrenceProducts& f) : panels(f.arguments.size()) {
  out = at::empty({f.rows, f.input_width}, f.values.options().requires_grad(false));
  for (size_t d = 0; d < f.arguments.size(); ++d) {
    kernels::GemmArguments product;
    product.rows = f.rows;
    product.columns = f.input_width;
    product.depth = f.gate_width();
    product.a = f.arguments[d].gates;
    product.a_stride = f.gate_width();
    product.b = f.input_weights[d].const_data_ptr<float>();
    product.b_stride = f.input_width;
    product.accumulate = d > 0;
    product.c = out.mutable_data_ptr<float>();
    product.c_stride = f.input_width;
    products.push_back(product);
  }
  at::parallel_for(0, static_cast<int64_t>(products.size()), 1, [&](int64_t begin, int64_t end) {
    for (auto d = static_cast<size_t>(begin); d < static_cast<size_t>(end); ++d) pack_operand(products[d], panels[d]);
  });
}

}  // namespace

RecurrenceProductGradients recurrence_products(const RecurrenceProducts& layer, bool values_wanted) {
  // X is laid out once for all its products.
  thread_local std::vector<float> values_panels;
  kernels::GemmArguments values;
  values.depth = layer.rows;
  set_right(values, layer.values.const_data_ptr<float>(), nullptr, layer.input_width);
  pack_operand(values, values_panels);
  std::vector<std::unique_ptr<WeightGradients>> weights;
  for (const kernels::RecurrenceArguments& a : layer.arguments) {
    weights.push_back(std::make_unique<WeightGradients>(layer, a, values.b_packed));
  }
  std::optional<InputGradient> input;
  if (values_wanted) input.emplace(layer);
  // dX stands between the directions: a cut in it costs least.
  std::vector<RowWork> works;
  weights.front()->add_works(works);
  if (input) works.push_back(input->work());
  if (weights.size() > 1) weights.back()->add_works(works);
  run_rows(works);

  RecurrenceProductGradients out;
  if (input) out.values = input->out;
  for (const auto& w : weights) {
    at::Tensor hidden_bias = w->hidden_bias.defined() ? w->hidden_bias : w->input_bias.clone();
    if (w->hidden_bias.defined()) hidden_bias.narrow(0, 0, w->outside).copy_(w->input_bias.narrow(0, 0, w->outside));
    out.weights.push_back({w->input_weight, w->hidden_weight, w->input_bias, hidden_bias, nullptr});
  }
  return out;
}

}  // namespace fovea::ops
