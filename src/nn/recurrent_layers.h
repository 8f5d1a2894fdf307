// A stack of recurrent layers, in one or both directions, as encoders and decoders have it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/dropout.h"
#include "nn/initialise.h"
#include "nn/module.h"
#include "nn/step_context.h"
#include "ops/recurrence.h"

namespace fovea::nn {

struct RecurrentOptions {
  ops::Cell cell = ops::Cell::kLstm;
  int64_t input_size = 0;   // E
  int64_t hidden_size = 0;  // H, units per direction
  int64_t layers = 1;
  int64_t directions = 1;  // 1: from the first row to the last; 2: the other way too, side by side in a row
  DropoutOptions dropout;  // on the states, between layers and after the last
};

// The state of one layer: [directions, B, H] each; `cell` of the LSTM only.
struct LayerState {
  at::Tensor hidden, cell;
};

struct RecurrentOutput {
  at::Tensor states;             // [N, H · directions] of the last layer
  std::vector<LayerState> last;  // of each layer, what its sequences end with
};

class RecurrentLayers {
 public:
  // Its parameters are called layer0_forward_input_weight and so on.
  RecurrentLayers(const AddParameter& add, const RecurrentOptions& options, const Stream& stream);

  // values [N, E], offsets [B+1]. `initial`: of each layer, or empty for zeros. `which` [N]: row i is values[which[i]];
  // undefined: values[i].
  RecurrentOutput forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context,
                          const std::vector<LayerState>& initial = {}, const at::Tensor& which = {}) const;

  // Lays the weights out for the kernels, once: for use, never before training. They must not change afterwards.
  void pack();

  const RecurrentOptions& options() const { return options_; }
  int64_t output_size() const { return options_.hidden_size * options_.directions; }
  const ops::RecurrenceWeights& weights(int64_t layer, int64_t direction) const;

 private:
  RecurrentOptions options_;
  std::vector<std::vector<ops::RecurrenceWeights>> layers_;  // by layer, then direction
};

}  // namespace fovea::nn
