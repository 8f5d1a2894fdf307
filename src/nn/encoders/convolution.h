// Convolutional layers over time: each row sees its neighbours, one layer as far as its width, several layers further.
#pragma once

#include <cstdint>
#include <vector>

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "nn/encoders/encoder_options.h"
#include "nn/initialise.h"
#include "nn/step_context.h"

namespace fovea::nn {

// The first layer is relu(convolution), as the filters of Kim (2014) are; each further one adds its own to what it was
// given: x + relu(convolution(x)).
class ConvolutionImpl : public torch::nn::Module {
 public:
  ConvolutionImpl(const EncoderOptions& options, Seed seed);

  // values [N, E], offsets [B+1] → [N, H].
  at::Tensor forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context);

 private:
  DropoutOptions dropout_;
  std::vector<at::Tensor> weights_, biases_;  // by layer: [W, E or H, H], [H]
};
TORCH_MODULE(Convolution);

}  // namespace fovea::nn
