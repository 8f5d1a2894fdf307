#include "ops/row_adam.h"

#include <ATen/Dispatch.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "base/errors.h"
#include "kernels/reference/row_adam.h"

namespace fovea::ops {
namespace {

constexpr int64_t kRowsAtOnce = 64;  // a row of some hundred floats costs hundreds of nanoseconds

template <typename T>
kernels::RowAdamArguments<T> arguments_of(const RowAdamTable& t, const RowAdamStep& step) {
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

}  // namespace

void row_adam(const RowAdamTable& table, const at::Tensor& gradient, const RowAdamStep& step) {
  FOVEA_CHECK(gradient.is_sparse() && gradient._values().size(1) == table.table.size(1), gradient.sizes());
  const at::Tensor rows = gradient._indices()[0].contiguous(), values = gradient._values().contiguous();
  AT_DISPATCH_FLOATING_TYPES(table.table.scalar_type(), "row_adam", [&] {
    auto arguments = arguments_of<scalar_t>(table, step);
    arguments.rows = rows.const_data_ptr<int64_t>();
    arguments.gradients = values.const_data_ptr<scalar_t>();
    at::parallel_for(0, rows.numel(), kRowsAtOnce, [&](int64_t begin, int64_t end) { update(arguments, begin, end); });
  });
}

void settle_rows(const RowAdamTable& table, const RowAdamStep& step) {
  AT_DISPATCH_FLOATING_TYPES(table.table.scalar_type(), "settle_rows", [&] {
    const auto arguments = arguments_of<scalar_t>(table, step);
    at::parallel_for(0, table.table.size(0), 16 * kRowsAtOnce,
                     [&](int64_t begin, int64_t end) { bring_up_to_date(arguments, begin, end); });
  });
}

}  // namespace fovea::ops
