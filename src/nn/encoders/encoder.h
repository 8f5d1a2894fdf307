// From word vectors to memory rows: a stack of recurrent layers, in one or both directions, or none at all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "nn/initialise.h"
#include "nn/step_context.h"
#include "ops/recurrence.h"

namespace fovea::nn {

enum class EncoderKind { kLstm, kGru, kElman, kAverage };

struct EncoderOptions {
  EncoderKind kind = EncoderKind::kLstm;
  int64_t input_size = 0;   // E, features of a word vector
  int64_t hidden_size = 0;  // H, units per direction; not used by kAverage
  int64_t layers = 1;       // not used by kAverage
  int64_t directions = 2;   // 1: left to right; 2: both, side by side in a memory row; not used by kAverage
  double dropout = 0;       // on the states, between layers and after the last
};

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

 private:
  ops::RecurrenceWeights make_direction(const std::string& name, int64_t input_size, Seed seed);

  EncoderOptions options_;
  ops::Cell cell_ = ops::Cell::kLstm;
  std::vector<std::vector<ops::RecurrenceWeights>> layers_;  // by layer, then direction
};
TORCH_MODULE(Encoder);

}  // namespace fovea::nn
