// A small Transformer encoder (Vaswani et al. 2017) with the norms before each part (Xiong et al. 2020): every row sees
// all rows of its sequence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/encoders/encoder_options.h"
#include "nn/initialise.h"
#include "nn/module.h"
#include "nn/step_context.h"

namespace fovea::nn {

// The inputs are projected to H features, and sines and cosines of the place in the sequence are added, scaled by a
// number that is learnt. A layer adds self-attention of `heads` heads, then a feed-forward part of 2 H units. The last
// states are normalised.
class TransformerImpl : public Module {
 public:
  TransformerImpl(const EncoderOptions& options, const Stream& stream);

  // values [N, E], offsets [B+1] → [N, H].
  at::Tensor forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context);

 private:
  struct Norm {
    at::Tensor scale, shift;  // [H]
  };
  struct Layer {
    Norm before_attention, before_forward;
    at::Tensor attention, output;          // [3H, H] query, key, value; [H, H]
    at::Tensor up, up_bias, down, bottom;  // [2H, H], [2H], [H, 2H], [H]
  };

  Norm make_norm(const std::string& name);
  at::Tensor make_matrix(const std::string& name, int64_t rows, int64_t columns, const Stream& stream);
  at::Tensor normalised(const at::Tensor& states, const Norm& norm) const;

  EncoderOptions options_;
  at::Tensor input_, input_bias_, place_scale_;  // [H, E], [H], []
  std::vector<Layer> layers_;
  Norm last_;
};
using Transformer = ModuleHolder<TransformerImpl>;

// Sines and cosines of the place of each row in its sequence, from 0: [N, size], for offsets [B+1]. Float.
at::Tensor place_waves(const at::Tensor& offsets, int64_t size);

}  // namespace fovea::nn
