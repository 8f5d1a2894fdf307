#include "tasks/text_model_options.h"

#include <array>
#include <utility>

#include "base/errors.h"

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
constexpr std::array<std::pair<nn::DropoutKind, const char*>, 2> kDropouts = {
    {{nn::DropoutKind::kElement, "element"}, {nn::DropoutKind::kVariational, "variational"}}};

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
  check("members", static_cast<double>(options.members), 1, kMaxMembers);
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
const char* dropout_name(nn::DropoutKind kind) {
  return name_of(kDropouts, kind);
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
nn::DropoutKind parse_dropout(const std::string& name) {
  return parse_name(kDropouts, "--dropout-kind", name);
}

void check_structure(const TextModelOptions& options) {
  const auto refuse = [](const std::string& what, const std::string& remedy) {
    throw UserError(ExitCode::kUsage, what, remedy);
  };
  if (options.structure == Structure::kRows && !nn::attends(options.attention)) {
    refuse(std::string("--structure cannot apply: the control '") + attention_name(options.attention) +
               "' has no query that rows could look with",
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
  if (members > 1) text = std::to_string(members) + " members of " + text;
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
          {"dropout_kind", dropout_name(dropout_kind)},
          {"structure", structure_name(structure)},
          {"rows", rows},
          {"row_penalty", row_penalty},
          {"heads", heads},
          {"members", members},
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
    options.dropout_kind = parse_dropout(json.value("dropout_kind", std::string(dropout_name(options.dropout_kind))));
    options.structure = parse_structure(json.value("structure", std::string(structure_name(options.structure))));
    options.rows = json.value("rows", options.rows);
    options.row_penalty = json.value("row_penalty", options.row_penalty);
    options.heads = json.value("heads", options.heads);
    options.members = json.value("members", options.members);
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

}  // namespace fovea::tasks
