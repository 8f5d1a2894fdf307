#include "ops/row_adam.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include "base/errors.h"
#include "kernels/reference/row_adam.h"
#include "ops/aten.h"
#include "ops/lookup.h"

namespace fovea::ops {
namespace {

constexpr int64_t kRowsAtOnce = 64;  // a row of some hundred floats costs hundreds of nanoseconds

// The first place in `rows` that breaks their order, or their number.
int64_t first_fault(const at::Tensor& rows, int64_t table_rows) {
  const int64_t* row = rows.const_data_ptr<int64_t>();
  int64_t i = 0;
  while (i < rows.numel() && (i == 0 ? -1 : row[i - 1]) < row[i] && row[i] < table_rows) ++i;
  return i;
}

void check_rows(const at::Tensor& rows, int64_t table_rows) {
  const int64_t fault = first_fault(rows, table_rows);
  FOVEA_CHECK(fault == rows.numel(), "rows must rise without repeats within the table; see",
              rows.const_data_ptr<int64_t>()[fault], "at", fault);
}

template <typename T>
kernels::RowAdamArguments<T> step_arguments(const RowAdamTable& t, const RowAdamStep& step) {
  FOVEA_CHECK(t.table.dim() == 2 && t.first.sizes() == t.table.sizes() && t.second.sizes() == t.table.sizes(),
              t.table.sizes(), t.first.sizes(), t.second.sizes());
  FOVEA_CHECK(t.counts.numel() == t.table.size(0) && t.decays.numel() == t.table.size(0), t.counts.sizes());
  kernels::RowAdamArguments<T> arguments;
  arguments.beta1 = static_cast<T>(step.beta1);
  arguments.beta2 = static_cast<T>(step.beta2);
  arguments.epsilon = static_cast<T>(step.epsilon);
  arguments.rate = step.rate;
  arguments.decay_sum = step.decay_sum;
  arguments.width = t.table.size(1);
  arguments.table = t.table.mutable_data_ptr<T>();
  arguments.first_moments = t.first.mutable_data_ptr<T>();
  arguments.second_moments = t.second.mutable_data_ptr<T>();
  arguments.counts = t.counts.mutable_data_ptr<int64_t>();
  arguments.decays = t.decays.mutable_data_ptr<double>();
  return arguments;
}

void update(const kernels::RowAdamArguments<float>& arguments, int64_t begin, int64_t end) {
  kernels::row_adam(arguments, begin, end);
}
void update(const kernels::RowAdamArguments<double>& arguments, int64_t begin, int64_t end) {
  kernels::reference::row_adam(arguments, begin, end);
}
void bring_up_to_date(const kernels::RowAdamArguments<float>& arguments, int64_t begin, int64_t end) {
  kernels::settle_rows(arguments, begin, end);
}
void bring_up_to_date(const kernels::RowAdamArguments<double>& arguments, int64_t begin, int64_t end) {
  kernels::reference::settle_rows(arguments, begin, end);
}

void update_rows(const RowAdamTable& table, const at::Tensor& rows, const at::Tensor& gradients,
                 const RowAdamStep& step) {
  AT_DISPATCH_FLOATING_TYPES(table.table.scalar_type(), "row_adam", [&] {
    auto arguments = step_arguments<scalar_t>(table, step);
    arguments.rows = rows.const_data_ptr<int64_t>();
    arguments.gradients = gradients.const_data_ptr<scalar_t>();
    at::parallel_for(0, rows.numel(), kRowsAtOnce, [&](int64_t begin, int64_t end) { update(arguments, begin, end); });
  });
}

// --- fovea::row_adam and fovea::settle_rows ---

RowAdamTable checked_table(const at::Tensor& table, const at::Tensor& first, const at::Tensor& second,
                           const at::Tensor& counts, const at::Tensor& decays) {
  for (const at::Tensor& tensor : {table, first, second, counts, decays}) {
    FOVEA_CHECK(tensor.device().is_cpu() && tensor.is_contiguous(), "all must be contiguous on the CPU",
                tensor.toString());
  }
  return {table, first, second, counts, decays};
}

// libtorch finds by the version of a tensor that a graph's input was written to.
void mark_written(const RowAdamTable& t) {
  for (const at::Tensor& tensor : {t.table, t.first, t.second, t.counts, t.decays}) {
    if (!tensor.is_inference()) tensor.unsafeGetTensorImpl()->bump_version();
  }
}

void row_adam_on_cpu(const at::Tensor& table, const at::Tensor& first, const at::Tensor& second,
                     const at::Tensor& counts, const at::Tensor& decays, const at::Tensor& rows,
                     const at::Tensor& gradients, double rate, double beta1, double beta2, double epsilon,
                     double decay_sum) {
  const RowAdamTable all = checked_table(table, first, second, counts, decays);
  FOVEA_CHECK(rows.dim() == 1 && gradients.dim() == 2 && gradients.size(0) == rows.numel() &&
                  gradients.size(1) == table.size(1),
              "rows", rows.sizes(), "gradients", gradients.sizes(), "table", table.sizes());
  const at::Tensor dense_rows = rows.contiguous();
  check_rows(dense_rows, table.size(0));
  update_rows(all, dense_rows, gradients.contiguous(), {rate, beta1, beta2, epsilon, decay_sum});
  mark_written(all);
}

void settle_rows_on_cpu(const at::Tensor& table, const at::Tensor& first, const at::Tensor& second,
                        const at::Tensor& counts, const at::Tensor& decays, double decay_sum) {
  RowAdamStep step;
  step.decay_sum = decay_sum;
  const RowAdamTable all = checked_table(table, first, second, counts, decays);
  settle_rows(all, step);
  mark_written(all);
}

void row_adam_shape(const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
                    const at::Tensor&, const at::Tensor&, double, double, double, double, double) {}
void settle_rows_shape(const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
                       double) {}

}  // namespace

at::Tensor coalesced(const at::Tensor& gradient) {
  const at::Tensor rows = gradient._indices()[0].contiguous();
  if (first_fault(rows, gradient.size(0)) == rows.numel()) return gradient;
  return lookup_gradient(gradient._values(), rows, gradient.size(0));
}

void check_rows(const at::Tensor& gradient) {
  check_rows(gradient._indices()[0].contiguous(), gradient.size(0));
}

void row_adam(const RowAdamTable& table, const at::Tensor& gradient, const RowAdamStep& step) {
  check_rows(gradient);
  FOVEA_CHECK(gradient.is_sparse() && gradient._values().size(1) == table.table.size(1), gradient.sizes());
  update_rows(table, gradient._indices()[0].contiguous(), gradient._values().contiguous(), step);
}

void settle_rows(const RowAdamTable& table, const RowAdamStep& step) {
  AT_DISPATCH_FLOATING_TYPES(table.table.scalar_type(), "settle_rows", [&] {
    const auto arguments = step_arguments<scalar_t>(table, step);
    at::parallel_for(0, table.table.size(0), 16 * kRowsAtOnce,
                     [&](int64_t begin, int64_t end) { bring_up_to_date(arguments, begin, end); });
  });
}

// They write to their first five arguments and have no gradient of their own.
TORCH_LIBRARY_FRAGMENT(fovea, library) {
  library.def(
      "row_adam(Tensor(a!) table, Tensor(b!) first, Tensor(c!) second, Tensor(d!) counts, Tensor(e!) decays, "
      "Tensor rows, Tensor gradients, *, float rate, float beta1=0.9, float beta2=0.999, float epsilon=1e-08, "
      "float decay_sum=0.) -> ()");
  library.def(
      "settle_rows(Tensor(a!) table, Tensor(b!) first, Tensor(c!) second, Tensor(d!) counts, Tensor(e!) decays, *, "
      "float decay_sum) -> ()");
}
TORCH_LIBRARY_IMPL(fovea, CPU, library) {
  library.impl("row_adam", row_adam_on_cpu);
  library.impl("settle_rows", settle_rows_on_cpu);
}
TORCH_LIBRARY_IMPL(fovea, Meta, library) {
  library.impl("row_adam", row_adam_shape);
  library.impl("settle_rows", settle_rows_shape);
}

}  // namespace fovea::ops
