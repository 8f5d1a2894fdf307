// From word vectors to memory rows: a stack of recurrent layers, in one or both directions, of convolutions or of
// self-attention, or none at all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "nn/encoders/convolution.h"
#include "nn/encoders/encoder_options.h"
#include "nn/encoders/transformer.h"
#include "nn/initialise.h"
#include "nn/step_context.h"
#include "ops/recurrence.h"

namespace fovea::nn {

// kAverage: a memory row is the word's own vector, so a text is a bag of words whose vectors attention weighs.
class EncoderImpl : public torch::nn::Module {
 public:
  EncoderImpl(const EncoderOptions& options, Seed seed);

  // values [N, E], offsets [B+1] → memory [N, D], D = output_size().
  at::Tensor forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context);

  // Lays the weights out for the kernels, once: for use, never before training. They must not change afterwards.
  void pack();

  int64_t output_size() const;  // D = H × directions, or E for kAverage
  int64_t directions() const;   // of the states; 1 where nothing runs through the text
  bool recurrent() const { return is_recurrent(options_.kind); }

 private:
  ops::RecurrenceWeights make_direction(const std::string& name, int64_t input_size, Seed seed);

  EncoderOptions options_;
  ops::Cell cell_ = ops::Cell::kLstm;
  std::vector<std::vector<ops::RecurrenceWeights>> layers_;  // by layer, then direction; of recurrent kinds
  Convolution convolution_{nullptr};                         // kCnn
  Transformer transformer_{nullptr};                         // kTransformer
};
TORCH_MODULE(Encoder);

}  // namespace fovea::nn
