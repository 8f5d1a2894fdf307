// Memory that a call takes for tensors, as libtorch's allocator reports it; what a library keeps to itself (scratch of
// oneDNN, of Fovea's threads) is not in it.
#pragma once

#include <cstdint>
#include <functional>

namespace fovea::bench {

// Runs `step` and returns by how many bytes tensors grew, at the highest.
int64_t peak_tensor_bytes(const std::function<void()>& step);

}  // namespace fovea::bench
