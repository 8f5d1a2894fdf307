// A linear layer whose matrix is laid out for the kernels once, for many small products: a decoder's step. Without
// gradients. A row's numbers do not depend on the rows beside it, nor on the number of threads, bit for bit.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea::ops {

class PackedLinear {
 public:
  PackedLinear() = default;  // none
  // weight [F, E] floats on the CPU, bias [F] or undefined. Copies both.
  explicit PackedLinear(const at::Tensor& weight, const at::Tensor& bias = {});

  int64_t inputs() const { return depth_; }
  int64_t outputs() const { return columns_; }

  // y = W x + b for each of `rows` rows, x [rows, E] with `stride` floats between two (0: E), y [rows, F].
  void apply(const float* x, int64_t rows, float* y, int64_t stride = 0) const;
  // y + W x + b in place of y.
  void add(const float* x, int64_t rows, float* y) const;
  at::Tensor operator()(const at::Tensor& x) const;  // [N, E] → [N, F]

 private:
  int64_t depth_ = 0, columns_ = 0;
  std::vector<float> packed_, bias_;
};

}  // namespace fovea::ops
