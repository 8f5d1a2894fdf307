// A memory row made of its own word alone: h = tanh(W e + b), the model without context of Wiegreffe & Pinter (2019).
#pragma once

#include <vector>

#include "nn/encoders/encoder_options.h"
#include "nn/initialise.h"
#include "nn/module.h"
#include "nn/step_context.h"

namespace fovea::nn {

// Further layers read what the one before made of the same word.
class PerWordImpl : public Module {
 public:
  PerWordImpl(const EncoderOptions& options, const Stream& stream);

  // values [N, E], offsets [B+1] → [N, H].
  at::Tensor forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context);

 private:
  DropoutOptions dropout_;
  std::vector<at::Tensor> weights_, biases_;  // by layer: [H, E or H], [H]
};
using PerWord = ModuleHolder<PerWordImpl>;

}  // namespace fovea::nn
