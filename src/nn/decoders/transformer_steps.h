// A Transformer decoder in use, step by step for many hypotheses: its matrices laid out for the kernels, the keys and
// values of what was written kept. Floats on the CPU, without gradients and dropout.
#pragma once

#include <cstdint>
#include <vector>

#include "nn/decoders/transformer.h"
#include "ops/packed_linear.h"

namespace fovea::nn {

// The decoder's weights as a step reads them; a copy, which changes of the decoder do not reach.
class PackedTransformer {
 public:
  explicit PackedTransformer(const TransformerDecoderImpl& decoder);

 private:
  friend class TransformerSteps;

  struct Norm {
    at::Tensor scale, shift;
  };
  struct Layer {
    Norm before_attention, before_look, before_forward;
    ops::PackedLinear attention, output, look_query, look_output, up, down;
  };
  static Norm copied(const LayerNorm& norm);

  TransformerDecoderOptions options_;
  ops::PackedLinear input_;
  at::Tensor place_scale_;
  std::vector<Layer> layers_;
  Norm last_;
};

// Not thread-safe; any number of these may share a packed decoder.
class TransformerSteps {
 public:
  // Both must outlive it. There are at most so many rows a step.
  TransformerSteps(const PackedTransformer& decoder, const std::vector<ops::Memory>& memories, int64_t most_rows);

  // One step: row m reads values[m] [M, E] and goes on from row from[m] of the step before; at the first step `from`
  // says nothing. Rows of sequence b lie together, offsets [B+1]. The numbers are those of
  // TransformerDecoderImpl::forward() but for rounding, and those of a row do not depend on the rows beside it. Of the
  // looks the weights alone.
  TransformerDecoded step(const at::Tensor& values, const at::Tensor& from, const at::Tensor& offsets);

 private:
  struct Kept {
    std::vector<float> keys, values;  // [steps · most, H]
  };

  void follow(const at::Tensor& from, int64_t rows);
  void normalise(const PackedTransformer::Norm& norm, int64_t rows);
  void attend_to_own(const PackedTransformer::Layer& layer, Kept& kept, int64_t rows);
  at::Tensor look(const PackedTransformer::Layer& layer, const ops::Memory& memory, const at::Tensor& offsets,
                  int64_t rows);

  const PackedTransformer& decoder_;
  const std::vector<ops::Memory>& memories_;
  int64_t most_ = 0, place_ = 0;
  std::vector<Kept> kept_;                        // by layer
  std::vector<int64_t> slots_, firsts_, counts_;  // [M, place + 1]: where in them the rows of each hypothesis are
  std::vector<float> states_, normed_, wide_, context_;  // [M, H], and [M, 3H]
};

}  // namespace fovea::nn
