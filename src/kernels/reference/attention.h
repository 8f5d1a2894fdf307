// Attention over ragged memory as plain loops in double: the oracle of the tests, and what the operator runs for
// double; not the fast path. Arguments, dimensions and meaning are those of kernels/attention.h.
#pragma once

#include "kernels/attention.h"

namespace fovea::kernels::reference {

// Sequences [begin, end) of B with all their heads, in one part; any split of the range gives the same bits.
// O(W·(A + D)), one query and one row at a time. Throw InternalError where a width or the range is negative, offsets
// decrease, a query sees what is not there, or the keys cannot be the memory.
void attend(const AttendInput<double>& input, const AttendOutput<double>& output, int64_t begin, int64_t end);
void attend_backward(const AttendInput<double>& input, const AttendGradients<double>& gradients, int64_t begin,
                     int64_t end);

// One row of scores [size] to weights [size], size > 0; returns the row constant. In place is allowed.
double normalise(Normaliser normaliser, const double* scores, int64_t size, double* weights);

// d_scores = Jᵀ d_weights, J the Jacobian of `normalise` at these weights. In place is allowed.
void normalise_backward(Normaliser normaliser, const double* weights, const double* d_weights, int64_t size,
                        double* d_scores);

}  // namespace fovea::kernels::reference
