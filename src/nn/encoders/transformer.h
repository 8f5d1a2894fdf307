// A small Transformer encoder (Vaswani et al. 2017) with the norms before each part (Xiong et al. 2020): every row sees
// all rows of its sequence.
#pragma once

#include <cstdint>
#include <vector>

#include "nn/encoders/encoder_options.h"
#include "nn/initialise.h"
#include "nn/module.h"
#include "nn/step_context.h"
#include "nn/transformer_parts.h"

namespace fovea::nn {

// The inputs are projected to H features, and the place in the sequence is told as nn::Positions says. A layer adds
// self-attention of `heads` heads, then a feed-forward part of 2 H units. The last states are normalised.
class TransformerImpl : public Module {
 public:
  TransformerImpl(const EncoderOptions& options, const Stream& stream);

  // values [N, E], offsets [B+1] → [N, H].
  at::Tensor forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context);

 private:
  struct Layer {
    LayerNorm before_attention;
    at::Tensor attention, output;  // [3H, H] query, key, value; [H, H]
    LayerNorm before_forward;
    FeedForward forward;
  };

  EncoderOptions options_;
  at::Tensor input_, input_bias_, place_scale_;  // [H, E], [H], [] of kSines
  std::vector<Layer> layers_;
  LayerNorm last_;
};
using Transformer = ModuleHolder<TransformerImpl>;

}  // namespace fovea::nn
