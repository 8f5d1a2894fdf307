// Scores of classes to what a softmax loss costs and to the gradient by the scores, row by row, in place: of large
// vocabularies, where every further pass over the scores takes as long as the matrix product that made them.
#pragma once

#include <cstdint>

namespace fovea::kernels {

// Arrays are row-major, belong to the caller and live until the call returns.
struct SoftmaxLossArguments {
  int64_t classes = 0;               // V
  const int64_t* answers = nullptr;  // [rows], each in 0 … V − 1
  double smoothing = 0;              // ε: the target is (1 − ε) at the answer and ε / V everywhere, 0 ≤ ε < 1
  float scale = 1;                   // of the gradient
  float* scores = nullptr;           // [rows, V]; where gradients are wanted, out: scale · (softmax − target)
  double* losses = nullptr;          // [rows], out, nats: −Σ_v target_v · log softmax_v
};

// Rows [begin, end); calls on disjoint ranges may run at once, and any split gives the same bits. O(rows · V). Throws
// InternalError where an answer is no class.
void softmax_loss(const SoftmaxLossArguments& arguments, int64_t begin, int64_t end, bool gradients);

}  // namespace fovea::kernels
