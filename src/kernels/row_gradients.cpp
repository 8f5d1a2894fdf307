// The radix sort of token ids, and the door of the sums. Scalar: a sort of a few thousand ids takes microseconds.
#include "kernels/row_gradients.h"

#include <algorithm>

#include "base/errors.h"
#include "kernels/simd/rows.h"

namespace fovea::kernels {
namespace {

// Eleven bits a pass: two passes reach a vocabulary of four million, and the counters (16 KB) stay in the first cache.
// Below 1,024 tokens clearing them would cost more than a third pass, hence eight bits there.
constexpr int kDigitBits = 11, kFewDigitBits = 8;
constexpr int64_t kFewTokens = 1024;
constexpr int64_t kCounters = int64_t{1} << kDigitBits;

struct Keyed {
  int64_t* ids;
  int64_t* tokens;
};

// Moves `from` to `to`, ordered by the digit at `shift`, equal digits in the order they had.
void pass(Keyed from, Keyed to, int64_t size, int shift, int bits, int64_t* counters) {
  const int64_t mask = (int64_t{1} << bits) - 1;
  std::fill(counters, counters + mask + 1, 0);
  for (int64_t k = 0; k < size; ++k) ++counters[(from.ids[k] >> shift) & mask];
  int64_t place = 0;
  for (int64_t digit = 0; digit <= mask; ++digit) {
    const int64_t count = counters[digit];
    counters[digit] = place;
    place += count;
  }
  for (int64_t k = 0; k < size; ++k) {
    const int64_t at = counters[(from.ids[k] >> shift) & mask]++;
    to.ids[at] = from.ids[k];
    to.tokens[at] = from.tokens[k];
  }
}

}  // namespace

int64_t find_rows_scratch_size(int64_t tokens) {
  return 3 * tokens + kCounters;
}

int64_t find_rows(const int64_t* ids, int64_t tokens, int64_t table_rows, const RowOccurrences& out, int64_t* scratch) {
  FOVEA_CHECK(tokens >= 0, tokens);
  // Sorting goes to and fro between two pairs of arrays; out.order is one of them.
  Keyed here = {scratch + kCounters, out.order}, there = {here.ids + tokens, here.ids + 2 * tokens};
  int64_t largest = 0;
  for (int64_t k = 0; k < tokens; ++k) {
    FOVEA_CHECK(0 <= ids[k] && ids[k] < table_rows, "id", ids[k], "of token", k, "in a table of", table_rows);
    largest = std::max(largest, ids[k]);
    here.ids[k] = ids[k];
    here.tokens[k] = k;
  }
  const int bits = tokens < kFewTokens ? kFewDigitBits : kDigitBits;
  for (int shift = 0; shift < 63 && largest >> shift > 0; shift += bits) {
    pass(here, there, tokens, shift, bits, scratch);
    std::swap(here, there);
  }
  if (here.tokens != out.order) std::copy(here.tokens, here.tokens + tokens, out.order);

  int64_t unique = 0;
  for (int64_t k = 0; k < tokens; ++k) {
    if (k > 0 && here.ids[k] == here.ids[k - 1]) continue;
    out.rows[unique] = here.ids[k];
    out.starts[unique++] = k;
  }
  out.starts[unique] = tokens;
  return unique;
}

void sum_rows(const SumRowsArguments<float>& arguments, int64_t begin, int64_t end) {
  FOVEA_CHECK(arguments.width >= 0 && 0 <= begin && begin <= end, "width", arguments.width, "rows", begin, end);
  simd::sum_rows(arguments, begin, end);
}

}  // namespace fovea::kernels
