// The mask is never an array: forward and backward draw the same numbers.
#include "ops/dropout.h"

#include <bit>
#include <cstring>

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include "base/errors.h"
#include "ops/aten.h"

namespace fovea::ops {
namespace {

// 16 bits decide an element, so four elements share one mixing of the counter; p is met to 2^-16.
constexpr int64_t kElementsPerDraw = 4;

// out = in · (scale where the element's 16 bits are not below the threshold, else 0); the lowest bits are the first
// element's. Vectors of the compiler, because the loop over single elements takes 2.4 times as long.
void thin_four(const float* in, float* out, uint64_t bits, uint64_t threshold, float scale) {
  using Floats = float __attribute__((vector_size(16)));
  using Words = int32_t __attribute__((vector_size(16)));
  using Halves = uint16_t __attribute__((vector_size(8)));
  const auto kept = __builtin_convertvector(std::bit_cast<Halves>(bits), Words) >= static_cast<int32_t>(threshold);
  const Words factors = std::bit_cast<Words>(Floats{scale, scale, scale, scale}) & kept;
  Floats values;
  std::memcpy(&values, in, sizeof values);
  values *= std::bit_cast<Floats>(factors);
  std::memcpy(out, &values, sizeof values);
}

template <typename T>
void thin(const T* in, T* out, int64_t count, uint64_t bits, uint64_t threshold, T scale) {
  const T factors[] = {T(0), scale};
  for (int64_t i = 0; i < count; ++i, bits >>= 16) out[i] = in[i] * factors[(bits & 0xffff) >= threshold];
}
void thin_four(const double* in, double* out, uint64_t bits, uint64_t threshold, double scale) {
  thin(in, out, kElementsPerDraw, bits, threshold, scale);
}

at::Tensor thinned(const at::Tensor& values, double p, uint64_t base) {
  const at::Tensor dense = values.contiguous();
  const at::Tensor result = at::empty(dense.sizes(), dense.options().requires_grad(false));
  const uint64_t threshold = static_cast<uint64_t>(p * 65536.0);
  const double exact_scale = 1.0 / (1.0 - static_cast<double>(threshold) / 65536.0);
  AT_DISPATCH_FLOATING_TYPES(dense.scalar_type(), "dropout", [&] {
    const scalar_t* in = dense.const_data_ptr<scalar_t>();
    scalar_t* out = result.mutable_data_ptr<scalar_t>();
    const auto scale = static_cast<scalar_t>(exact_scale);
    const int64_t count = dense.numel(), whole = count / kElementsPerDraw;
    at::parallel_for(0, whole, 4096, [&](int64_t begin, int64_t end) {
      for (int64_t draw = begin; draw < end; ++draw) {
        const int64_t at = draw * kElementsPerDraw;
        thin_four(in + at, out + at, random_bits(base, static_cast<uint64_t>(draw)), threshold, scale);
      }
    });
    const int64_t rest = whole * kElementsPerDraw;
    thin(in + rest, out + rest, count - rest, random_bits(base, static_cast<uint64_t>(whole)), threshold, scale);
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
