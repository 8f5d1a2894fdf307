#include "nn/drop_rows.h"

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/aten.h"

namespace fovea::nn {

at::Tensor drop_rows(const at::Tensor& values, double p, const RandomKey& key) {
  FOVEA_CHECK(values.dim() == 2 && p >= 0 && p < 1, values.sizes(), p);
  if (p == 0) return values;
  at::Tensor kept = at::empty({values.size(0), 1}, at::kFloat);
  float* data = kept.mutable_data_ptr<float>();
  const uint64_t base = stream_base(key);
  for (int64_t i = 0; i < values.size(0); ++i) data[i] = uniform(base, static_cast<uint64_t>(i)) < p ? 0.0f : 1.0f;
  return values * kept.to(values.scalar_type());
}

}  // namespace fovea::nn
