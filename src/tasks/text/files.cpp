// A text classifier as the files of its folder, and back: docs/formats.md describes them.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <set>

#include "base/errors.h"
#include "checkpoint/load.h"
#include "tasks/quantize.h"
#include "tasks/tensors.h"
#include "tasks/text/classifier.h"

namespace fovea::tasks {
namespace {

template <typename T>
checkpoint::NamedArray array_of(const std::string& name, checkpoint::ElementType type, std::vector<int64_t> shape,
                                const std::vector<T>& values) {
  checkpoint::NamedArray array{name, type, std::move(shape), {}};
  array.bytes.assign(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  return array;
}

// `count`: how many there must be, if that is known.
template <typename T>
std::vector<T> values_of(const checkpoint::ArrayFile& file, const std::string& name, checkpoint::ElementType type,
                         std::optional<size_t> count, const std::string& place) {
  const checkpoint::NamedArray* array = file.find(name);
  if (!array || array->type != type || (count && array->bytes.size() != *count * sizeof(T))) {
    throw UserError(ExitCode::kBadData, place + ": the array '" + name + "' is missing, or of another size or type");
  }
  std::vector<T> values(array->bytes.size() / sizeof(T));
  std::memcpy(values.data(), array->bytes.data(), array->bytes.size());
  return values;
}

// Hashes of texts are unsigned; the format has them as I64.
checkpoint::NamedArray identities_array(const std::string& name, const std::vector<uint64_t>& identities) {
  return array_of(name, checkpoint::ElementType::kInt64, {static_cast<int64_t>(identities.size())}, identities);
}

std::vector<uint64_t> identities_of(const checkpoint::ArrayFile& file, const std::string& name,
                                    const std::string& place) {
  return values_of<uint64_t>(file, name, checkpoint::ElementType::kInt64, std::nullopt, place);
}

void add_letters(const data::LetterTable& letters, int64_t width, checkpoint::ArrayFile& file) {
  const auto n = std::ssize(letters.keys());
  const data::NgramWeights& weights = letters.weights();
  for (checkpoint::NamedArray& array : std::vector<checkpoint::NamedArray>{
           array_of("letters", checkpoint::ElementType::kInt64, {2}, std::vector<int64_t>{letters.longest(), n}),
           array_of("letter_keys", checkpoint::ElementType::kInt64, {n}, letters.keys()),
           array_of("letter_weights", checkpoint::ElementType::kFloat32, {n, width}, weights.mean),
           array_of("letter_scale", checkpoint::ElementType::kFloat32, {1}, std::vector<float>{weights.scale})}) {
    file.arrays.push_back(std::move(array));
  }
}

checkpoint::ArrayFile ngram_arrays(const data::NgramTable& table) {
  const data::NgramCounts& counts = table.counts();
  const auto n = static_cast<int64_t>(counts.keys.size());
  const auto classes = static_cast<int64_t>(counts.class_texts.size());
  checkpoint::ArrayFile file;
  file.metadata["format"] = "fovea-ngrams";
  file.arrays = {array_of("shape", checkpoint::ElementType::kInt64, {3},
                          std::vector<int64_t>{counts.longest, counts.threshold, n}),
                 array_of("texts", checkpoint::ElementType::kInt64, {classes}, counts.class_texts),
                 array_of("keys", checkpoint::ElementType::kInt64, {n}, counts.keys),
                 array_of("counts", checkpoint::ElementType::kInt32, {n, classes}, counts.counts)};
  const data::NgramWeights& weights = table.weights();
  if (!weights.mean.empty()) {
    file.arrays.push_back(
        array_of("weights", checkpoint::ElementType::kFloat32, {n, data::ngram_block(classes)}, weights.mean));
    file.arrays.push_back(
        array_of("weight_scale", checkpoint::ElementType::kFloat32, {1}, std::vector<float>{weights.scale}));
  }
  if (table.spells()) add_letters(table.letters(), data::ngram_block(classes), file);
  return file;
}

data::NgramWeights read_weight_array(const checkpoint::ArrayFile& file, const std::string& values,
                                     const std::string& scale, size_t count, const std::string& place) {
  data::NgramWeights weights;
  weights.mean = values_of<float>(file, values, checkpoint::ElementType::kFloat32, count, place);
  weights.scale = values_of<float>(file, scale, checkpoint::ElementType::kFloat32, 1, place).front();
  const auto finite = [](float value) { return std::isfinite(value); };
  if (!(weights.scale > 0) || !finite(weights.scale) ||
      !std::all_of(weights.mean.begin(), weights.mean.end(), finite)) {
    throw UserError(ExitCode::kBadData, place + ": the weights of n-grams are not all numbers");
  }
  return weights;
}

data::LetterTable read_letters(const checkpoint::ArrayFile& file, size_t width, const data::Vocabulary& vocabulary,
                               const std::string& place) {
  const auto shape = values_of<int64_t>(file, "letters", checkpoint::ElementType::kInt64, 2, place);
  if (shape[0] < data::kShortestLetters || shape[0] > data::kMostLetters || shape[1] < 0 ||
      shape[1] >= (int64_t{1} << 30)) {
    throw UserError(ExitCode::kBadData, place + ": the array 'letters' is out of its range");
  }
  const auto n = static_cast<size_t>(shape[1]);
  std::vector<uint64_t> keys = values_of<uint64_t>(file, "letter_keys", checkpoint::ElementType::kInt64, n, place);
  if (!std::is_sorted(keys.begin(), keys.end())) {
    throw UserError(ExitCode::kBadData, place + ": the array 'letter_keys' does not rise");
  }
  data::LetterTable letters(shape[0], std::move(keys), vocabulary);
  letters.weigh(read_weight_array(file, "letter_weights", "letter_scale", n * width, place));
  return letters;
}

// Counts that could not have been made are refused: they would become ratios that are no numbers.
data::NgramTable read_ngrams(std::string_view content, size_t classes, const data::Vocabulary& vocabulary,
                             const std::string& place) {
  const checkpoint::ArrayFile file = checkpoint::parse_arrays(content, place);
  const auto shape = values_of<int64_t>(file, "shape", checkpoint::ElementType::kInt64, 3, place);
  data::NgramCounts counts;
  counts.longest = shape[0];
  counts.threshold = shape[1];
  const bool sound = counts.longest >= 0 && counts.longest <= data::kMaxNgramLength && counts.threshold >= 1 &&
                     shape[2] >= 0 && shape[2] < (int64_t{1} << 30);
  if (!sound) throw UserError(ExitCode::kBadData, place + ": the array 'shape' is out of its range");
  const auto n = static_cast<size_t>(shape[2]);
  counts.keys = values_of<uint64_t>(file, "keys", checkpoint::ElementType::kInt64, n, place);
  counts.class_texts = values_of<int64_t>(file, "texts", checkpoint::ElementType::kInt64, classes, place);
  counts.counts = values_of<int32_t>(file, "counts", checkpoint::ElementType::kInt32, n * classes, place);
  for (size_t i = 0; i < counts.counts.size(); ++i) {
    if (counts.counts[i] < 0 || counts.counts[i] > counts.class_texts[i % classes]) {
      throw UserError(ExitCode::kBadData, place + ": an n-gram occurs in more texts of a class than there are");
    }
  }
  data::NgramTable table(std::move(counts));
  const auto width = static_cast<size_t>(data::ngram_block(static_cast<int64_t>(classes)));
  if (file.find("weights")) table.weigh(read_weight_array(file, "weights", "weight_scale", n * width, place));
  if (file.find("letters")) table.spell(read_letters(file, width, vocabulary, place));
  return table;
}

TextClassifierParts parse_parts(const Json& config, const std::string& place, bool* has_ngrams) {
  TextClassifierParts parts;
  try {
    if (config.at("task") != "text") {
      throw UserError(ExitCode::kBadData, place + ": this is a model for another task: " + to_line(config.at("task")));
    }
    parts.model = TextModelOptions::from_json(config.at("model"));
    parts.text = data::TextOptions::from_json(config.at("text"));
    parts.layout = data::TableLayout::from_json(config.at("layout"));
    parts.labels = config.at("labels").get<std::vector<std::string>>();
    parts.label_counts = config.at("label_counts").get<std::vector<int64_t>>();
    parts.temperature = config.value("temperature", 1.0);
    parts.quantized = config.contains("quantized");
    parts.multi_label = config.value("multi_label", false);
    if (parts.multi_label) {
      parts.thresholds = config.at("thresholds").get<std::vector<double>>();
      parts.train_rows = config.at("train_rows").get<int64_t>();
    }
    *has_ngrams = config.at("ngrams").get<bool>();
  } catch (const Json::exception& error) {
    throw UserError(ExitCode::kBadData, place + ": " + error.what());
  }
  if (parts.text.sentences != (parts.model.structure == Structure::kHierarchical)) {
    throw UserError(ExitCode::kBadData,
                    place + ": text and model do not fit each other: only one of them has sentences");
  }
  if (parts.labels.size() < 2 || parts.labels.size() != parts.label_counts.size()) {
    throw UserError(ExitCode::kBadData, place + ": labels and label_counts do not fit each other");
  }
  if (!(parts.temperature > 0 && parts.temperature < 1e6)) {
    throw UserError(ExitCode::kBadData, place + ": temperature is out of its range");
  }
  if (parts.multi_label && parts.thresholds.size() != parts.labels.size()) {
    throw UserError(ExitCode::kBadData, place + ": labels and thresholds do not fit each other");
  }
  for (const int64_t count : parts.label_counts) {
    if (parts.multi_label && count > parts.train_rows) {
      throw UserError(ExitCode::kBadData, place + ": a label has more rows than there are");
    }
  }
  const std::set<std::string> distinct(parts.labels.begin(), parts.labels.end());
  if (distinct.size() != parts.labels.size()) throw UserError(ExitCode::kBadData, place + ": a label occurs twice");
  for (const int64_t count : parts.label_counts) {
    if (count < 1) throw UserError(ExitCode::kBadData, place + ": a label without rows");
  }
  return parts;
}

}  // namespace

checkpoint::Files classifier_files(const TextClassifierParts& parts, const TextModel& model, Json config) {
  config["task"] = "text";
  config["model"] = parts.model.to_json();
  config["text"] = parts.text.to_json();
  config["layout"] = parts.layout.to_json();
  config["labels"] = parts.labels;
  config["label_counts"] = parts.label_counts;
  config["ngrams"] = parts.ngrams.width() > 0;
  config["temperature"] = parts.temperature;
  if (parts.quantized) config["quantized"] = "int8";
  if (parts.multi_label) {
    config["multi_label"] = true;
    config["thresholds"] = parts.thresholds;
    config["train_rows"] = parts.train_rows;
  }
  checkpoint::ArrayFile weights = arrays_of(*model, parts.quantized);
  weights.metadata["format"] = "fovea-text";
  checkpoint::ArrayFile seen;
  seen.arrays = {identities_array("train", parts.train_identities), identities_array("valid", parts.valid_identities)};
  checkpoint::Files files = {{"config.json", to_pretty(config)},
                             {"vocab.txt", parts.vocabulary.serialize()},
                             {"weights.safetensors", checkpoint::serialize_arrays(weights)},
                             {"seen.safetensors", checkpoint::serialize_arrays(seen)}};
  if (parts.pieces) files[kPiecesFile] = parts.pieces.serialize();
  if (parts.ngrams.width() > 0) {
    files["ngrams.safetensors"] = checkpoint::serialize_arrays(ngram_arrays(parts.ngrams));
  }
  return files;
}

TextClassifier TextClassifier::load(const checkpoint::Files& files, const std::string& name) {
  const std::string place = name + "/config.json";
  const Json config = checkpoint::json_of(files, "config.json", name);
  bool has_ngrams = false;
  TextClassifierParts parts = parse_parts(config, place, &has_ngrams);
  parts.vocabulary = data::Vocabulary::parse(checkpoint::file_of(files, "vocab.txt", name), name + "/vocab.txt");

  if (parts.text.tokenizer == data::Tokenizer::kSentencePiece) {
    parts.pieces = data::PieceModel::parse(checkpoint::file_of(files, kPiecesFile, name), name + "/" + kPiecesFile);
  }

  const std::string seen_place = name + "/seen.safetensors";
  const checkpoint::ArrayFile seen =
      checkpoint::parse_arrays(checkpoint::file_of(files, "seen.safetensors", name), seen_place);
  parts.train_identities = identities_of(seen, "train", seen_place);
  parts.valid_identities = identities_of(seen, "valid", seen_place);

  if (has_ngrams) {
    parts.ngrams = read_ngrams(checkpoint::file_of(files, "ngrams.safetensors", name), parts.labels.size(),
                               parts.vocabulary, name + "/ngrams.safetensors");
  }

  const std::string weights_place = name + "/weights.safetensors";
  const checkpoint::ArrayFile weights =
      checkpoint::parse_arrays(checkpoint::file_of(files, "weights.safetensors", name), weights_place);
  const TextModelSizes sizes{parts.vocabulary.size(), static_cast<int64_t>(parts.labels.size()), parts.ngrams.width()};
  TextModel model(parts.model, sizes, std::nullopt);
  fill_module(*model, weights, weights_place);
  model->pack();
  return TextClassifier(std::move(parts), std::move(model));
}

}  // namespace fovea::tasks
