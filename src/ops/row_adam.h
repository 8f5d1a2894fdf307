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

// Updates the rows of `gradient`, sparse as ops/lookup.h gives it. O(U·E), U rows that occur.
void row_adam(const RowAdamTable& table, const at::Tensor& gradient, const RowAdamStep& step);

// Applies to every row the weight decay that it has missed. O(V·E) at most.
void settle_rows(const RowAdamTable& table, const RowAdamStep& step);

}  // namespace fovea::ops
