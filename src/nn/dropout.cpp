#include "nn/dropout.h"

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/dropout.h"
#include "ops/segments.h"

namespace fovea::nn {

at::Tensor dropped(const at::Tensor& values, const at::Tensor& offsets, const DropoutOptions& options,
                   const RandomKey& key) {
  FOVEA_CHECK(values.dim() == 2 && offsets.numel() > 0, values.sizes(), offsets.sizes());
  if (options.share == 0) return values;
  if (options.kind == DropoutKind::kElement) return ops::dropout(values, options.share, key);
  const at::Tensor ones = at::ones({offsets.numel() - 1, values.size(1)}, values.options().requires_grad(false));
  return values * ops::dropout(ones, options.share, key).index_select(0, ops::segment_ids(offsets));
}

}  // namespace fovea::nn
