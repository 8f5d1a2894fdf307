#include "tasks/text_model.h"

#include <array>
#include <utility>

#include <ATen/Functions.h>

#include "base/errors.h"
#include "nn/drop_rows.h"
#include "nn/timed_part.h"

namespace fovea::tasks {
namespace {

constexpr std::array<std::pair<nn::EncoderKind, const char*>, 4> kEncoders = {{{nn::EncoderKind::kLstm, "lstm"},
                                                                               {nn::EncoderKind::kGru, "gru"},
                                                                               {nn::EncoderKind::kElman, "elman"},
                                                                               {nn::EncoderKind::kAverage, "average"}}};
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
nn::EncoderKind parse_encoder(const std::string& name) {
  return parse_name(kEncoders, "--encoder", name);
}
nn::PoolingKind parse_attention(const std::string& name) {
  return parse_name(kAttentions, "--attention", name);
}

ops::Normaliser parse_normalizer(const std::string& name) {
  return parse_name(kNormalizers, "--normalizer", name);
}

std::string TextModelOptions::describe() const {
  std::string text;
  if (encoder == nn::EncoderKind::kAverage) {
    text = "word vectors " + std::to_string(embedding_size) + ", no encoder";
  } else {
    const char* cell = encoder == nn::EncoderKind::kLstm ? "LSTM" : encoder == nn::EncoderKind::kGru ? "GRU" : "Elman";
    const std::string units = std::to_string(hidden_size);
    text = (directions == 2 ? "Bi" : "") + std::string(cell) + " " + units + (directions == 2 ? "+" + units : "");
    if (layers > 1) text += " × " + std::to_string(layers) + " layers";
  }
  text += std::string(", ") + attention_name(attention);
  if (!nn::attends(attention)) return text + " instead of attention";
  return text + " attention" +
         (normalizer == ops::Normaliser::kSoftmax ? "" : std::string(" by ") + normalizer_name(normalizer));
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
          {"ngram_dropout", ngram_dropout}};
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
    check_ranges(options);
    return options;
  } catch (const Json::exception& error) {
    throw UserError(ExitCode::kBadData, std::string("config.json: model: ") + error.what());
  } catch (const UserError& error) {
    throw UserError(ExitCode::kBadData, std::string("config.json: model: ") + error.what());
  }
}

TextModelImpl::TextModelImpl(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed)
    : ngram_dropout_(options.ngram_dropout), recurrent_(options.encoder != nn::EncoderKind::kAverage) {
  embedding_ =
      register_module("embedding", nn::Embedding(nn::EmbeddingOptions{sizes.vocabulary, options.embedding_size,
                                                                      options.embedding_dropout, options.word_dropout},
                                                 seed));
  encoder_ = register_module(
      "encoder",
      nn::Encoder(nn::EncoderOptions{options.encoder, options.embedding_size + sizes.ngram_ratios, options.hidden_size,
                                     options.layers, options.directions, options.state_dropout},
                  seed));
  const int64_t memory_size = encoder_->output_size() + (recurrent_ ? sizes.ngram_ratios : 0);
  nn::PoolingOptions pooling{options.attention, memory_size, options.attention_size};
  if (recurrent_ && options.directions == 2) {
    pooling.backward_begin = options.hidden_size;
    pooling.backward_end = 2 * options.hidden_size;
  }
  pooling.normaliser = options.normalizer;
  pooling_ = register_module("attention", nn::Pooling(pooling, seed));
  head_ = register_module(
      "head", nn::LinearHead(nn::LinearHeadOptions{memory_size, sizes.classes, options.output_dropout}, seed));
}

at::Tensor TextModelImpl::ratios_of(const data::TextBatch& batch, at::ScalarType type,
                                    const nn::StepContext& context) const {
  const at::Tensor ratios = batch.ratios.to(type);
  if (!context.training) return ratios;
  return nn::drop_rows(ratios, ngram_dropout_, {context.seed, Purpose::kDropoutNgrams, context.step});
}

TextForward TextModelImpl::forward(const data::TextBatch& batch, const nn::StepContext& context) {
  TextForward out;
  const nn::TimedPart embedding(context, "embedding");
  const at::Tensor vectors = embedding.made(embedding_->forward(batch.ids, context));
  const at::Tensor ratios = ratios_of(batch, vectors.scalar_type(), context);
  const at::Tensor input = ratios.size(1) > 0 ? at::cat({vectors, ratios}, 1) : vectors;
  const nn::TimedPart recurrence(context, "recurrence");
  out.memory = encoder_->forward(input, batch.offsets, context);
  if (!out.memory.is_same(input)) recurrence.made(out.memory);
  const nn::TimedPart attention(context, "attention");
  // Without an encoder the ratios are in the memory row already.
  if (recurrent_ && ratios.size(1) > 0) out.memory = at::cat({out.memory, ratios}, 1);
  out.pooled = pooling_->forward(out.memory, batch.offsets);
  attention.made(out.pooled.context);
  const nn::TimedPart head(context, "head");
  out.logits = head_->forward(out.pooled.context, context);
  return out;
}

int64_t TextModelImpl::parameter_count() const {
  int64_t count = 0;
  for (const at::Tensor& parameter : parameters()) count += parameter.numel();
  return count;
}

}  // namespace fovea::tasks
