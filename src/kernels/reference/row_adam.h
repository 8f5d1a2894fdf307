// The lazy AdamW of kernels/row_adam.h and the sums of kernels/row_gradients.h as plain loops in double: the oracle of
// the tests, not the fast path.
#pragma once

#include "kernels/row_adam.h"
#include "kernels/row_gradients.h"

namespace fovea::kernels::reference {

// Rows [begin, end) of U or, to settle, of V.
void row_adam(const RowAdamArguments<double>& arguments, int64_t begin, int64_t end);
void settle_rows(const RowAdamArguments<double>& arguments, int64_t begin, int64_t end);
void sum_rows(const SumRowsArguments<double>& arguments, int64_t begin, int64_t end);

}  // namespace fovea::kernels::reference
