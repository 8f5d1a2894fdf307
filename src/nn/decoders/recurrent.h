// A decoder's recurrent layers: through whole outputs at once in training, step by step for many hypotheses in use.
// What it reads at a place (the word before, a context) is the caller's, and so is what is made of its states.
#pragma once

#include <cstdint>
#include <vector>

#include "nn/recurrent_layers.h"
#include "ops/recurrence_step.h"

namespace fovea::nn {

class RecurrentDecoderImpl : public Module {
 public:
  // options.directions is 1: nothing runs backwards through an output that is not there yet.
  RecurrentDecoderImpl(const RecurrentOptions& options, const Stream& stream);

  // values [N, E], offsets [B+1] → states [N, H], each of the rows up to its own, and the last states, [1, B, H] of
  // each layer. `initial` as those, or empty for zeros. Differentiable, and may be called again from where it ended.
  RecurrentOutput forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context,
                          const std::vector<LayerState>& initial);

  // For use: the weights stay as they are from now on.
  void pack() { layers_.pack(); }

  const RecurrentLayers& layers() const { return layers_; }

 private:
  RecurrentLayers layers_;
};
using RecurrentDecoder = ModuleHolder<RecurrentDecoderImpl>;

// The states of many hypotheses while their outputs grow. Without gradients and dropout. Its memory is made once, for
// the most hypotheses that there may be. Not thread-safe; any number of these may share a packed decoder.
class RecurrentSteps {
 public:
  // `decoder` must outlive it.
  RecurrentSteps(const RecurrentDecoder& decoder, int64_t most_hypotheses);

  // Begins with B hypotheses in these states, [1, B, H] of each layer; empty: B zeros.
  void begin(int64_t hypotheses, const std::vector<LayerState>& states);

  // One step: hypothesis b reads values[b] [B, E] in the state that hypothesis from[b] of the step before was left in;
  // `from` [B] int64 undefined: in its own. → [B, H] of the last layer, valid until the next call. The numbers are
  // those of RecurrentDecoder's forward(); of floats on the CPU bit for bit.
  at::Tensor step(const at::Tensor& values, const at::Tensor& from);

  int64_t hypotheses() const { return hypotheses_; }

 private:
  ops::RecurrenceState rows(size_t layer, bool next, int64_t count) const;

  const RecurrentLayers& layers_;
  int64_t most_ = 0, hypotheses_ = 0;
  std::vector<ops::RecurrenceState> now_, next_;  // by layer: [most, H]
  at::Tensor gates_;
};

}  // namespace fovea::nn
