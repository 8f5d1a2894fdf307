// A Transformer decoder (Vaswani et al. 2017) with the norms before each part (Xiong et al. 2020): in every layer a row
// sees itself and the rows before it, then looks into a memory. Through whole outputs at
// once; transformer_steps.h goes step by step.
#pragma once

#include <cstdint>
#include <vector>

#include "nn/attention/lookup.h"
#include "nn/dropout.h"
#include "nn/step_context.h"
#include "nn/transformer_parts.h"

namespace fovea::nn {

struct TransformerDecoderOptions {
  int64_t input_size = 0;   // E
  int64_t hidden_size = 0;  // H
  int64_t memory_size = 0;  // D, of the memory that keys are made of
  int64_t value_size = 0;   // D', of what values are made of
  int64_t layers = 1;
  int64_t heads = 1;       // of self-attention and of the looks; divides H
  DropoutOptions dropout;  // on what each part adds
  Positions positions = Positions::kSines;
};

// What a decoder made of M rows.
struct TransformerDecoded {
  at::Tensor states;                      // [M, H]
  std::vector<ops::AttendOutput> looked;  // of each layer
};

// The inputs are projected to H features, and the place in the output is told as `positions` says. The last states are
// normalised.
class TransformerDecoderImpl : public Module {
 public:
  TransformerDecoderImpl(const TransformerDecoderOptions& options, const Stream& stream);

  // What the looks of each layer need of a memory, made once: keys of `states` [N, D] and values of `values` [N, D'],
  // which may be the same. offsets [B+1].
  std::vector<ops::Memory> ready(const at::Tensor& states, const at::Tensor& values, const at::Tensor& offsets) const;

  // values [M, E], offsets [B+1] over the outputs, `memories` of ready(). `looks`: the weights of each layer's looks
  // where they are given, laid out as ops::AttendOutput::weights; empty: its own. Differentiable.
  TransformerDecoded forward(const at::Tensor& values, const at::Tensor& offsets,
                             const std::vector<ops::Memory>& memories, const StepContext& context,
                             const std::vector<at::Tensor>& looks = {}) const;

 private:
  friend class PackedTransformer;

  struct Layer {
    LayerNorm before_attention;
    at::Tensor attention, output;  // [3H, H] query, key, value; [H, H]
    LayerNorm before_look;
    Lookup look{nullptr};
    at::Tensor value, look_output;  // [H, D'], [H, H]
    LayerNorm before_forward;
    FeedForward forward;
  };

  bool rotary() const { return options_.positions == Positions::kRotary; }
  int64_t head_width() const { return options_.hidden_size / options_.heads; }
  at::Tensor first_states(const at::Tensor& values) const;
  at::Tensor waves_added(const at::Tensor& states, const at::Tensor& waves) const;

  TransformerDecoderOptions options_;
  at::Tensor input_, input_bias_, place_scale_;  // [H, E], [H], [] of kSines
  std::vector<Layer> layers_;
  LayerNorm last_;
};
using TransformerDecoder = ModuleHolder<TransformerDecoderImpl>;

}  // namespace fovea::nn
