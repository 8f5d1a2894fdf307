// The mask is never an array: forward and backward draw the same numbers.
#include "ops/dropout.h"

#include <algorithm>

#include <ATen/Dispatch.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include "base/errors.h"

namespace fovea::ops {
namespace {

// 16 bits decide an element, so four elements share one mixing of the counter; p is met to 2^-16.
constexpr int64_t kElementsPerDraw = 4;

at::Tensor thinned(const at::Tensor& values, double p, uint64_t base) {
  const at::Tensor dense = values.contiguous();
  const at::Tensor result = at::empty(dense.sizes(), dense.options().requires_grad(false));
  const uint64_t threshold = static_cast<uint64_t>(p * 65536.0);
  const double scale = 1.0 / (1.0 - static_cast<double>(threshold) / 65536.0);
  AT_DISPATCH_FLOATING_TYPES(dense.scalar_type(), "dropout", [&] {
    const scalar_t* in = dense.const_data_ptr<scalar_t>();
    scalar_t* out = result.mutable_data_ptr<scalar_t>();
    const scalar_t factors[] = {scalar_t(0), static_cast<scalar_t>(scale)};
    const int64_t count = dense.numel();
    at::parallel_for(0, (count + kElementsPerDraw - 1) / kElementsPerDraw, 4096, [&](int64_t begin, int64_t end) {
      for (int64_t draw = begin; draw < end; ++draw) {
        uint64_t bits = random_bits(base, static_cast<uint64_t>(draw));
        const int64_t last = std::min(count, (draw + 1) * kElementsPerDraw);
        for (int64_t i = draw * kElementsPerDraw; i < last; ++i, bits >>= 16) {
          out[i] = in[i] * factors[(bits & 0xffff) >= threshold];
        }
      }
    });
  });
  return result;
}

class Dropout : public torch::autograd::Function<Dropout> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& values, double p,
                            int64_t base) {
    context->saved_data["p"] = p;
    context->saved_data["base"] = base;
    return thinned(values, p, static_cast<uint64_t>(base));
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list upper) {
    FOVEA_CHECK(!at::GradMode::is_enabled(), "fovea::dropout: second derivatives are not there");
    const auto base = static_cast<uint64_t>(context->saved_data["base"].toInt());
    return {thinned(upper[0], context->saved_data["p"].toDouble(), base), {}, {}};
  }
};

}  // namespace

at::Tensor dropout(const at::Tensor& values, double p, const RandomKey& key) {
  FOVEA_CHECK(p >= 0 && p < 1, "dropout", p);
  if (p == 0 || values.numel() == 0) return values;
  return Dropout::apply(values, p, static_cast<int64_t>(stream_base(key)));
}

}  // namespace fovea::ops
