#include "ops/packed_linear.h"

#include "base/errors.h"
#include "kernels/gemm.h"
#include "ops/aten.h"
#include "ops/decoding.h"
#include "ops/products.h"

namespace fovea::ops {

PackedLinear::PackedLinear(const at::Tensor& weight, const at::Tensor& bias)
    : depth_(weight.size(1)), columns_(weight.size(0)) {
  FOVEA_CHECK(weight.dim() == 2 && weight.scalar_type() == at::kFloat && weight.device().is_cpu() &&
                  (!bias.defined() || bias.numel() == columns_),
              weight.toString(), weight.sizes());
  const at::Tensor dense = weight.detach().contiguous();
  kernels::GemmArguments product;
  product.depth = depth_;
  product.columns = columns_;
  product.b = dense.const_data_ptr<float>();
  product.b_stride = depth_;
  product.b_transposed = true;
  packed_.resize(static_cast<size_t>(kernels::packed_gemm_size(depth_, columns_)));
  kernels::pack_gemm_operand(product, packed_.data());
  if (!bias.defined()) return;
  const at::Tensor dense_bias = bias.detach().contiguous();
  const float* first = dense_bias.const_data_ptr<float>();
  bias_.assign(first, first + columns_);
}

void PackedLinear::apply(const float* x, int64_t rows, float* y, int64_t stride) const {
  kernels::GemmArguments product;
  product.rows = rows;
  product.columns = columns_;
  product.depth = depth_;
  product.a = x;
  product.a_stride = stride > 0 ? stride : depth_;
  product.b_packed = packed_.data();
  product.bias = bias_.empty() ? nullptr : bias_.data();
  product.c = y;
  product.c_stride = columns_;
  multiply(product);
}

void PackedLinear::add(const float* x, int64_t rows, float* y) const {
  if (!bias_.empty()) add_to_rows(bias_.data(), columns_, y, rows);
  kernels::GemmArguments product;
  product.rows = rows;
  product.columns = columns_;
  product.depth = depth_;
  product.a = x;
  product.a_stride = depth_;
  product.b_packed = packed_.data();
  product.accumulate = true;
  product.c = y;
  product.c_stride = columns_;
  multiply(product);
}

at::Tensor PackedLinear::operator()(const at::Tensor& x) const {
  FOVEA_CHECK(x.dim() == 2 && x.size(1) == depth_ && x.scalar_type() == at::kFloat, x.toString(), x.sizes(), depth_);
  const at::Tensor dense = x.contiguous(), y = at::empty({x.size(0), columns_}, x.options().requires_grad(false));
  apply(dense.const_data_ptr<float>(), x.size(0), y.mutable_data_ptr<float>());
  return y;
}

}  // namespace fovea::ops
