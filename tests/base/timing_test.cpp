#include "base/timing.h"

#include <cstring>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

TEST(Timing, StopwatchRunsForward) {
  const Stopwatch watch;
  const double before = watch.seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const double after = watch.seconds();
  EXPECT_LT(before, 5) << "it begins at its making";
  EXPECT_GE(after - before, 0.02);
  EXPECT_LT(after, 20);
}

// 64 MB that are touched are seen by both, in bytes and not in pages or kilobytes.
TEST(Timing, MemoryIsCountedInBytes) {
  constexpr int64_t kSize = 64'000'000;
  const int64_t before = current_memory();
  std::vector<char> block(kSize);
  std::memset(block.data(), 7, block.size());
  const int64_t during = current_memory();
  EXPECT_GT(before, 500'000);
  EXPECT_GT(during - before, kSize * 9 / 10);
  EXPECT_LT(during - before, kSize * 3);
  EXPECT_GE(peak_memory(), kSize);
  EXPECT_LT(peak_memory(), 100'000'000'000);
  EXPECT_EQ(block[12'345], 7);
}

}  // namespace
}  // namespace fovea
