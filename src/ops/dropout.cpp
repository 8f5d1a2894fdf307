#include "ops/dropout.h"

#include <ATen/Dispatch.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>

#include "base/errors.h"

namespace fovea::ops {

at::Tensor dropout(const at::Tensor& values, double p, const RandomKey& key) {
  FOVEA_CHECK(p >= 0 && p < 1, "dropout", p);
  if (p == 0 || values.numel() == 0) return values;
  at::Tensor mask = at::empty(values.sizes(), values.options().requires_grad(false));
  const uint64_t base = stream_base(key);
  // 16 bits decide an element, so four elements share one mixing of the counter; p is met to 2^-16.
  const uint64_t threshold = static_cast<uint64_t>(p * 65536.0);
  const double scale = 1.0 / (1.0 - static_cast<double>(threshold) / 65536.0);
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "dropout_mask", [&] {
    scalar_t* out = mask.mutable_data_ptr<scalar_t>();
    const int64_t count = mask.numel();
    at::parallel_for(0, (count + 3) / 4, 4096, [&](int64_t begin, int64_t end) {
      for (int64_t group = begin; group < end; ++group) {
        uint64_t bits = random_bits(base, static_cast<uint64_t>(group));
        for (int64_t i = group * 4; i < std::min(count, group * 4 + 4); ++i, bits >>= 16) {
          out[i] = (bits & 0xffff) < threshold ? scalar_t(0) : static_cast<scalar_t>(scale);
        }
      }
    });
  });
  return values * mask;
}

}  // namespace fovea::ops
