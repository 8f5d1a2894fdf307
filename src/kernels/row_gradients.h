// From the gradients of looked-up rows to the gradient of the table they came from, as (unique sorted rows, summed
// values): an embedding's backward pass whose cost goes with the tokens of the batch, not with the vocabulary.
// Dimensions: N tokens, V rows of the table, E width of a row, U rows of the table that occur.
#pragma once

#include <cstdint>

namespace fovea::kernels {

// Where each row of the table occurs. The arrays belong to the caller, with room for N (starts: N + 1) entries; the
// first U (U + 1) are written.
struct RowOccurrences {
  int64_t* rows = nullptr;    // [U], ascending, no two equal
  int64_t* starts = nullptr;  // [U+1]: row u occurs at the tokens order[starts[u]] … order[starts[u+1]-1]
  int64_t* order = nullptr;   // [N], a permutation of the tokens; within a row ascending
};

// Scratch for `find_rows`, in int64_t.
int64_t find_rows_scratch_size(int64_t tokens);

// Sorts the ids [N] of the tokens, stably, by radix: O(N · digits of the largest id); returns U. `scratch` may alias
// nothing. Throws InternalError where an id is negative or not below `table_rows`.
int64_t find_rows(const int64_t* ids, int64_t tokens, int64_t table_rows, const RowOccurrences& out, int64_t* scratch);

// All arrays are contiguous and row-major, belong to the caller and live until the call returns; `values` may alias no
// input.
template <typename T>
struct SumRowsArguments {
  int64_t width = 0;                // E
  const int64_t* starts = nullptr;  // [U+1] and
  const int64_t* order = nullptr;   // [N], of find_rows
  const T* gradients = nullptr;     // [N, E], by token
  const T* multipliers = nullptr;   // [N, E] multiplied into the gradients (the dropout that followed); null: none
  T* values = nullptr;              // [U, E], out: Σ over the row's tokens, in their order; no initial value needed
};

// Sums rows [begin, end) of U; calls on disjoint ranges may run at once, and any split gives the same bits. O(tokens of
// the range · E). Rows differ in their tokens: split where starts[] halves, not where U does.
void sum_rows(const SumRowsArguments<float>& arguments, int64_t begin, int64_t end);

}  // namespace fovea::kernels
