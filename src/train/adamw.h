// AdamW (Loshchilov & Hutter 2019) over libtorch's fused CPU step, with its whole state in plain sight so that it can
// be saved and restored bit for bit; torch::optim keeps part of it to itself.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea::train {

class AdamW {
 public:
  // Weight decay acts on parameters of two or more dimensions.
  AdamW(std::vector<at::Tensor> parameters, double weight_decay);

  void zero_gradients();

  // Scales all gradients so that their norm together is at most `limit` (0: never) and returns the norm before.
  double clip(double limit);

  // One step at `rate`; parameters without a gradient stay as they are.
  void step(double rate);

  // The moments, in the order of the parameters; restore by copying into them.
  std::vector<at::Tensor>& first_moments() { return first_; }
  std::vector<at::Tensor>& second_moments() { return second_; }
  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps) { steps_ = steps; }

 private:
  void step_group(bool decayed, double rate);

  std::vector<at::Tensor> parameters_, first_, second_;
  double weight_decay_;
  int64_t steps_ = 0;
};

}  // namespace fovea::train
