#include "ops/lookup.h"

#include <algorithm>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "base/errors.h"
#include "kernels/reference/row_adam.h"
#include "kernels/row_gradients.h"
#include "ops/aten.h"
#include "ops/dispatch.h"

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

at::Tensor summed(const Occurrences& found, const at::Tensor& gradients) {
  return gradients.scalar_type() == at::kFloat ? summed<float>(found, gradients) : summed<double>(found, gradients);
}

at::Tensor rows_of(const Occurrences& found) {
  const at::Tensor rows = at::empty({static_cast<int64_t>(found.rows.size())}, at::kLong);
  std::copy(found.rows.begin(), found.rows.end(), rows.mutable_data_ptr<int64_t>());
  return rows;
}

at::Tensor dense_gradient(const at::Tensor& d_values, const at::Tensor& ids, c10::SymInt table_rows) {
  const at::Tensor gradients = d_values.contiguous();
  const int64_t rows = table_rows.guard_int(__FILE__, __LINE__);
  const Occurrences found = find_occurrences(ids, rows);
  return at::zeros({rows, gradients.size(1)}, gradients.options())
      .index_copy_(0, rows_of(found), summed(found, gradients));
}

at::Tensor dense_gradient_shape(const at::Tensor& d_values, const at::Tensor&, c10::SymInt table_rows) {
  return at::empty_symint({table_rows, d_values.sym_size(1)}, d_values.options());
}

void check_lookup(const at::Tensor& table, const at::Tensor& ids) {
  FOVEA_CHECK(table.dim() == 2 && ids.dim() == 1 && ids.scalar_type() == at::kLong && ids.is_contiguous() &&
                  ids.device().is_cpu(),
              "table must be [V, E] and ids contiguous [N] int64 on the CPU, not", table.sizes(), ids.toString(),
              ids.sizes());
  const int64_t* data = ids.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < ids.numel(); ++i)
    FOVEA_CHECK(0 <= data[i] && data[i] < table.size(0), "id", data[i], "at", i, "for rows", table.size(0));
}

bool has_kernels(const at::Tensor& table) {
  return table.device().is_cpu() && (table.scalar_type() == at::kFloat || table.scalar_type() == at::kDouble);
}

at::Tensor lookup_below_autograd(const at::Tensor& table, const at::Tensor& ids, bool) {
  if (table.device().is_cpu()) check_lookup(table, ids);
  return table.index_select(0, ids);
}

at::Tensor lookup_shape(const at::Tensor& table, const at::Tensor& ids, bool) {
  return at::empty_symint({ids.sym_size(0), table.sym_size(1)}, table.options());
}

at::Tensor call_lookup(const at::Tensor& table, const at::Tensor& ids) {
  static const auto op = operator_named<decltype(lookup_below_autograd)>("fovea::lookup");
  const at::AutoDispatchBelowADInplaceOrView below;
  return op.call(table, ids, false);
}

class Lookup : public torch::autograd::Function<Lookup> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& table, const at::Tensor& ids,
                            bool sparse) {
    context->save_for_backward({ids});
    context->saved_data["rows"] = table.sym_size(0);
    context->saved_data["sparse"] = sparse;
    return is_recorded(table) ? call_lookup(table, ids) : table.index_select(0, ids);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& upper) {
    FOVEA_CHECK(!at::GradMode::is_enabled(), "fovea::lookup: second derivatives are not there");
    const at::Tensor ids = context->get_saved_variables()[0];
    const c10::SymInt rows = context->saved_data["rows"].toSymInt();
    if (context->saved_data["sparse"].toBool()) {
      return {lookup_gradient(upper[0], ids, rows.guard_int(__FILE__, __LINE__)), {}, {}};
    }
    if (!is_recorded(upper[0])) return {dense_gradient(upper[0], ids, rows), {}, {}};
    static const auto op = operator_named<decltype(dense_gradient)>("fovea::_lookup_backward");
    return {op.call(upper[0], ids, rows), {}, {}};
  }
};

at::Tensor lookup_with_autograd(const at::Tensor& table, const at::Tensor& ids, bool sparse) {
  const bool recorded = is_recorded(table);
  if (!table.is_meta() && !has_kernels(table)) return at::embedding(table, ids, -1, false, sparse);
  TORCH_CHECK_NOT_IMPLEMENTED(!recorded || !sparse,
                              "fovea::lookup: a sparse gradient cannot be recorded; give sparse=False");
  if (!recorded) check_lookup(table, ids);
  return Lookup::apply(table, ids, sparse);
}

}  // namespace

at::Tensor lookup_gradient(const at::Tensor& values, const at::Tensor& ids, int64_t table_rows) {
  const at::Tensor gradients = values.contiguous();
  const Occurrences found = find_occurrences(ids, table_rows);
  return at::_sparse_coo_tensor_unsafe(rows_of(found).unsqueeze(0), summed(found, gradients),
                                       {table_rows, gradients.size(1)});
}

at::Tensor lookup(const at::Tensor& table, const at::Tensor& ids) {
  check_lookup(table, ids);
  return Lookup::apply(table, ids, /*sparse=*/true);
}

TORCH_LIBRARY_FRAGMENT(fovea, library) {
  library.def("lookup(Tensor table, Tensor ids, *, bool sparse=False) -> Tensor");
  library.def("_lookup_backward(Tensor d_values, Tensor ids, SymInt rows) -> Tensor");
}
TORCH_LIBRARY_IMPL(fovea, CompositeExplicitAutograd, library) {  // the CPU and every device that has no other form
  library.impl("lookup", lookup_below_autograd);
}
TORCH_LIBRARY_IMPL(fovea, CPU, library) {
  library.impl("_lookup_backward", dense_gradient);
}
TORCH_LIBRARY_IMPL(fovea, Meta, library) {
  library.impl("lookup", lookup_shape);
  library.impl("_lookup_backward", dense_gradient_shape);
}
TORCH_LIBRARY_IMPL(fovea, Autograd, library) {
  library.impl("lookup", lookup_with_autograd);
}

}  // namespace fovea::ops
