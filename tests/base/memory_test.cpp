#include "base/memory.h"

#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>

namespace fovea {
namespace {

int64_t page_faults() {
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

// Blocks like those of a training step, freed and taken again: their pages are there still.
TEST(Memory, FreedBlocksStay) {
  for (const char* name : {"GLIBC_TUNABLES", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"}) {
    if (std::getenv(name)) GTEST_SKIP() << "the user has tuned the C library: " << name;
  }
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer has an allocator of its own";
#endif
  keep_freed_memory();
  constexpr size_t kSize = 20 << 20;
  const auto step = [] {
    std::vector<char*> blocks;
    for (int i = 0; i < 4; ++i) {
      blocks.push_back(static_cast<char*>(std::malloc(kSize)));
      for (size_t at = 0; at < kSize; at += 4096) const_cast<volatile char*>(blocks.back())[at] = 1;
    }
    for (char* block : blocks) std::free(block);
  };
  step();
  const int64_t before = page_faults();
  step();
  EXPECT_LT(page_faults() - before, static_cast<int64_t>(kSize / 4096));
  ::malloc_trim(0);  // other tests count memory
}

}  // namespace
}  // namespace fovea
