// Convolutional layers over time: each row sees its neighbours, one layer as far as its width, several layers further.
#pragma once

#include <cstdint>
#include <vector>

#include "nn/encoders/encoder_options.h"
#include "nn/initialise.h"
#include "nn/module.h"
#include "nn/step_context.h"

namespace fovea::nn {

// The first layer is relu(convolution), as the filters of Kim (2014) are; each further one adds its own to what it was
// given: x + relu(convolution(x)).
class ConvolutionImpl : public Module {
 public:
  ConvolutionImpl(const EncoderOptions& options, const Stream& stream);

  // values [N, E], offsets [B+1] → [N, H]. `beside` [N, 1] and `which` [N] as ops::convolve takes
  // them.
  at::Tensor forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context,
                     const at::Tensor& beside = {}, const at::Tensor& which = {});

  // What forward() without training is the sum of, of one layer. by_place: W of [N, H], number w of them what row
  // i + w − W/2 gives to row i; a number that relu made 0 is made of zeros.
  struct Parts {
    std::vector<at::Tensor> by_place;
    at::Tensor bias;  // [N, H]
  };
  // made: what forward() made of `values`.
  Parts parts(const at::Tensor& values, const at::Tensor& offsets, const at::Tensor& made) const;
  int64_t reach() const { return weights_.front().size(0) / 2; }

 private:
  DropoutOptions dropout_;
  std::vector<at::Tensor> weights_, biases_;  // by layer: [W, E or H, H], [H]
};
using Convolution = ModuleHolder<ConvolutionImpl>;

}  // namespace fovea::nn
