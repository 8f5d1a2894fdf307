#include "tasks/text_model.h"

#include <algorithm>
#include <string>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "base/random.h"
#include "nn/attention/rows.h"
#include "nn/drop_rows.h"
#include "nn/timed_part.h"
#include "ops/segments.h"

namespace fovea::tasks {
namespace {

constexpr int64_t kWordsAtOnce = 40'960;  // of distinct sentences

// The encoder and the attention of sentences draw their own numbers, though they are named as those of words.
uint64_t sentence_seed(uint64_t seed) {
  return mix64(seed ^ 0x53656e74656e6365);  // "Sentence"
}

// Members draw their own numbers too.
uint64_t member_seed(uint64_t seed, int64_t member) {
  return mix64(seed + 0x4d656d6265720000 + static_cast<uint64_t>(member));  // "Member"
}

// weights [K, N]: those given; undefined: attention makes them.
nn::Pooled pooled(nn::Pooling& pooling, const at::Tensor& memory, const at::Tensor& offsets,
                  const at::Tensor& weights) {
  if (!weights.defined()) return pooling->forward(memory, offsets);
  nn::Pooled out;
  out.context = pooling->context_under(weights, memory, offsets);
  out.weights = weights.mean(0);
  if (weights.size(0) > 1) out.each = weights;
  return out;
}

TextForward joined(std::vector<TextForward> members) {
  TextForward out;
  std::vector<at::Tensor> logits, weights, penalties;
  for (const TextForward& made : members) {
    logits.push_back(made.logits);
    weights.push_back(made.weights);
    if (made.penalty.defined()) penalties.push_back(made.penalty);
  }
  out.logits = at::stack(logits).mean(0);
  out.weights = at::stack(weights).mean(0);
  if (!penalties.empty()) out.penalty = at::stack(penalties).mean();
  out.members = std::move(members);
  return out;
}

}  // namespace

std::vector<at::Tensor> looks_of(const TextForward& made) {
  std::vector<at::Tensor> looks;
  for (const TextForward& member : made.members) {
    const std::vector<at::Tensor> own = looks_of(member);
    looks.insert(looks.end(), own.begin(), own.end());
  }
  if (!made.members.empty()) return looks;
  if (made.in_sentences.weights.defined() || !made.pooled.each.defined()) return {made.weights};
  for (int64_t k = 0; k < made.pooled.each.size(0); ++k) looks.push_back(made.pooled.each[k]);
  return looks;
}

std::vector<GivenWeights> given_weights(const TextForward& made) {
  std::vector<GivenWeights> given;
  for (const TextForward& member : made.members) given.push_back(given_weights(member).front());
  if (!made.members.empty()) return given;
  const auto each = [](const nn::Pooled& pooled) {
    return (pooled.each.defined() ? pooled.each : pooled.weights.unsqueeze(0)).detach();
  };
  if (!made.in_sentences.weights.defined()) return {{each(made.pooled), {}}};
  return {{each(made.in_sentences), each(made.pooled)}};
}

TextModelImpl::TextModelImpl(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed)
    : structure_(options.structure),
      ngram_dropout_(options.ngram_dropout),
      row_penalty_(options.row_penalty),
      encoded_(options.encoder != nn::EncoderKind::kAverage),
      ratios_(sizes.ngram_ratios) {
  if (options.members > 1) {
    TextModelOptions one = options;
    one.members = 1;
    for (int64_t m = 0; m < options.members; ++m) {
      const nn::Seed own = seed ? nn::Seed(member_seed(*seed, m)) : seed;
      members_.push_back(
          register_module("member" + std::to_string(m), std::make_shared<TextModelImpl>(one, sizes, own)));
    }
    return;
  }
  embedding_ =
      register_module("embedding", nn::Embedding(nn::EmbeddingOptions{sizes.vocabulary,
                                                                      options.embedding_size,
                                                                      {options.embedding_dropout, options.dropout_kind},
                                                                      options.word_dropout},
                                                 seed));
  encoder_ = register_module(
      "encoder", nn::Encoder(encoder_options(options, options.embedding_size + ratios_, options.layers), seed));
  const nn::PoolingOptions pooling = pooling_options(options, ratios_);
  pooling_ = register_module("attention", nn::Pooling(pooling, seed));
  if (structure_ == Structure::kHierarchical) make_sentences(options, pooling, seed);
  head_ = register_module(
      "head",
      nn::LinearHead(nn::LinearHeadOptions{pooling.context_size(), sizes.classes, options.output_dropout}, seed));
}

nn::EncoderOptions TextModelImpl::encoder_options(const TextModelOptions& options, int64_t input_size,
                                                  int64_t layers) const {
  return {options.encoder,      input_size,
          options.hidden_size,  layers,
          options.directions,   {options.state_dropout, options.dropout_kind},
          options.filter_width, options.encoder_heads};
}

nn::PoolingOptions TextModelImpl::pooling_options(const TextModelOptions& options, int64_t ratios) const {
  nn::PoolingOptions pooling{options.attention, encoder_->output_size() + (encoded_ ? ratios : 0),
                             options.attention_size};
  if (encoder_->directions() == 2) {
    pooling.backward_begin = options.hidden_size;
    pooling.backward_end = 2 * options.hidden_size;
  }
  pooling.normaliser = options.normalizer;
  if (structure_ == Structure::kRows) pooling.rows = options.rows;
  pooling.heads = options.heads;
  pooling.shared_size = options.heads > 1 ? ratios : 0;
  return pooling;
}

// A row of the second memory is laid out as one of the first: states, then ratios.
void TextModelImpl::make_sentences(const TextModelOptions& options, nn::PoolingOptions pooling, nn::Seed seed) {
  const nn::Seed own = seed ? nn::Seed(sentence_seed(*seed)) : seed;
  sentence_encoder_ =
      register_module("sentence_encoder", nn::Encoder(encoder_options(options, pooling.memory_size, 1), own));
  sentence_pooling_ = register_module("sentence_attention", nn::Pooling(pooling, own));
}

at::Tensor TextModelImpl::ratios_of(const data::TextBatch& batch, at::ScalarType type,
                                    const nn::StepContext& context) const {
  const at::Tensor ratios = batch.ratios.to(type);
  if (!context.training) return ratios;
  return nn::drop_rows(ratios, ngram_dropout_, {context.seed, Purpose::kDropoutNgrams, context.step});
}

TextForward TextModelImpl::forward(const data::TextBatch& batch, const nn::StepContext& context) {
  if (!members_.empty()) return together(batch, context);
  TextForward out;
  read_words(out, batch, context);
  finish(out, batch, context, nullptr);
  return out;
}

void TextModelImpl::finish(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
                           const GivenWeights* given) {
  if (structure_ == Structure::kHierarchical) {
    read_sentences(out, batch, context, given);
  } else {
    out.weights = out.pooled.weights.detach().to(at::kDouble);
  }
  if (context.training && out.pooled.each.defined() && structure_ == Structure::kRows && row_penalty_ > 0) {
    out.penalty = row_penalty_ * nn::redundancy(out.pooled.each, batch.offsets);
  }
  const nn::TimedPart head(context, "head");
  out.logits = head_->forward(out.pooled.context, context);
}

const at::Tensor& TextModelImpl::word_offsets(const data::TextBatch& batch) const {
  return structure_ == Structure::kHierarchical ? batch.sentence_offsets : batch.offsets;
}

void TextModelImpl::read_words(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context) {
  const nn::TimedPart embedding(context, "embedding");
  const at::Tensor vectors = embedding.made(embedding_->forward(batch.ids, word_offsets(batch), context));
  const at::Tensor ratios = ratios_of(batch, vectors.scalar_type(), context);
  read_rows(out, ratios_ > 0 ? at::cat({vectors, ratios}, 1) : vectors, ratios, batch, context, nullptr);
}

// input: [N, E + R], of which the last R are `ratios`.
void TextModelImpl::read_rows(TextForward& out, const at::Tensor& input, const at::Tensor& ratios,
                              const data::TextBatch& batch, const nn::StepContext& context, const GivenWeights* given) {
  const at::Tensor& offsets = word_offsets(batch);
  const nn::TimedPart recurrence(context, encoder_->recurrent() ? "recurrence" : "encoder");
  out.memory = encoder_->forward(input, offsets, context);
  if (!out.memory.is_same(input)) recurrence.made(out.memory);
  const nn::TimedPart attention(context, "attention");
  // Without an encoder the ratios are in the memory row already.
  if (encoded_ && ratios_ > 0) out.memory = at::cat({out.memory, ratios}, 1);
  out.pooled = pooled(pooling_, out.memory, offsets, given ? given->words : at::Tensor());
  attention.made(out.pooled.context);
}

// A row of the memory of sentences: the states over their vectors, then their ratios, which are the last of a vector.
at::Tensor TextModelImpl::sentence_rows(const at::Tensor& states, const at::Tensor& vectors) const {
  if (!encoded_ || ratios_ == 0) return states;
  return at::cat({states, vectors.narrow(1, vectors.size(1) - ratios_, ratios_)}, 1);
}

// The sentence vectors are the words of the second reading, and the mean ratios of a sentence are its ratios.
void TextModelImpl::read_sentences(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
                                   const GivenWeights* given) {
  out.in_sentences = std::move(out.pooled);
  out.word_memory = std::move(out.memory);
  out.pooled = read_vectors(out.in_sentences.context, batch, context, given, out.memory);
  const at::Tensor sentences = out.pooled.weights.detach().to(at::kDouble);
  out.weights = out.in_sentences.weights.detach().to(at::kDouble) *
                sentences.index_select(0, ops::segment_ids(batch.sentence_offsets));
}

// vectors [S, D] of all sentences of the batch → the texts, and the rows of the second memory.
nn::Pooled TextModelImpl::read_vectors(const at::Tensor& vectors, const data::TextBatch& batch,
                                       const nn::StepContext& context, const GivenWeights* given, at::Tensor& memory) {
  nn::StepContext own = context;
  own.seed = sentence_seed(context.seed);
  const nn::TimedPart recurrence(context, encoder_->recurrent() ? "sentence_recurrence" : "sentence_encoder");
  memory = sentence_encoder_->forward(vectors, batch.text_sentences, own);
  if (!memory.is_same(vectors)) recurrence.made(memory);
  const nn::TimedPart attention(context, "sentence_attention");
  memory = sentence_rows(memory, vectors);
  nn::Pooled out = pooled(sentence_pooling_, memory, batch.text_sentences, given ? given->sentences : at::Tensor());
  attention.made(out.context);
  return out;
}

at::Tensor TextModelImpl::logits(const data::TextBatch& batch) {
  if (structure_ != Structure::kHierarchical) return forward(batch, {}).logits;
  return logits_of(data::distinct_sentences(batch), batch);
}

at::Tensor TextModelImpl::logits_of(const data::DistinctSentences& distinct, const data::TextBatch& batch) {
  if (!members_.empty()) {
    std::vector<at::Tensor> each;
    for (const auto& member : members_) each.push_back(member->logits_of(distinct, batch));
    return at::stack(each).mean(0);
  }
  const int64_t* from = distinct.batch.sentence_offsets.const_data_ptr<int64_t>();
  const int64_t sentences = distinct.batch.sentence_offsets.numel() - 1;
  std::vector<at::Tensor> vectors;
  for (int64_t begin = 0, end = 0; begin < sentences; begin = end) {
    ++end;
    while (end < sentences && from[end + 1] - from[begin] <= kWordsAtOnce) ++end;
    TextForward out;
    read_words(out, data::some_sentences(distinct.batch, begin, end), {});
    vectors.push_back(out.pooled.context);
  }
  if (vectors.empty()) return forward(batch, {}).logits;  // of texts without words
  at::Tensor memory;
  const nn::Pooled texts = read_vectors(at::cat(vectors).index_select(0, distinct.which), batch, {}, nullptr, memory);
  return head_->forward(texts.context, {});
}

// Each member reads the batch for itself.
TextForward TextModelImpl::together(const data::TextBatch& batch, const nn::StepContext& context) {
  std::vector<TextForward> made;
  for (size_t m = 0; m < members_.size(); ++m) {
    nn::StepContext own = context;
    own.seed = member_seed(context.seed, static_cast<int64_t>(m));
    made.push_back(members_[m]->forward(batch, own));
  }
  return joined(std::move(made));
}

std::vector<at::Tensor> TextModelImpl::inputs(const data::TextBatch& batch) {
  std::vector<at::Tensor> inputs;
  for (const auto& member : members_) inputs.push_back(member->inputs(batch).front());
  if (!members_.empty()) return inputs;
  const at::Tensor vectors = embedding_->forward(batch.ids, word_offsets(batch), {});
  return {ratios_ > 0 ? at::cat({vectors, ratios_of(batch, vectors.scalar_type(), {})}, 1) : vectors};
}

TextForward TextModelImpl::forward_from(std::span<const at::Tensor> inputs, const data::TextBatch& batch,
                                        std::span<const GivenWeights> given) {
  const size_t networks = std::max<size_t>(members_.size(), 1);
  FOVEA_CHECK(inputs.size() == networks && (given.empty() || given.size() == networks), inputs.size(), given.size());
  if (!members_.empty()) {
    std::vector<TextForward> made;
    for (size_t m = 0; m < networks; ++m) {
      made.push_back(members_[m]->forward_from(inputs.subspan(m, 1), batch, given.subspan(m, given.empty() ? 0 : 1)));
    }
    return joined(std::move(made));
  }
  const at::Tensor& input = inputs.front();
  const GivenWeights* weights = given.empty() ? nullptr : given.data();
  TextForward out;
  read_rows(out, input, input.narrow(1, input.size(1) - ratios_, ratios_), batch, {}, weights);
  finish(out, batch, {}, weights);
  return out;
}

at::Tensor TextModelImpl::logits_under(const TextForward& made, const data::TextBatch& batch,
                                       std::span<const GivenWeights> given) {
  FOVEA_CHECK(given.size() == std::max<size_t>(members_.size(), 1), given.size());
  if (!members_.empty()) {
    std::vector<at::Tensor> logits;
    for (size_t m = 0; m < members_.size(); ++m) {
      logits.push_back(members_[m]->logits_under(made.members[m], batch, given.subspan(m, 1)));
    }
    return at::stack(logits).mean(0);
  }
  const at::Tensor contexts = structure_ == Structure::kHierarchical
                                  ? contexts_of_sentences(made, batch, given.front())
                                  : pooling_->contexts_under(given.front().words, made.memory);
  return head_->forward(contexts, {});
}

// Each of the many weights has the sentences of the text for itself.
at::Tensor TextModelImpl::contexts_of_sentences(const TextForward& made, const data::TextBatch& batch,
                                                const GivenWeights& given) {
  const int64_t many = given.sentences.size(0), sentences = given.sentences.size(1);
  const int64_t* from = batch.sentence_offsets.const_data_ptr<int64_t>();
  std::vector<at::Tensor> vectors_of;
  for (int64_t s = 0; s < sentences; ++s) {
    const int64_t begin = from[s], count = from[s + 1] - from[s];
    vectors_of.push_back(
        pooling_->contexts_under(given.words.narrow(2, begin, count), made.word_memory.narrow(0, begin, count)));
  }
  const at::Tensor vectors = at::stack(vectors_of, 1).flatten(0, 1);
  const at::Tensor offsets = at::arange(many + 1, batch.sentence_offsets.options()) * sentences;
  const at::Tensor memory = sentence_rows(sentence_encoder_->forward(vectors, offsets, {}), vectors);
  return sentence_pooling_->context_under(given.sentences.reshape({1, -1}), memory, offsets);
}

at::Tensor TextModelImpl::bias() const {
  if (members_.empty()) return head_->bias();
  std::vector<at::Tensor> biases;
  for (const auto& member : members_) biases.push_back(member->bias());
  return at::stack(biases).to(at::kDouble).mean(0);
}

at::Tensor TextModelImpl::contributions(const TextForward& made, const data::TextBatch& batch) const {
  if (!members_.empty()) {
    std::vector<at::Tensor> each;
    for (size_t m = 0; m < members_.size(); ++m) {
      each.push_back(members_[m]->contributions(made.members[m], batch));
    }
    return at::stack(each).mean(0);
  }
  const bool sentences = structure_ == Structure::kHierarchical;
  const nn::Pooling& pooling = sentences ? sentence_pooling_ : pooling_;
  const at::Tensor added = pooling->added(made.pooled, made.memory, sentences ? batch.text_sentences : batch.offsets);
  return at::mm(added, head_->weight().detach().to(at::kDouble).t());
}

void TextModelImpl::pack() {
  for (const auto& member : members_) member->pack();
  if (!members_.empty()) return;
  encoder_->pack();
  if (sentence_encoder_) sentence_encoder_->pack();
}

int64_t TextModelImpl::parameter_count() const {
  int64_t count = 0;
  for (const at::Tensor& parameter : parameters()) count += parameter.numel();
  return count;
}

}  // namespace fovea::tasks
