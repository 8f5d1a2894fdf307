// From a context to one logit per class.
#pragma once

#include <cstdint>

#include "nn/initialise.h"
#include "nn/module.h"
#include "nn/step_context.h"

namespace fovea::nn {

struct LinearHeadOptions {
  int64_t input_size = 0;   // D
  int64_t class_count = 0;  // C
  double dropout = 0;       // on the context
};

class LinearHeadImpl : public Module {
 public:
  LinearHeadImpl(const LinearHeadOptions& options, const Stream& stream);

  // context [B, D] → logits [B, C].
  at::Tensor forward(const at::Tensor& context, const StepContext& step);

  const at::Tensor& weight() const { return weight_; }  // [C, D]
  const at::Tensor& bias() const { return bias_; }      // [C]

 private:
  LinearHeadOptions options_;
  at::Tensor weight_, bias_;
};
using LinearHead = ModuleHolder<LinearHeadImpl>;

}  // namespace fovea::nn
