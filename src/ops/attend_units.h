// How the work of attention is cut, and dealt to threads.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "kernels/attention.h"

namespace fovea::ops {

// What cutting depends on: sizes, never the number of threads, so that it changes no bit.
struct AttendSizes {
  int64_t sequences = 0, heads = 1;
  const int64_t* query_offsets = nullptr;   // [B+1]
  const int64_t* memory_offsets = nullptr;  // [B+1]
  const int64_t* visible = nullptr;         // [M, 2], or null
};

// All queries of all heads, in tiles, so that one long sequence is work for many threads.
std::vector<kernels::AttendUnit> forward_units(const AttendSizes& sizes);

// One unit for each sequence and head; of a few sequences with many queries several parts, each of which costs arrays
// for the gradients of keys and memory.
std::vector<kernels::AttendUnit> backward_units(const AttendSizes& sizes);

// Runs `run` on neighbouring units that together are all of them, on so many threads as their cost is worth.
using UnitRun = std::function<void(const kernels::AttendUnit* units, int64_t count)>;
void run_units(const AttendSizes& sizes, const std::vector<kernels::AttendUnit>& units, const UnitRun& run);

}  // namespace fovea::ops
