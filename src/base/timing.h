// Clocks and memory of this process.
#pragma once

#include <chrono>
#include <cstdint>

namespace fovea {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Largest resident memory of this process so far, in bytes.
int64_t peak_memory();

// Resident memory now, in bytes.
int64_t current_memory();

}  // namespace fovea
