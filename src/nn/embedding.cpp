#include "nn/embedding.h"

#include "base/errors.h"
#include "base/random.h"
#include "nn/initialise.h"
#include "ops/aten.h"
#include "ops/lookup.h"

namespace fovea::nn {
namespace {

constexpr double kEmbeddingBound = 0.1;  // as fastText and word2vec begin: small, so that rare words start near nothing

}  // namespace

EmbeddingImpl::EmbeddingImpl(const EmbeddingOptions& options, const Stream& stream) : options_(options) {
  FOVEA_CHECK(options.vocabulary_size > 0 && options.size > 0, options.vocabulary_size, options.size);
  weight_ = register_parameter("weight", at::empty({options.vocabulary_size, options.size}));
  fill_uniform(weight_, kEmbeddingBound, stream, "weight");
}

// Word dropout (Iyyer et al. 2015), with the unknown word in place of the dropped one: offsets stay as they are, and
// the unknown word's vector learns from more than the rarest words.
at::Tensor EmbeddingImpl::drop_words(const at::Tensor& ids, const StepContext& context) const {
  if (options_.word_dropout == 0) return ids;
  at::Tensor kept = ids.clone();
  int64_t* data = kept.mutable_data_ptr<int64_t>();
  const uint64_t base = stream_base({context.seed, Purpose::kDropoutWord, context.step});
  for (int64_t i = 0; i < kept.numel(); ++i) {
    if (uniform(base, static_cast<uint64_t>(i)) < options_.word_dropout) data[i] = 0;
  }
  return kept;
}

at::Tensor EmbeddingImpl::forward(const at::Tensor& ids, const at::Tensor& offsets, const StepContext& context) const {
  if (!context.training) return ops::lookup(weight_, ids);
  const at::Tensor values = ops::lookup(weight_, drop_words(ids, context));
  return dropped(values, offsets, options_.dropout, {context.seed, Purpose::kDropoutEmbedding, context.step});
}

}  // namespace fovea::nn
