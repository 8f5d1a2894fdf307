// The lazy AdamW of a table of rows (kernels/row_adam.h has the rule) on tensors.
#pragma once

#include <ATen/core/Tensor.h>

namespace fovea::ops {

// All contiguous on the CPU; float tables take the kernels, double ones their reference.
struct RowAdamTable {
  at::Tensor table, first, second;  // [V, E]
  at::Tensor counts;                // [V] int64, steps of each row
  at::Tensor decays;                // [V] double, what of the decay sum each row has seen
};

struct RowAdamStep {
  double rate = 0;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double decay_sum = 0;  // Σ log(1 − rate · weight decay) over the steps, this one included
};

// A sparse gradient with its rows ascending and without repeats. Several lookups of one table in a step give one that
// has not: libtorch puts them one behind the other. The values of a row are summed in the order in which they stand, so
// any number of threads gives the same bits. Returns `gradient` itself where it is so already. O(N·E).
at::Tensor coalesced(const at::Tensor& gradient);

// Throws InternalError unless the rows of `gradient` rise without repeats within the table: else two threads would
// write to one row. O(U).
void check_rows(const at::Tensor& gradient);

// Updates the rows of `gradient`, sparse as ops/lookup.h gives it or coalesced(). O(U·E), U rows that occur.
void row_adam(const RowAdamTable& table, const at::Tensor& gradient, const RowAdamStep& step);

// Applies to every row the weight decay that it has missed. O(V·E) at most.
void settle_rows(const RowAdamTable& table, const RowAdamStep& step);

}  // namespace fovea::ops
