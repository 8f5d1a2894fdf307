// The same classifier twice: of Fovea's modules, and as a user of libtorch writes it, with the same weights.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "nn/attention/pooling.h"
#include "nn/embedding.h"
#include "nn/encoders/encoder.h"
#include "nn/heads/linear.h"
#include "runner/batch.h"
#include "train/optimizer.h"

namespace fovea::bench {

inline constexpr double kRate = 0.002, kWeightDecay = 0.01;  // train/options.h

class FoveaModel {
 public:
  explicit FoveaModel(const Case& given);

  // Embedding (but for kLayers, which gets rows), encoder, pooling, head, no dropout. → logits [B, 2].
  at::Tensor logits(const Batch& batch, bool training);
  at::Tensor loss(const Batch& batch);
  void step(const Batch& batch);  // gradients and AdamW

  // Recurrent layers alone: [N, E] → [N, D].
  at::Tensor encode(const at::Tensor& rows, const at::Tensor& offsets, bool training);

  // Named "embedding.weight", "encoder.layer0_forward_input_weight", "pooling.projection", "head.weight", …
  std::map<std::string, at::Tensor> parameters() const;

 private:
  nn::Embedding embedding_;
  nn::Encoder encoder_;
  nn::Pooling pooling_;
  nn::LinearHead head_;
  std::unique_ptr<train::Optimizer> optimizer_;
};

// Parts by libtorch's own layers: padded to the longest text, or packed. Padded layers in two directions read padding
// before the last word, as everybody's do who does not pack; packed ones compute what Fovea computes.
class LibtorchModel {
 public:
  LibtorchModel(const Case& given, const std::map<std::string, at::Tensor>& weights, bool packed);

  at::Tensor logits(const Padded& batch);
  at::Tensor loss(const Padded& batch);
  void step(const Padded& batch);  // gradients and the fused AdamW, the fastest that libtorch has

  // [B, T, E] → [B, T, D].
  at::Tensor encode(const at::Tensor& rows, const at::Tensor& lengths);
  void clear_gradients();

 private:
  at::Tensor recur(const at::Tensor& rows, const at::Tensor& batch_sizes, int64_t batch);
  at::Tensor pool(const at::Tensor& states, const Padded& batch);

  Case case_;
  bool packed_;
  std::map<std::string, at::Tensor> named_;
  std::vector<at::Tensor> layers_;  // as at::lstm takes them
  std::vector<at::Tensor> parameters_, first_, second_, counts_;
};

}  // namespace fovea::bench
