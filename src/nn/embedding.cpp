#include "nn/embedding.h"

#include <ATen/Functions.h>

#include "base/errors.h"
#include "nn/initialise.h"
#include "ops/dropout.h"

namespace fovea::nn {
namespace {

constexpr double kEmbeddingBound = 0.1;  // as fastText and word2vec begin: small, so that rare words start near nothing

}  // namespace

EmbeddingImpl::EmbeddingImpl(const EmbeddingOptions& options, Seed seed) : options_(options) {
  FOVEA_CHECK(options.vocabulary_size > 0 && options.size > 0, options.vocabulary_size, options.size);
  weight_ = register_parameter("weight", at::empty({options.vocabulary_size, options.size}));
  fill_uniform(weight_, kEmbeddingBound, seed, "embedding.weight");
}

at::Tensor EmbeddingImpl::forward(const at::Tensor& ids, const StepContext& context) {
  const at::Tensor values = at::embedding(weight_, ids);
  if (!context.training) return values;
  return ops::dropout(values, options_.dropout, {context.seed, Purpose::kDropoutEmbedding, context.step});
}

}  // namespace fovea::nn
