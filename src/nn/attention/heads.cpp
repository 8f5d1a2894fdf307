#include "nn/attention/heads.h"

#include "base/errors.h"
#include "ops/aten.h"

namespace fovea::nn {

int64_t head_width(const PoolingOptions& options, int64_t size) {
  const int64_t divided = size - options.shared_size;
  FOVEA_CHECK(divided > 0 && divided % options.heads == 0, "features", divided, "heads", options.heads);
  return divided / options.heads + options.shared_size;
}

at::Tensor head_part(const at::Tensor& memory, const PoolingOptions& options, int64_t head) {
  const int64_t size = memory.size(1), own = head_width(options, size) - options.shared_size;
  const at::Tensor part = memory.narrow(1, head * own, own);
  if (options.shared_size == 0) return part;
  return at::cat({part, memory.narrow(1, size - options.shared_size, options.shared_size)}, 1);
}

}  // namespace fovea::nn
