// Whether work grows no faster than what it is done on.
#pragma once

#include <ctime>
#include <functional>
#include <string>

#include <gtest/gtest.h>

namespace fovea::test {

// CPU seconds of this process: a machine that is busy with other things makes them hardly longer.
inline double cpu_seconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double start = now();
  work();
  return now() - start;
}

// Does work(size) for an eighth of `size`, then for `size`: linear work takes eight times as long, quadratic 64 times.
// It may take 24 times as long, and a tenth of a second more.
inline void expect_linear_time(size_t size, const std::function<void(size_t)>& work, const std::string& what) {
  constexpr double kShare = 8, kSlack = 3, kNoise = 0.1;
  const double small = cpu_seconds([&] { work(size / static_cast<size_t>(kShare)); });
  const double whole = cpu_seconds([&] { work(size); });
  EXPECT_LT(whole, kShare * kSlack * small + kNoise) << what << ": " << small << " s for an eighth";
}

}  // namespace fovea::test
