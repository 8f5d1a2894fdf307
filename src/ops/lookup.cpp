#include "ops/lookup.h"

#include <algorithm>
#include <vector>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include "base/errors.h"
#include "kernels/reference/row_adam.h"
#include "kernels/row_gradients.h"

namespace fovea::ops {
namespace {

constexpr int64_t kRowsPerThread = 64;  // a row of some hundred floats costs tens of nanoseconds

struct Occurrences {
  std::vector<int64_t> rows, starts, order, scratch;
};

Occurrences find_occurrences(const at::Tensor& ids, int64_t table_rows) {
  const auto tokens = static_cast<size_t>(ids.numel());
  Occurrences found{std::vector<int64_t>(tokens), std::vector<int64_t>(tokens + 1), std::vector<int64_t>(tokens),
                    std::vector<int64_t>(static_cast<size_t>(kernels::find_rows_scratch_size(ids.numel())))};
  const int64_t unique =
      kernels::find_rows(ids.const_data_ptr<int64_t>(), ids.numel(), table_rows,
                         {found.rows.data(), found.starts.data(), found.order.data()}, found.scratch.data());
  found.rows.resize(static_cast<size_t>(unique));
  return found;
}

void sum_range(const kernels::SumRowsArguments<float>& arguments, int64_t begin, int64_t end) {
  kernels::sum_rows(arguments, begin, end);
}
void sum_range(const kernels::SumRowsArguments<double>& arguments, int64_t begin, int64_t end) {
  kernels::reference::sum_rows(arguments, begin, end);
}

template <typename T>
at::Tensor summed(const Occurrences& found, const at::Tensor& gradients) {
  const auto unique = static_cast<int64_t>(found.rows.size());
  const at::Tensor values = at::empty({unique, gradients.size(1)}, gradients.options());
  kernels::SumRowsArguments<T> arguments;
  arguments.width = gradients.size(1);
  arguments.starts = found.starts.data();
  arguments.order = found.order.data();
  arguments.gradients = gradients.const_data_ptr<T>();
  arguments.values = values.mutable_data_ptr<T>();
  at::parallel_for(0, unique, kRowsPerThread, [&](int64_t begin, int64_t end) { sum_range(arguments, begin, end); });
  return values;
}

class Lookup : public torch::autograd::Function<Lookup> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& table, const at::Tensor& ids) {
    context->save_for_backward({ids});
    context->saved_data["rows"] = table.size(0);
    return table.index_select(0, ids);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list upper) {
    FOVEA_CHECK(!at::GradMode::is_enabled(), "fovea::lookup: second derivatives are not there");
    const at::Tensor ids = context->get_saved_variables()[0], gradients = upper[0].contiguous();
    const int64_t table_rows = context->saved_data["rows"].toInt();
    const Occurrences found = find_occurrences(ids, table_rows);
    const at::Tensor values =
        gradients.scalar_type() == at::kFloat ? summed<float>(found, gradients) : summed<double>(found, gradients);
    const at::Tensor rows = at::empty({1, values.size(0)}, at::kLong);
    std::copy(found.rows.begin(), found.rows.end(), rows.mutable_data_ptr<int64_t>());
    return {at::_sparse_coo_tensor_unsafe(rows, values, {table_rows, gradients.size(1)}), {}};
  }
};

}  // namespace

at::Tensor lookup(const at::Tensor& table, const at::Tensor& ids) {
  FOVEA_CHECK(table.dim() == 2 && ids.dim() == 1 && ids.is_contiguous(), table.sizes(), ids.sizes());
  const int64_t* data = ids.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < ids.numel(); ++i)
    FOVEA_CHECK(0 <= data[i] && data[i] < table.size(0), "id", data[i], "at", i);
  return Lookup::apply(table, ids);
}

}  // namespace fovea::ops
