// The loss of a softmax over many classes, of the rows that choose them: a large vocabulary's scores are never there as
// a whole, nor their gradients.
#pragma once

#include <ATen/core/Tensor.h>

namespace fovea::ops {

struct SoftmaxLossInput {
  at::Tensor rows;     // x [M, E], M > 0
  at::Tensor weight;   // W [V, E]
  at::Tensor bias;     // b [V]
  at::Tensor answers;  // [M] int64, CPU, each in 0 … V − 1
  double smoothing = 0;  // ε: so much of the target is spread evenly over all classes (Szegedy et al. 2016), 0 ≤ ε < 1
};

// Mean over the rows of −Σ_v target_v · log softmax(W x + b)_v, in nats, a number []. Differentiable in rows, weight
// and bias; their gradients are made on the way there, some rows at a time. Floats on the CPU take the kernels, with
// the same bits on any number of threads, all else the composite form. Throws InternalError on shapes that do not fit.
at::Tensor softmax_loss(const SoftmaxLossInput& input);

// The composite form, which is the reference of tests.
at::Tensor softmax_loss_composite(const SoftmaxLossInput& input);

}  // namespace fovea::ops
