// The most probable of many symbols.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fovea::tasks::decoding {

struct Candidate {
  float log_probability = 0;
  int64_t symbol = 0;
  bool operator==(const Candidate&) const = default;
};

inline constexpr int64_t kNoSymbol = -1;

// Keeps its memory from row to row. Not thread-safe.
class TopSymbols {
 public:
  // Of V symbols, V ≥ 1; the forbidden ones are never chosen.
  TopSymbols(int64_t symbols, std::span<const int64_t> forbidden);

  // Up to `count` ≥ 1 symbols of row [V], the most probable first, of equally probable ones the lower number first.
  // None that is forbidden, none that is `except`, none of probability 0, none below `floor`. O(V + count log count).
  // Valid until the next call. A NaN anywhere in the row is an InternalError, and so is a probability above 1.
  std::span<const Candidate> select(std::span<const float> row, int64_t count, float floor, int64_t except);

  bool allows(int64_t symbol) const { return !is_forbidden_[static_cast<size_t>(symbol)]; }
  int64_t symbols() const { return static_cast<int64_t>(is_forbidden_.size()); }

 private:
  void find_maxima(std::span<const float> row, int64_t except);
  float block_maximum(std::span<const float> row, size_t block, int64_t except) const;
  float threshold(size_t count, float floor);

  std::vector<int64_t> forbidden_;
  std::vector<char> is_forbidden_;  // by symbol
  std::vector<float> maxima_;       // by block of the row
  std::vector<float> ordered_;
  std::vector<Candidate> found_;
};

// Throws InternalError where it is no log probability: NaN, or above 0 by more than rounding. → at most 0.
float checked_log_probability(float value);

}  // namespace fovea::tasks::decoding
