#include "ops/decoding.h"

#include <algorithm>

#include <ATen/Parallel.h>

#include "ops/scratch.h"

namespace fovea::ops {
namespace {

constexpr int64_t kAttendingPerThread = 16;     // attending takes some microseconds a row
constexpr int64_t kNumbersPerThread = 1 << 15;  // a number some tenths of a nanosecond

int64_t grain(int64_t width) {
  return std::max<int64_t>(1, kNumbersPerThread / std::max<int64_t>(width, 1));
}

}  // namespace

void attend_slots(const kernels::AttendSlotsArguments& arguments, int64_t rows) {
  const int64_t longest = rows > 0 ? *std::max_element(arguments.counts, arguments.counts + rows) : 0;
  at::parallel_for(0, rows, kAttendingPerThread, [&](int64_t begin, int64_t end) {
    kernels::attend_slots(arguments, begin, end, thread_scratch(longest));
  });
}

void layer_norm(const kernels::LayerNormArguments& arguments, int64_t rows) {
  at::parallel_for(0, rows, grain(arguments.width),
                   [&](int64_t begin, int64_t end) { kernels::layer_norm(arguments, begin, end); });
}

void add_to_rows(const float* y, int64_t width, float* x, int64_t rows) {
  at::parallel_for(0, rows, grain(width),
                   [&](int64_t begin, int64_t end) { kernels::add_to_rows(y, width, x, begin, end); });
}

void cut_below_zero(int64_t width, float* x, int64_t rows) {
  at::parallel_for(0, rows, grain(width),
                   [&](int64_t begin, int64_t end) { kernels::cut_below_zero(width, x, begin, end); });
}

void log_softmax(int64_t width, float* x, int64_t rows) {
  at::parallel_for(0, rows, grain(width),
                   [&](int64_t begin, int64_t end) { kernels::log_softmax(width, x, begin, end); });
}

}  // namespace fovea::ops
