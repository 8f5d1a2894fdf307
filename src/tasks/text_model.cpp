#include "tasks/text_model.h"

#include <array>
#include <utility>

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

constexpr std::array<std::pair<nn::EncoderKind, const char*>, 6> kEncoders = {
    {{nn::EncoderKind::kLstm, "lstm"},
     {nn::EncoderKind::kGru, "gru"},
     {nn::EncoderKind::kElman, "elman"},
     {nn::EncoderKind::kAverage, "average"},
     {nn::EncoderKind::kCnn, "cnn"},
     {nn::EncoderKind::kTransformer, "transformer"}}};
constexpr std::array<std::pair<nn::PoolingKind, const char*>, 8> kAttentions = {
    {{nn::PoolingKind::kAdditive, "additive"},
     {nn::PoolingKind::kDot, "dot"},
     {nn::PoolingKind::kScaledDot, "scaled-dot"},
     {nn::PoolingKind::kGeneral, "general"},
     {nn::PoolingKind::kFrozen, "frozen"},
     {nn::PoolingKind::kMean, "mean"},
     {nn::PoolingKind::kMax, "max"},
     {nn::PoolingKind::kLast, "last"}}};
constexpr std::array<std::pair<ops::Normaliser, const char*>, 3> kNormalizers = {
    {{ops::Normaliser::kSoftmax, "softmax"},
     {ops::Normaliser::kSparsemax, "sparsemax"},
     {ops::Normaliser::kEntmax15, "entmax15"}}};
constexpr std::array<std::pair<Structure, const char*>, 3> kStructures = {
    {{Structure::kFlat, "flat"}, {Structure::kRows, "rows"}, {Structure::kHierarchical, "hierarchical"}}};

// The encoder and the attention of sentences draw their own numbers, though they are named as those of words.
uint64_t sentence_seed(uint64_t seed) {
  return mix64(seed ^ 0x53656e74656e6365);  // "Sentence"
}

template <typename Names, typename Kind>
const char* name_of(const Names& names, Kind kind) {
  for (const auto& [value, name] : names) {
    if (value == kind) return name;
  }
  FOVEA_CHECK(false, "no name for", static_cast<int>(kind));
  return "";
}

template <typename Names>
auto parse_name(const Names& names, const std::string& option, const std::string& given) {
  std::string known;
  for (const auto& [value, name] : names) {
    if (given == name) return value;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  throw UserError(ExitCode::kUsage, option + ": there is no '" + given + "'", "Choose one of: " + known + ".");
}

int64_t state_size(const TextModelOptions& options) {
  if (options.encoder == nn::EncoderKind::kAverage) return options.embedding_size;
  return options.hidden_size * (nn::is_recurrent(options.encoder) ? options.directions : 1);
}

void check_ranges(const TextModelOptions& options) {
  const auto check = [](const char* name, double value, double low, double high) {
    if (!(value >= low && value <= high))
      throw UserError(ExitCode::kBadData, std::string(name) + " is out of its range");
  };
  constexpr double kLargest = 65536;
  check("embedding_size", static_cast<double>(options.embedding_size), 1, kLargest);
  check("hidden_size", static_cast<double>(options.hidden_size), 1, kLargest);
  check("attention_size", static_cast<double>(options.attention_size), 1, kLargest);
  check("layers", static_cast<double>(options.layers), 1, 16);
  check("directions", static_cast<double>(options.directions), 1, 2);
  check("embedding_dropout", options.embedding_dropout, 0, 0.95);
  check("word_dropout", options.word_dropout, 0, 0.95);
  check("state_dropout", options.state_dropout, 0, 0.95);
  check("output_dropout", options.output_dropout, 0, 0.95);
  check("ngram_dropout", options.ngram_dropout, 0, 0.95);
  check("rows", static_cast<double>(options.rows), 1, kMaxRows);
  check("row_penalty", options.row_penalty, 0, kMaxRowPenalty);
  check("heads", static_cast<double>(options.heads), 1, kMaxHeads);
  check("filter_width", static_cast<double>(options.filter_width), 1, kMaxFilterWidth);
  check("encoder_heads", static_cast<double>(options.encoder_heads), 1, kMaxHeads);
  check_structure(options);
}

}  // namespace

const char* encoder_name(nn::EncoderKind kind) {
  return name_of(kEncoders, kind);
}
const char* attention_name(nn::PoolingKind kind) {
  return name_of(kAttentions, kind);
}
const char* normalizer_name(ops::Normaliser kind) {
  return name_of(kNormalizers, kind);
}
const char* structure_name(Structure structure) {
  return name_of(kStructures, structure);
}
nn::EncoderKind parse_encoder(const std::string& name) {
  return parse_name(kEncoders, "--encoder", name);
}
nn::PoolingKind parse_attention(const std::string& name) {
  return parse_name(kAttentions, "--attention", name);
}

ops::Normaliser parse_normalizer(const std::string& name) {
  return parse_name(kNormalizers, "--normalizer", name);
}
Structure parse_structure(const std::string& name) {
  return parse_name(kStructures, "--structure", name);
}

void check_structure(const TextModelOptions& options) {
  const auto refuse = [](const std::string& what, const std::string& remedy) {
    throw UserError(ExitCode::kUsage, what, remedy);
  };
  if (options.structure == Structure::kRows && !nn::attends(options.attention)) {
    refuse(std::string("--structure rows cannot apply: the control '") + attention_name(options.attention) +
               "' has no query that could look several times",
           "Choose an attention with scores, or another structure.");
  }
  if (options.encoder == nn::EncoderKind::kCnn && options.filter_width % 2 == 0) {
    refuse("--filter-width " + std::to_string(options.filter_width) + " is even",
           "Choose an odd width: a filter reads as many words before its own as after it.");
  }
  if (options.encoder == nn::EncoderKind::kTransformer && options.hidden_size % options.encoder_heads != 0) {
    refuse("--encoder-heads " + std::to_string(options.encoder_heads) + " cannot apply: --hidden-size " +
               std::to_string(options.hidden_size) + " is no multiple of it",
           "Choose a number of heads that divides it.");
  }
  if (options.heads == 1) return;
  if (options.structure != Structure::kFlat) {
    refuse("--heads cannot apply: several heads are for --structure flat", "Leave one of the two out.");
  }
  if (!nn::attends(options.attention)) {
    refuse(std::string("--heads cannot apply: the control '") + attention_name(options.attention) + "' has no scores",
           "Leave --heads out.");
  }
  if (state_size(options) % options.heads != 0) {
    refuse("--heads " + std::to_string(options.heads) + " cannot apply: the " + std::to_string(state_size(options)) +
               " features of a state are no multiple of it",
           "Choose a number of heads that divides them.");
  }
}

std::string TextModelOptions::describe() const {
  std::string text;
  if (encoder == nn::EncoderKind::kAverage) {
    text = "word vectors " + std::to_string(embedding_size) + ", no encoder";
  } else if (encoder == nn::EncoderKind::kCnn) {
    text = "CNN " + std::to_string(hidden_size) + " of width " + std::to_string(filter_width);
  } else if (encoder == nn::EncoderKind::kTransformer) {
    text = "Transformer " + std::to_string(hidden_size) + " of " + std::to_string(encoder_heads) + " heads";
  } else {
    const char* cell = encoder == nn::EncoderKind::kLstm ? "LSTM" : encoder == nn::EncoderKind::kGru ? "GRU" : "Elman";
    const std::string units = std::to_string(hidden_size);
    text = (directions == 2 ? "Bi" : "") + std::string(cell) + " " + units + (directions == 2 ? "+" + units : "");
  }
  if (encoder != nn::EncoderKind::kAverage && layers > 1) text += " × " + std::to_string(layers) + " layers";
  text += std::string(", ") + attention_name(attention);
  const char* sentences = structure == Structure::kHierarchical ? ", over words and then over sentences" : "";
  if (!nn::attends(attention)) return text + " instead of attention" + sentences;
  text += " attention";
  if (normalizer != ops::Normaliser::kSoftmax) text += std::string(" by ") + normalizer_name(normalizer);
  if (structure == Structure::kRows) text += " in " + std::to_string(rows) + " rows";
  if (heads > 1) text += " with " + std::to_string(heads) + " heads";
  return text + sentences;
}

Json TextModelOptions::to_json() const {
  return {{"encoder", encoder_name(encoder)},
          {"attention", attention_name(attention)},
          {"normalizer", normalizer_name(normalizer)},
          {"embedding_size", embedding_size},
          {"hidden_size", hidden_size},
          {"layers", layers},
          {"directions", directions},
          {"attention_size", attention_size},
          {"embedding_dropout", embedding_dropout},
          {"word_dropout", word_dropout},
          {"state_dropout", state_dropout},
          {"output_dropout", output_dropout},
          {"ngram_dropout", ngram_dropout},
          {"structure", structure_name(structure)},
          {"rows", rows},
          {"row_penalty", row_penalty},
          {"heads", heads},
          {"filter_width", filter_width},
          {"encoder_heads", encoder_heads}};
}

TextModelOptions TextModelOptions::from_json(const Json& json) {
  try {
    TextModelOptions options;
    options.encoder = parse_encoder(json.at("encoder").get<std::string>());
    options.attention = parse_attention(json.at("attention").get<std::string>());
    options.normalizer = parse_normalizer(json.at("normalizer").get<std::string>());
    options.embedding_size = json.at("embedding_size").get<int64_t>();
    options.hidden_size = json.at("hidden_size").get<int64_t>();
    options.layers = json.at("layers").get<int64_t>();
    options.directions = json.at("directions").get<int64_t>();
    options.attention_size = json.at("attention_size").get<int64_t>();
    options.embedding_dropout = json.at("embedding_dropout").get<double>();
    options.word_dropout = json.at("word_dropout").get<double>();
    options.state_dropout = json.at("state_dropout").get<double>();
    options.output_dropout = json.at("output_dropout").get<double>();
    options.ngram_dropout = json.at("ngram_dropout").get<double>();
    // Models of before these options were are as their defaults.
    options.structure = parse_structure(json.value("structure", std::string(structure_name(options.structure))));
    options.rows = json.value("rows", options.rows);
    options.row_penalty = json.value("row_penalty", options.row_penalty);
    options.heads = json.value("heads", options.heads);
    options.filter_width = json.value("filter_width", options.filter_width);
    options.encoder_heads = json.value("encoder_heads", options.encoder_heads);
    check_ranges(options);
    return options;
  } catch (const Json::exception& error) {
    throw UserError(ExitCode::kBadData, std::string("config.json: model: ") + error.what());
  } catch (const UserError& error) {
    throw UserError(ExitCode::kBadData, std::string("config.json: model: ") + error.what());
  }
}

TextModelImpl::TextModelImpl(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed)
    : structure_(options.structure),
      ngram_dropout_(options.ngram_dropout),
      row_penalty_(options.row_penalty),
      encoded_(options.encoder != nn::EncoderKind::kAverage),
      ratios_(sizes.ngram_ratios) {
  embedding_ =
      register_module("embedding", nn::Embedding(nn::EmbeddingOptions{sizes.vocabulary, options.embedding_size,
                                                                      options.embedding_dropout, options.word_dropout},
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
  return {options.encoder,       input_size,           options.hidden_size,  layers, options.directions,
          options.state_dropout, options.filter_width, options.encoder_heads};
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
  TextForward out;
  read_words(out, batch, context);
  if (structure_ == Structure::kHierarchical) {
    read_sentences(out, batch, context);
  } else {
    out.weights = out.pooled.weights.detach().to(at::kDouble);
  }
  if (context.training && out.pooled.each.defined() && structure_ == Structure::kRows && row_penalty_ > 0) {
    out.penalty = row_penalty_ * nn::redundancy(out.pooled.each, batch.offsets);
  }
  const nn::TimedPart head(context, "head");
  out.logits = head_->forward(out.pooled.context, context);
  return out;
}

void TextModelImpl::read_words(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context) {
  const at::Tensor& offsets = structure_ == Structure::kHierarchical ? batch.sentence_offsets : batch.offsets;
  const nn::TimedPart embedding(context, "embedding");
  const at::Tensor vectors = embedding.made(embedding_->forward(batch.ids, context));
  const at::Tensor ratios = ratios_of(batch, vectors.scalar_type(), context);
  const at::Tensor input = ratios_ > 0 ? at::cat({vectors, ratios}, 1) : vectors;
  const nn::TimedPart recurrence(context, encoder_->recurrent() ? "recurrence" : "encoder");
  out.memory = encoder_->forward(input, offsets, context);
  if (!out.memory.is_same(input)) recurrence.made(out.memory);
  const nn::TimedPart attention(context, "attention");
  // Without an encoder the ratios are in the memory row already.
  if (encoded_ && ratios_ > 0) out.memory = at::cat({out.memory, ratios}, 1);
  out.pooled = pooling_->forward(out.memory, offsets);
  attention.made(out.pooled.context);
}

// The sentence vectors are the words of the second reading, and the mean ratios of a sentence are its ratios.
void TextModelImpl::read_sentences(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context) {
  out.in_sentences = std::move(out.pooled);
  nn::StepContext own = context;
  own.seed = sentence_seed(context.seed);
  const nn::TimedPart recurrence(context, encoder_->recurrent() ? "sentence_recurrence" : "sentence_encoder");
  const at::Tensor& vectors = out.in_sentences.context;
  out.memory = sentence_encoder_->forward(vectors, batch.text_sentences, own);
  if (!out.memory.is_same(vectors)) recurrence.made(out.memory);
  const nn::TimedPart attention(context, "sentence_attention");
  if (encoded_ && ratios_ > 0) {
    out.memory = at::cat({out.memory, vectors.narrow(1, vectors.size(1) - ratios_, ratios_)}, 1);
  }
  out.pooled = sentence_pooling_->forward(out.memory, batch.text_sentences);
  attention.made(out.pooled.context);
  const at::Tensor sentences = out.pooled.weights.detach().to(at::kDouble);
  out.weights = out.in_sentences.weights.detach().to(at::kDouble) *
                sentences.index_select(0, ops::segment_ids(batch.sentence_offsets));
}

at::Tensor TextModelImpl::contributions(const TextForward& made, const data::TextBatch& batch) const {
  const bool sentences = structure_ == Structure::kHierarchical;
  const nn::Pooling& pooling = sentences ? sentence_pooling_ : pooling_;
  const at::Tensor added = pooling->added(made.pooled, made.memory, sentences ? batch.text_sentences : batch.offsets);
  return at::mm(added, head_->weight().detach().to(at::kDouble).t());
}

void TextModelImpl::pack() {
  encoder_->pack();
  if (sentence_encoder_) sentence_encoder_->pack();
}

int64_t TextModelImpl::parameter_count() const {
  int64_t count = 0;
  for (const at::Tensor& parameter : parameters()) count += parameter.numel();
  return count;
}

}  // namespace fovea::tasks
