#include "base/memory.h"

#include <cstdlib>
#include <new>
#include <string_view>
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

bool is_out_of_memory(const std::exception& error) {
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
         std::string_view(error.what()).find("can't allocate memory") != std::string_view::npos;
}

}  // namespace fovea
