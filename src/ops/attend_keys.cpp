#include "ops/attend_keys.h"

#include <torch/csrc/autograd/custom_function.h>

#include "base/errors.h"
#include "kernels/gemm.h"
#include "ops/aten.h"
#include "ops/dispatch.h"
#include "ops/products.h"
#include "ops/segments.h"

namespace fovea::ops {
namespace {

// K = M·Pᵀ: dM = dK·P, dP = dKᵀ·M
class Keys : public torch::autograd::Function<Keys> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& rows,
                            const at::Tensor& projection) {
    const at::Tensor dense_rows = rows.contiguous(), dense_projection = projection.contiguous();
    context->save_for_backward({dense_rows, dense_projection});
    return product_of(dense_rows, dense_projection.t());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& upper) {
    FOVEA_CHECK(!at::GradMode::is_enabled(), "fovea::attend: second derivatives are not there");
    const auto saved = context->get_saved_variables();
    const at::Tensor d_keys = upper[0].contiguous();
    at::Tensor d_rows, d_projection;
    if (context->needs_input_grad(0)) d_rows = product_of(d_keys, saved[1]);
    if (context->needs_input_grad(1)) d_projection = product_of(d_keys.t(), saved[0]);
    return {d_rows, d_projection};
  }
};

at::Tensor keys_of(const at::Tensor& rows, const at::Tensor& projection) {
  const bool by_kernels = rows.scalar_type() == at::kFloat && rows.device().is_cpu() && !is_recorded(rows);
  return by_kernels ? Keys::apply(rows, projection) : at::mm(rows, projection.t());
}

}  // namespace

void product_into(const at::Tensor& c, const at::Tensor& a, const at::Tensor& b, bool accumulate) {
  if (c.scalar_type() != at::kFloat) {
    if (accumulate) {
      c.add_(at::mm(a, b));
    } else {
      c.copy_(at::mm(a, b));
    }
    return;
  }
  kernels::GemmArguments product;
  product.rows = a.size(0);
  product.depth = a.size(1);
  product.columns = b.size(1);
  product.a = a.const_data_ptr<float>();
  product.a_transposed = !a.is_contiguous();
  product.a_stride = product.a_transposed ? a.size(0) : a.size(1);
  product.b = b.const_data_ptr<float>();
  product.b_transposed = !b.is_contiguous();
  product.b_stride = product.b_transposed ? b.size(0) : b.size(1);
  product.accumulate = accumulate;
  product.c = c.mutable_data_ptr<float>();
  product.c_stride = c.size(1);
  multiply(product);
}

at::Tensor product_of(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor c = at::empty({a.size(0), b.size(1)}, a.options().requires_grad(false));
  product_into(c, a, b);
  return c;
}

Memory ready(const at::Tensor& rows, const at::Tensor& offsets, const at::Tensor& projection) {
  FOVEA_CHECK(rows.dim() == 2, "rows must be [N, D], not", rows.sizes());
  check_offsets(offsets, rows.size(0));
  if (!projection.defined()) return {rows, offsets, rows};
  FOVEA_CHECK(projection.dim() == 2 && projection.size(1) == rows.size(1), "P", projection.sizes(), "rows",
              rows.sizes());
  return {rows, offsets, keys_of(rows, projection)};
}

AttendInput with_keys_for_heads(const AttendInput& input) {
  AttendInput in = input;
  if (in.score != Score::kGeneral || in.heads == 1 || in.keys.defined()) return in;
  in.keys = keys_of(in.memory, in.memory_projection);
  in.memory_projection = at::Tensor();
  return in;
}

}  // namespace fovea::ops
