// AdamW (Loshchilov & Hutter 2019) for tables of which a step touches few rows, as embeddings: a row is updated only in
// the steps in which it occurs, so a step costs by the tokens of the batch and not by the vocabulary. It is lazy, by
// the rule below; a row that occurs in every step gets what AdamW gives it. Not for dense parameters.
//
// The rule, for row w with moments m, s, of which this is the k-th occurrence (k = 1, 2, …), in a step with rate η,
// gradient g, and δ the product of (1 − η_j λ) over all steps j since the row was last brought up to date, this one
// included. First the decay of the missed steps, each at its own rate, and of this one:
//
//   w ← δ w
//
// then the moments, which stand still in steps without the row:
//
//   m ← β₁ m + (1 − β₁) g
//
//   s ← β₂ s + (1 − β₂) g²
//
// then the step, with bias corrected by the row's own count:
//
//   w ← w − η (m / (1 − β₁ᵏ)) / (√(s / (1 − β₂ᵏ)) + ε)
//
// So a forward pass may see a row without the decay of the steps since it last occurred; `settle_rows` applies that to
// every row, for saving and for evaluation.
// Dimensions: V rows of the table, E width of a row, U rows that occur in the step.
#pragma once

#include <cstdint>

namespace fovea::kernels {

// How a decay is remembered: the sum over all steps so far of log(1 − η_j λ), in double, kept by the caller, who adds
// log1p(−η λ) at each step before the update. What a row has seen of it is in `decays`; the difference is its δ.
//
// All arrays are contiguous and row-major, belong to the caller, live until the call returns and may not alias.
template <typename T>
struct RowAdamArguments {
  T beta1 = static_cast<T>(0.9);
  T beta2 = static_cast<T>(0.999);
  T epsilon = static_cast<T>(1e-8);
  double rate = 0;                // η
  double decay_sum = 0;           // Σ log(1 − η_j λ) up to and including this step, ≤ 0
  T gradient_scale = 1;           // multiplied into the gradients first: the clipping of their norm
  int64_t width = 0;              // E
  const int64_t* rows = nullptr;  // [U], no two equal, each in [0, V)
  const T* gradients = nullptr;   // [U, E]
  T* table = nullptr;             // [V, E], in and out
  T* first_moments = nullptr;     // [V, E], in and out; 0 before the first step
  T* second_moments = nullptr;    // [V, E], in and out; 0 before the first step
  int64_t* counts = nullptr;      // [V], in and out: occurrences so far; 0 before the first step
  double* decays = nullptr;       // [V], in and out: decay_sum when the row was last brought up to date; 0 before
};

// Updates rows[begin … end) of U; calls on disjoint ranges may run at once, and any split gives the same bits. O(E) a
// row.
void row_adam(const RowAdamArguments<float>& arguments, int64_t begin, int64_t end);

// Brings the table's rows [begin, end) of V up to date with decay_sum; needs `width`, `table`, `decays` and
// `decay_sum`. Applied before or after, it changes a later update by rounding only. O(E) a row that is behind.
void settle_rows(const RowAdamArguments<float>& arguments, int64_t begin, int64_t end);

}  // namespace fovea::kernels
