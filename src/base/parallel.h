// One piece of work after another on several threads.
#pragma once

#include <cstdint>
#include <functional>

namespace fovea {

// Calls work(0) … work(count - 1), each once, on up to `threads` threads, the caller's among them; which thread does
// which is open. Returns when all have ended. Where one throws, no further one is begun, and the first exception is
// thrown here; where the system has no thread to give, those at hand do the work.
void in_parallel(int64_t count, int64_t threads, const std::function<void(int64_t)>& work);

}  // namespace fovea
