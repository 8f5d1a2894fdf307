#include "base/memory.h"

#include <cstdlib>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace fovea {

void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr const char* kTuning[] = {"GLIBC_TUNABLES", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"};
  for (const char* name : kTuning) {
    if (std::getenv(name)) return;
  }
  constexpr int kMegabyte = 1 << 20;
  mallopt(M_MMAP_THRESHOLD, 32 * kMegabyte);  // the highest that glibc takes
  mallopt(M_TRIM_THRESHOLD, 512 * kMegabyte);
#endif
}

}  // namespace fovea
