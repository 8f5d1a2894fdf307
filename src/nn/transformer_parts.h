// What the layers of Transformers are made of (Vaswani et al. 2017), encoders and decoders alike. Their parameters are
// registered with the module that they are parts of.
#pragma once

#include <cstdint>
#include <string>

#include "nn/initialise.h"
#include "nn/module.h"

namespace fovea::nn {

constexpr double kNormEpsilon = 1e-5;

// Layer normalisation (Ba, Kiros & Hinton 2016).
struct LayerNorm {
  at::Tensor scale, shift;  // [H]

  LayerNorm() = default;
  LayerNorm(const AddParameter& add, const std::string& name, int64_t size);  // NAME_scale, NAME_shift
  at::Tensor operator()(const at::Tensor& states) const;                      // [N, H] → [N, H]
};

// Of each row for itself, down · relu(up · x + a) + b, with twice as many units inside.
struct FeedForward {
  at::Tensor up, up_bias, down, down_bias;  // [2H, H], [2H], [H, 2H], [H]

  FeedForward() = default;
  FeedForward(const AddParameter& add, const std::string& name, int64_t size, const Stream& stream);  // NAMEup, …
  at::Tensor operator()(const at::Tensor& states) const;  // [N, H] → [N, H]
};

// A matrix [rows, columns] without bias, drawn after Glorot & Bengio.
at::Tensor make_matrix(const AddParameter& add, const std::string& name, int64_t rows, int64_t columns,
                       const Stream& stream);

// How a row's place in its sequence is told.
enum class Positions {
  kSines,   // sines and cosines of the place, scaled by a number that is learnt, are added to the first states
  kRotary,  // Rotation
};

constexpr double kFirstPlaceScale = 0.1;  // the size that word vectors start with: places must not drown the words

// Sines and cosines of the place of each row in its sequence, from 0: [N, size], for offsets [B+1]. Float.
at::Tensor place_waves(const at::Tensor& offsets, int64_t size);
// Those of one place: [size].
at::Tensor waves_of_place(int64_t place, int64_t size);

// Places told by turning queries and keys (Su et al. 2021, RoPE): features d and d + w/2 of each head, w its width, are
// turned by place / 10000^(2d/w), so that a product of two depends on how far apart they are, and not on where.
class Rotation {
 public:
  // Of all places of sequences with offsets [B+1]; or of `place` alone, for any number of rows. head_width: w, even.
  Rotation(const at::Tensor& offsets, int64_t head_width);
  Rotation(int64_t place, int64_t head_width);

  at::Tensor operator()(const at::Tensor& states, int64_t heads) const;  // [N, heads · w] → [N, heads · w]

 private:
  explicit Rotation(const at::Tensor& waves);
  at::Tensor sines_, cosines_;  // [N or 1, 1, w/2]
};

}  // namespace fovea::nn
