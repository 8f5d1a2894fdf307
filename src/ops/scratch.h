// Memory for the kernels' scratch: one buffer per thread that only grows, so that a step allocates nothing once it has
// run.
#pragma once

#include <cstdint>
#include <vector>

namespace fovea::ops {

// `floats` floats of the calling thread, undefined in content, valid until its next call.
inline float* thread_scratch(int64_t floats) {
  thread_local std::vector<float> buffer;
  if (static_cast<int64_t>(buffer.size()) < floats) buffer.resize(static_cast<size_t>(floats));
  return buffer.data();
}

}  // namespace fovea::ops
