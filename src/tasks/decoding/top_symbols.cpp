#include "tasks/decoding/top_symbols.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "base/errors.h"

namespace fovea::tasks::decoding {
namespace {

// A row is read in blocks of so many symbols: first the greatest of each, whose count-th greatest is one that the
// chosen ones reach at least; then those blocks again that reach it. On a core of an AMD EPYC the best 5 of 8,000 take
// 2.4 µs and of 30,000 10 µs, where a partial sort of the numbers takes 11 and 40 µs; blocks of 32 are slower, and of
// 128 no faster with 8,000 and slower from 50 chosen ones on.
constexpr size_t kBlock = 64;
constexpr size_t kLanes = 4;  // read side by side: one vector of every processor; with more the compiler spills them
constexpr float kNothing = -std::numeric_limits<float>::infinity();
constexpr float kRounding = 1e-2F;  // as much may a log probability lie above 0: an inexact type's rounding

// The greatest of kBlock values; `is_nan` is not 0 afterwards where one of them is NaN.
float maximum(const float* values, int32_t& is_nan) {
  std::array<float, kLanes> greatest;
  std::array<int32_t, kLanes> unordered = {};
  greatest.fill(kNothing);
  for (size_t i = 0; i < kBlock; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const float value = values[i + lane];
      greatest[lane] = value > greatest[lane] ? value : greatest[lane];
      unordered[lane] |= value != value ? 1 : 0;
    }
  }
  for (size_t lane = 0; lane < kLanes; ++lane) is_nan |= unordered[lane];
  return *std::max_element(greatest.begin(), greatest.end());
}

bool is_before(const Candidate& a, const Candidate& b) {
  return a.log_probability != b.log_probability ? a.log_probability > b.log_probability : a.symbol < b.symbol;
}

}  // namespace

float checked_log_probability(float value) {
  FOVEA_CHECK(value <= kRounding, "a log probability is", value);
  return std::min(value, 0.0F);
}

TopSymbols::TopSymbols(int64_t symbols, std::span<const int64_t> forbidden)
    : forbidden_(forbidden.begin(), forbidden.end()) {
  FOVEA_CHECK(symbols > 0, "symbols", symbols);
  is_forbidden_.assign(static_cast<size_t>(symbols), 0);
  for (const int64_t symbol : forbidden) {
    FOVEA_CHECK(symbol >= 0 && symbol < symbols, "forbidden", symbol, "of", symbols);
    is_forbidden_[static_cast<size_t>(symbol)] = 1;
  }
}

float TopSymbols::block_maximum(std::span<const float> row, size_t block, int64_t except) const {
  float greatest = kNothing;
  const size_t end = std::min(row.size(), (block + 1) * kBlock);
  for (size_t i = block * kBlock; i < end; ++i) {
    if (!is_forbidden_[i] && static_cast<int64_t>(i) != except) greatest = std::max(greatest, row[i]);
  }
  return greatest;
}

void TopSymbols::find_maxima(std::span<const float> row, int64_t except) {
  const size_t whole = row.size() / kBlock;
  maxima_.resize((row.size() + kBlock - 1) / kBlock);
  int32_t is_nan = 0;
  for (size_t block = 0; block < whole; ++block) maxima_[block] = maximum(row.data() + block * kBlock, is_nan);
  for (size_t i = whole * kBlock; i < row.size(); ++i) is_nan |= row[i] != row[i] ? 1 : 0;
  FOVEA_CHECK(is_nan == 0, "a log probability is NaN");
  if (whole < maxima_.size()) maxima_[whole] = block_maximum(row, whole, except);
  // Those of blocks with symbols that may not be chosen, once more without them.
  for (const int64_t symbol : forbidden_) {
    const size_t block = static_cast<size_t>(symbol) / kBlock;
    maxima_[block] = block_maximum(row, block, except);
  }
  if (except != kNoSymbol) {
    const size_t block = static_cast<size_t>(except) / kBlock;
    maxima_[block] = block_maximum(row, block, except);
  }
}

// What the chosen ones reach at least.
float TopSymbols::threshold(size_t count, float floor) {
  if (count > maxima_.size()) return floor;
  if (count == 1) return std::max(floor, *std::max_element(maxima_.begin(), maxima_.end()));
  ordered_ = maxima_;
  const auto last = ordered_.begin() + static_cast<std::ptrdiff_t>(count) - 1;
  std::nth_element(ordered_.begin(), last, ordered_.end(), std::greater<>());
  return std::max(floor, *last);
}

std::span<const Candidate> TopSymbols::select(std::span<const float> row, int64_t count, float floor, int64_t except) {
  FOVEA_CHECK(row.size() == is_forbidden_.size() && count > 0, "row of", row.size(), "of", symbols(), "count", count);
  FOVEA_CHECK(except >= kNoSymbol && except < symbols(), "except", except, "of", symbols());
  find_maxima(row, except);
  const size_t wanted = static_cast<size_t>(count);
  const float least = threshold(wanted, floor);
  found_.clear();
  for (size_t block = 0; block < maxima_.size(); ++block) {
    if (maxima_[block] < least || maxima_[block] == kNothing) continue;
    const size_t end = std::min(row.size(), (block + 1) * kBlock);
    for (size_t i = block * kBlock; i < end; ++i) {
      const int64_t symbol = static_cast<int64_t>(i);
      if (row[i] < least || row[i] == kNothing || is_forbidden_[i] || symbol == except) continue;
      found_.push_back({checked_log_probability(row[i]), symbol});
    }
  }
  if (found_.size() > wanted) {
    std::nth_element(found_.begin(), found_.begin() + count - 1, found_.end(), is_before);
    found_.resize(wanted);
  }
  std::sort(found_.begin(), found_.end(), is_before);
  return found_;
}

}  // namespace fovea::tasks::decoding
