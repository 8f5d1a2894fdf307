#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

TEST(InParallel, EachPieceIsDoneOnce) {
  for (const int64_t threads : {0, 1, 3, 20}) {
    for (const int64_t count : {0, 1, 2, 157}) {
      std::vector<std::atomic<int>> done(static_cast<size_t>(count));
      in_parallel(count, threads, [&](int64_t i) { ++done[static_cast<size_t>(i)]; });
      EXPECT_TRUE(std::all_of(done.begin(), done.end(), [](const auto& times) { return times == 1; }))
          << count << " pieces, " << threads << " threads";
    }
  }
}

// Pieces that wait for one another end only where they are done at the same time.
TEST(InParallel, SeveralAreDoneAtATime) {
  std::atomic<int> begun = 0;
  in_parallel(3, 3, [&](int64_t) {
    ++begun;
    while (begun < 3) std::this_thread::yield();
  });
  EXPECT_EQ(begun, 3);
}

// An exception on a thread that nobody watches would end the process.
TEST(InParallel, AnExceptionOfAnyPieceArrives) {
  for (int64_t failing = 0; failing < 6; ++failing) {
    std::atomic<int> begun = 0;
    EXPECT_THROW(in_parallel(6, 3,
                             [&](int64_t i) {
                               ++begun;
                               if (i == failing) throw std::bad_alloc();
                             }),
                 std::bad_alloc);
    EXPECT_GE(begun, failing + 1);
  }
  std::atomic<int> begun = 0;
  EXPECT_THROW(in_parallel(1'000'000, 1,
                           [&](int64_t) {
                             ++begun;
                             throw std::bad_alloc();
                           }),
               std::bad_alloc);
  EXPECT_EQ(begun, 1) << "nothing is begun after it";
}

}  // namespace
}  // namespace fovea
