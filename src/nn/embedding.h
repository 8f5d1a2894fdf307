// Word vectors looked up by number.
#pragma once

#include <cstdint>

#include "nn/dropout.h"
#include "nn/initialise.h"
#include "nn/module.h"
#include "nn/step_context.h"

namespace fovea::nn {

struct EmbeddingOptions {
  int64_t vocabulary_size = 0;  // V, with the unknown word at 0
  int64_t size = 0;             // E
  DropoutOptions dropout;       // on the vectors
  double word_dropout = 0;      // share of the words that are read as the unknown one
};

class EmbeddingImpl : public Module {
 public:
  EmbeddingImpl(const EmbeddingOptions& options, const Stream& stream);

  // ids [N] int64, offsets [B+1] → [N, E].
  at::Tensor forward(const at::Tensor& ids, const at::Tensor& offsets, const StepContext& context) const;

  const at::Tensor& weight() const { return weight_; }  // [V, E], for what is tied to it

 private:
  at::Tensor drop_words(const at::Tensor& ids, const StepContext& context) const;

  EmbeddingOptions options_;
  at::Tensor weight_;  // [V, E]
};
using Embedding = ModuleHolder<EmbeddingImpl>;

}  // namespace fovea::nn
