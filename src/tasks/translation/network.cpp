#include "tasks/translation/network.h"

#include "base/errors.h"
#include "nn/timed_part.h"
#include "ops/aten.h"
#include "ops/dropout.h"
#include "ops/softmax_loss.h"
#include "tasks/translation/recurrent_network.h"
#include "tasks/translation/transformer_network.h"

namespace fovea::tasks {

TranslatorImpl::TranslatorImpl(const TranslationModelOptions& options, const Sizes& sizes, const nn::Stream& stream)
    : options_(options), sizes_(sizes) {
  const auto embedding = [&](const char* name, int64_t size) {
    return register_module(name, nn::Embedding(nn::EmbeddingOptions{.vocabulary_size = size,
                                                                    .size = options.embedding_size,
                                                                    .dropout = {options.embedding_dropout},
                                                                    .word_dropout = options.word_dropout},
                                               stream / name));
  };
  embedding_ = embedding("embedding", sizes.source);
  if (!sizes.joint) target_embedding_ = embedding("target_embedding", sizes.target);
  output_bias_ = register_parameter("output_bias", at::zeros({sizes.target}));
}

nn::StepContext TranslatorImpl::of_target(nn::StepContext context) {
  constexpr uint64_t kTargetSide = 0x546172676574;  // "Target"
  context.seed = mix64(context.seed ^ kTargetSide);
  return context;
}

at::Tensor TranslatorImpl::source_vectors(const at::Tensor& ids, const at::Tensor& offsets,
                                          const nn::StepContext& context) const {
  const nn::TimedPart embedding(context, "embedding");
  return embedding.made(embedding_->forward(ids, offsets, context));
}

EncodedSources TranslatorImpl::encode(const at::Tensor& ids, const at::Tensor& offsets,
                                      const nn::StepContext& context) {
  return encode_vectors(source_vectors(ids, offsets, context), offsets, context);
}

at::Tensor TranslatorImpl::target_vectors(const at::Tensor& ids, const at::Tensor& offsets,
                                          const nn::StepContext& context) const {
  return target_embedding()->forward(ids, offsets, context);
}

Decoded TranslatorImpl::decode(const EncodedSources& sources, const at::Tensor& read, const at::Tensor& offsets,
                               const nn::StepContext& context, const GivenLooks& looks, const at::Tensor& wanted) {
  Choosing choosing = this->read(sources, read, offsets, context, looks);
  if (wanted.defined()) choosing.rows = choosing.rows.index_select(0, wanted);
  return decided(std::move(choosing));
}

// The matrix is the embedding of the target (Press & Wolf 2017).
Decoded TranslatorImpl::decided(Choosing choosing) const {
  return {at::linear(choosing.rows, target_embedding()->weight(), output_bias_), std::move(choosing.looked)};
}

std::shared_ptr<const ops::PackedLinear> TranslatorImpl::output_for_steps() const {
  if (packed_output_) return packed_output_;
  return std::make_shared<const ops::PackedLinear>(target_embedding()->weight(), output_bias_);
}

void TranslatorImpl::pack_output() {
  packed_output_ = output_for_steps();
}

at::Tensor TranslatorImpl::loss(const Choosing& choosing, const at::Tensor& answers, double smoothing,
                                const nn::StepContext& given) const {
  const nn::StepContext context = of_target(given);
  at::Tensor rows = choosing.rows;
  if (context.training && options_.output_dropout > 0) {
    rows = ops::dropout(rows, options_.output_dropout, {context.seed, Purpose::kDropoutOutput, context.step});
  }
  const nn::TimedPart loss(context, "vocabulary and loss");
  return loss.made(ops::softmax_loss({rows, target_embedding()->weight(), output_bias_, answers, smoothing}));
}

Translator make_translator(const TranslationModelOptions& options, const TranslatorImpl::Sizes& sizes,
                           const nn::Stream& stream) {
  if (options.transformer()) return Translator(std::make_shared<TransformerTranslator>(options, sizes, stream));
  return Translator(std::make_shared<RecurrentTranslator>(options, sizes, stream));
}

}  // namespace fovea::tasks
