#include "tasks/text/reader.h"

#include <algorithm>
#include <cstdlib>

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "base/random.h"
#include "nn/attention/rows.h"
#include "nn/drop_rows.h"
#include "nn/timed_part.h"
#include "ops/aten.h"
#include "ops/segments.h"

namespace fovea::tasks {
namespace {

constexpr int64_t kWordsAtOnce = 40'960;  // of distinct sentences

// Words from which on a text may look at more of them for the same price. With one price for all a long text hung on
// too few of its words to be answered rightly (docs/trust.md).
constexpr int64_t kLongText = 128;

// The encoder and the attention of sentences draw their own numbers, though they are named as those of words.
uint64_t sentence_seed(uint64_t seed) {
  return mix64(seed ^ 0x53656e74656e6365);  // "Sentence"
}

}  // namespace

std::shared_ptr<TextReader> make_reader(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed) {
  if (options.structure == Structure::kHierarchical) return std::make_shared<SentenceReader>(options, sizes, seed);
  return std::make_shared<FlatReader>(options, sizes, seed);
}

TextReader::TextReader(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed)
    : clear_(options.clear()),
      encoded_(options.encoder != nn::EncoderKind::kAverage),
      ratios_(sizes.ngram_ratios),
      // A control's weights are as they are.
      entropy_penalty_(clear_ && nn::attends(options.attention) ? options.entropy_penalty : 0),
      ngram_dropout_(options.ngram_dropout),
      neighbour_dropout_(options.value_width > 1 ? options.neighbor_dropout : 0) {
  const nn::Stream stream = seed;  // the encoder's parameters begin as if they were the network's own
  const nn::EmbeddingOptions words{sizes.vocabulary,
                                   options.embedding_size,
                                   {options.embedding_dropout, options.dropout_kind},
                                   options.word_dropout};
  embedding_ = register_module("embedding", nn::Embedding(words, stream / "embedding"));
  const int64_t input_size = options.embedding_size + ratios_;
  int64_t state_size = 0;
  if (options.reads_states()) {
    encoder_ = register_module("encoder", nn::Encoder(encoder_options(options, input_size, options.layers), stream));
    state_size = encoder_->output_size() + (encoded_ ? ratios_ : 0);
  }
  pooling_.kind = options.attention;
  pooling_.attention_size = options.attention_size;
  if (clear_) {
    nn::EncoderOptions filters = encoder_options(options, input_size, 1);
    filters.filter_width = options.value_width;
    filters.dropout = {};  // the vectors have been thinned already
    filters_ = register_module("filters", nn::Convolution(filters, stream / "filters"));
    pooling_.memory_size = options.hidden_size + ratios_;
    pooling_.key_size = state_size;
  } else {
    pooling_.memory_size = state_size;
    if (encoder_->directions() == 2) {
      pooling_.backward_begin = options.hidden_size;
      pooling_.backward_end = 2 * options.hidden_size;
    }
  }
  pooling_.normaliser = options.normalizer;
  if (options.structure == Structure::kRows) pooling_.rows = options.rows;
  pooling_.heads = options.heads;
  pooling_.shared_size = options.heads > 1 ? ratios_ : 0;
  attention_ = register_module("attention", nn::Pooling(pooling_, stream / "attention"));
}

// The last module: parameters are saved in the order in which they are made.
void TextReader::make_head(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed) {
  const nn::LinearHeadOptions linear{pooling_.context_size(), sizes.classes, options.output_dropout};
  head_ = register_module("head", nn::LinearHead(linear, nn::Stream(seed) / "head"));
}

nn::EncoderOptions TextReader::encoder_options(const TextModelOptions& options, int64_t input_size, int64_t layers) {
  nn::EncoderOptions encoder;
  encoder.kind = options.encoder;
  encoder.input_size = input_size;
  encoder.hidden_size = options.hidden_size;
  encoder.layers = layers;
  encoder.directions = options.directions;
  encoder.dropout = {options.state_dropout, options.dropout_kind};
  encoder.filter_width = options.filter_width;
  encoder.heads = options.encoder_heads;
  return encoder;
}

// weights [K, N]: those given; undefined: attention makes them, of the memory or of keys.
nn::Pooled TextReader::pooled(nn::Pooling& pooling, const at::Tensor& memory, const at::Tensor& keys,
                              const at::Tensor& offsets, const at::Tensor& weights) {
  if (!weights.defined()) return pooling->forward(memory, offsets, keys);
  nn::Pooled out;
  out.context = pooling->context_under(weights, memory, offsets);
  out.weights = weights.mean(0);
  if (weights.size(0) > 1) out.each = weights;
  return out;
}

at::Tensor TextReader::head(const at::Tensor& contexts, const nn::StepContext& context) {
  return head_->forward(contexts, context);
}

at::Tensor TextReader::ratios_of(const data::TextBatch& batch, at::ScalarType type,
                                 const nn::StepContext& context) const {
  const at::Tensor ratios = batch.ratios.to(type);
  if (!context.training) return ratios;
  return nn::drop_rows(ratios, ngram_dropout_, {context.seed, Purpose::kDropoutNgrams, context.step});
}

at::Tensor TextReader::input_of(const at::Tensor& vectors, const at::Tensor& ratios) const {
  return ratios_ > 0 ? at::cat({vectors, ratios}, 1) : vectors;
}

// In training some of the words are read as if they stood alone.
at::Tensor TextReader::values_of(const at::Tensor& input, const at::Tensor& offsets, const nn::StepContext& context,
                                 const at::Tensor& which) {
  if (!context.training || neighbour_dropout_ == 0) return filters_->forward(input, offsets, context, {}, which);
  const at::Tensor ones = at::ones({input.size(0), 1}, input.options().requires_grad(false));
  const at::Tensor beside =
      nn::drop_rows(ones, neighbour_dropout_, {context.seed, Purpose::kDropoutNeighbours, context.step});
  return filters_->forward(input, offsets, context, beside);
}

TextForward TextReader::forward_under(const data::TextBatch& batch, const nn::StepContext& context,
                                      std::span<const GivenWeights> given) {
  FOVEA_CHECK(given.size() <= 1, given.size());
  const GivenWeights* weights = given.empty() ? nullptr : given.data();
  TextForward out;
  read_words(out, batch, context, weights);
  finish(out, batch, context, weights);
  return out;
}

void TextReader::finish(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
                        const GivenWeights* given) {
  read_on(out, batch, context, given);
  const nn::TimedPart part(context, "head");
  out.logits = head(out.pooled.context, context);
}

void TextReader::read_words(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
                            const GivenWeights* given) {
  const nn::TimedPart embedding(context, "embedding");
  const bool once = batch.distinct.defined() && !context.training;  // rows that are alike
  const at::Tensor ids = once ? batch.ids.index_select(0, batch.distinct) : batch.ids;
  const at::Tensor vectors = embedding.made(embedding_->forward(ids, word_offsets(batch), context));
  const at::Tensor ratios = ratios_of(batch, vectors.scalar_type(), context);
  const at::Tensor input = input_of(vectors, once ? ratios.index_select(0, batch.distinct) : ratios);
  read_rows(out, input, ratios, batch, context, given, once ? batch.which : at::Tensor());
}

// input: [N, E + R], of which the last R are `ratios`; with `which` row i is input[which[i]].
void TextReader::read_rows(TextForward& out, const at::Tensor& input, const at::Tensor& ratios,
                           const data::TextBatch& batch, const nn::StepContext& context, const GivenWeights* given,
                           const at::Tensor& which) {
  const at::Tensor& offsets = word_offsets(batch);
  at::Tensor states;
  if (encoder_) {
    const nn::TimedPart recurrence(context, encoder_->recurrent() ? "recurrence" : "encoder");
    states = encoder_->forward(input, offsets, context, which);
    if (!states.is_same(input)) recurrence.made(states);
  }
  const nn::TimedPart attention(context, "attention");
  const auto beside_ratios = [&](const at::Tensor& rows) { return ratios_ > 0 ? at::cat({rows, ratios}, 1) : rows; };
  // Without an encoder the ratios are in a state already, which is the input.
  if (encoder_ && encoded_) states = beside_ratios(states);
  out.memory = clear_ ? beside_ratios(values_of(input, offsets, context, which)) : states;
  out.pooled =
      pooled(attention_, out.memory, clear_ ? states : at::Tensor(), offsets, given ? given->words : at::Tensor());
  attention.made(out.pooled.context);
}

// Of `looks` [K, N] or [N].
void TextReader::add_entropy(TextForward& out, const at::Tensor& looks, const at::Tensor& offsets) const {
  const at::Tensor entropy = entropy_penalty_ * nn::entropy(looks, offsets, kLongText);
  out.entropy = out.entropy.defined() ? out.entropy + entropy : entropy;
}

std::vector<at::Tensor> TextReader::inputs(const data::TextBatch& batch) {
  const at::Tensor vectors = embedding_->forward(batch.ids, word_offsets(batch), {});
  return {input_of(vectors, ratios_of(batch, vectors.scalar_type(), {}))};
}

TextForward TextReader::forward_from(std::span<const at::Tensor> inputs, const data::TextBatch& batch,
                                     std::span<const GivenWeights> given) {
  FOVEA_CHECK(inputs.size() == 1 && given.size() <= 1, inputs.size(), given.size());
  const at::Tensor& input = inputs.front();
  const GivenWeights* weights = given.empty() ? nullptr : given.data();
  TextForward out;
  read_rows(out, input, input.narrow(1, input.size(1) - ratios_, ratios_), batch, {}, weights);
  finish(out, batch, {}, weights);
  return out;
}

at::Tensor TextReader::logits_under(const TextForward& made, const data::TextBatch& batch,
                                    std::span<const GivenWeights> given) {
  FOVEA_CHECK(given.size() == 1, given.size());
  return head(contexts_under(made, batch, given.front()), {});
}

at::Tensor TextReader::contributions(const TextForward& made, const data::TextBatch& batch) const {
  return logits_of_added(last_pooling()->added(made.pooled, made.memory, last_offsets(batch)));
}

at::Tensor TextReader::word_contributions(const TextForward& made, const data::TextBatch& batch) const {
  const at::Tensor& memory = word_memory(made);
  if (!clear_ || filters_->reach() == 0) return added_by_words(made, batch, memory);
  const at::Tensor& offsets = word_offsets(batch);
  const at::Tensor vectors = embedding_->forward(batch.ids, offsets, {});
  const at::Tensor ratios = ratios_of(batch, vectors.scalar_type(), {});
  const nn::ConvolutionImpl::Parts parts =
      filters_->parts(input_of(vectors, ratios), offsets, memory.narrow(1, 0, memory.size(1) - ratios_));
  at::Tensor sum = added_by_words(made, batch, at::cat({parts.bias, ratios}, 1));
  if (!sum.defined()) return sum;
  for (size_t w = 0; w < parts.by_place.size(); ++w) {
    const at::Tensor by_reader = added_by_words(made, batch, at::cat({parts.by_place[w], at::zeros_like(ratios)}, 1));
    const int64_t step = static_cast<int64_t>(w) - filters_->reach(), rows = memory.size(0),
                  count = rows - std::abs(step);
    if (count <= 0) continue;
    sum.narrow(0, std::max<int64_t>(step, 0), count) += by_reader.narrow(0, std::max<int64_t>(-step, 0), count);
  }
  return sum;
}

// added [n, D], in double, to the contexts → to the logits, [n, C].
at::Tensor TextReader::logits_of_added(const at::Tensor& added) const {
  return at::mm(added, head_->weight().detach().to(at::kDouble).t());
}

FlatReader::FlatReader(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed)
    : TextReader(options, sizes, seed), row_penalty_(options.structure == Structure::kRows ? options.row_penalty : 0) {
  make_head(options, sizes, seed);
}

void FlatReader::read_on(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
                         const GivenWeights*) {
  out.weights = out.pooled.weights.detach().to(at::kDouble);
  if (!context.training) return;
  const at::Tensor& each = out.pooled.each;
  if (each.defined() && row_penalty_ > 0) out.penalty = row_penalty_ * nn::redundancy(each, batch.offsets);
  if (entropy_penalty_ > 0) add_entropy(out, each.defined() ? each : out.pooled.weights, batch.offsets);
}

at::Tensor FlatReader::added_by_words(const TextForward& made, const data::TextBatch& batch,
                                      const at::Tensor& rows) const {
  return logits_of_added(attention_->added(made.pooled, rows, batch.offsets));
}

at::Tensor FlatReader::contexts_under(const TextForward& made, const data::TextBatch&, const GivenWeights& given) {
  return attention_->contexts_under(given.words, made.memory);
}

// A row of the second memory is laid out as one of the first: states, then ratios.
SentenceReader::SentenceReader(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed)
    : TextReader(options, sizes, seed) {
  const nn::Stream own = seed ? nn::Seed(sentence_seed(*seed)) : seed;
  if (options.reads_states()) {
    sentence_encoder_ =
        register_module("sentence_encoder", nn::Encoder(encoder_options(options, pooling_.memory_size, 1), own));
  }
  sentence_attention_ = register_module("sentence_attention", nn::Pooling(pooling_, own / "attention"));
  make_head(options, sizes, seed);
}

void SentenceReader::pack() {
  TextReader::pack();
  if (sentence_encoder_) sentence_encoder_->pack();
}

// A row of the memory of sentences: the states over their vectors, then their ratios, which are the last of a vector.
at::Tensor SentenceReader::sentence_rows(const at::Tensor& states, const at::Tensor& vectors) const {
  if (!encoded_ || ratios_ == 0) return states;
  return at::cat({states, vectors.narrow(1, vectors.size(1) - ratios_, ratios_)}, 1);
}

// The sentence vectors are the words of the second reading, and the mean ratios of a sentence are its ratios.
void SentenceReader::read_on(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
                             const GivenWeights* given) {
  out.in_sentences = std::move(out.pooled);
  out.word_memory = std::move(out.memory);
  out.pooled = read_vectors(out.in_sentences.context, batch, context, given, out.memory);
  if (context.training && entropy_penalty_ > 0) {
    add_entropy(out, out.in_sentences.weights, batch.sentence_offsets);
    add_entropy(out, out.pooled.weights, batch.text_sentences);
  }
  const at::Tensor sentences = out.pooled.weights.detach().to(at::kDouble);
  out.weights = out.in_sentences.weights.detach().to(at::kDouble) *
                sentences.index_select(0, ops::segment_ids(batch.sentence_offsets));
}

// vectors [S, D] of all sentences of the batch → the texts, and the rows of the second memory.
nn::Pooled SentenceReader::read_vectors(const at::Tensor& vectors, const data::TextBatch& batch,
                                        const nn::StepContext& context, const GivenWeights* given, at::Tensor& memory) {
  nn::StepContext own = context;
  own.seed = sentence_seed(context.seed);
  at::Tensor states;
  if (sentence_encoder_) {
    const nn::TimedPart recurrence(context, encoder_->recurrent() ? "sentence_recurrence" : "sentence_encoder");
    states = sentence_encoder_->forward(vectors, batch.text_sentences, own);
    if (!states.is_same(vectors)) recurrence.made(states);
    states = sentence_rows(states, vectors);
  }
  const nn::TimedPart attention(context, "sentence_attention");
  // A sentence's vector is its value, as a word's filters are.
  memory = clear_ ? vectors : states;
  nn::Pooled out = pooled(sentence_attention_, memory, clear_ ? states : at::Tensor(), batch.text_sentences,
                          given ? given->sentences : at::Tensor());
  attention.made(out.context);
  return out;
}

at::Tensor SentenceReader::logits_of(const data::DistinctSentences& distinct, const data::TextBatch& batch) {
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
  return head(texts.context, {});
}

// Where sentences are weighed as they are, each is the sum of its words.
at::Tensor SentenceReader::added_by_words(const TextForward& made, const data::TextBatch& batch,
                                          const at::Tensor& rows) const {
  if (!clear_) return {};
  const at::Tensor in_sentences = attention_->added(made.in_sentences, rows, batch.sentence_offsets);
  const at::Tensor sentences = made.pooled.weights.detach().to(at::kDouble);
  return logits_of_added(in_sentences *
                         sentences.index_select(0, ops::segment_ids(batch.sentence_offsets)).unsqueeze(1));
}

// Each of the many weights has the sentences of the text for itself.
at::Tensor SentenceReader::contexts_under(const TextForward& made, const data::TextBatch& batch,
                                          const GivenWeights& given) {
  const int64_t many = given.sentences.size(0), sentences = given.sentences.size(1);
  const int64_t* from = batch.sentence_offsets.const_data_ptr<int64_t>();
  std::vector<at::Tensor> vectors_of;
  for (int64_t s = 0; s < sentences; ++s) {
    const int64_t begin = from[s], count = from[s + 1] - from[s];
    vectors_of.push_back(
        attention_->contexts_under(given.words.narrow(2, begin, count), made.word_memory.narrow(0, begin, count)));
  }
  const at::Tensor vectors = at::stack(vectors_of, 1).flatten(0, 1);
  const at::Tensor offsets = at::arange(many + 1, batch.sentence_offsets.options()) * sentences;
  const at::Tensor memory = clear_ ? vectors : sentence_rows(sentence_encoder_->forward(vectors, offsets, {}), vectors);
  return sentence_attention_->context_under(given.sentences.reshape({1, -1}), memory, offsets);
}

}  // namespace fovea::tasks
