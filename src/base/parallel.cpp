#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace fovea {

void in_parallel(int64_t count, int64_t threads, const std::function<void(int64_t)>& work) {
  std::atomic<int64_t> next = 0;
  std::exception_ptr first;
  std::mutex writing_first;
  const auto work_on = [&] {
    try {
      for (int64_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(writing_first);
      if (!first) first = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;  // joined at the end of the block, whatever happens
    try {
      for (int64_t i = 1; i < std::min(threads, count); ++i) others.emplace_back(work_on);
    } catch (const std::system_error&) {
    }
    work_on();
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace fovea
