#include "ops/dispatch.h"

#include <ATen/core/TorchDispatchUtils.h>

namespace fovea::ops {

bool is_recorded(const at::Tensor& tensor) {
  return tensor.device().is_meta() || at::impl::tensor_has_dispatch(tensor);
}

}  // namespace fovea::ops
