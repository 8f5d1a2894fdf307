// From word vectors to memory rows: a stack of recurrent layers, in one or both directions, of convolutions or of
// self-attention, of the word alone, or none at all.
#pragma once

#include <cstdint>
#include <optional>

#include "nn/encoders/convolution.h"
#include "nn/encoders/encoder_options.h"
#include "nn/encoders/per_word.h"
#include "nn/encoders/transformer.h"
#include "nn/initialise.h"
#include "nn/module.h"
#include "nn/recurrent_layers.h"
#include "nn/step_context.h"

namespace fovea::nn {

// kAverage: a memory row is the word's own vector, so a text is a bag of words whose vectors attention weighs.
class EncoderImpl : public Module {
 public:
  EncoderImpl(const EncoderOptions& options, const Stream& stream);

  // values [N, E], offsets [B+1] → memory [N, D], D = output_size(). `which` [N] int64, if it is given: row i is
  // values[which[i]], and what can be made once of rows that are alike is.
  at::Tensor forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context,
                     const at::Tensor& which = {});

  // The same of a recurrent kind, with the states that each layer ends with: where a decoder may begin.
  RecurrentOutput read(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context);

  // Lays the weights out for the kernels, once: for use, never before training. They must not change afterwards.
  void pack();

  int64_t output_size() const;  // D = H × directions, or E for kAverage
  int64_t directions() const;   // of the states; 1 where nothing runs through the text
  bool recurrent() const { return is_recurrent(options_.kind); }

 private:
  EncoderOptions options_;
  std::optional<RecurrentLayers> recurrent_;  // of recurrent kinds
  Convolution convolution_{nullptr};          // kCnn
  Transformer transformer_{nullptr};          // kTransformer
  PerWord per_word_{nullptr};                 // kWord
};
using Encoder = ModuleHolder<EncoderImpl>;

}  // namespace fovea::nn
