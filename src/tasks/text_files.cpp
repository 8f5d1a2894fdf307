// A text classifier as the files of its folder, and back: docs/formats.md describes them.
#include <cstring>
#include <optional>
#include <set>

#include "base/errors.h"
#include "tasks/tensors.h"
#include "tasks/text_classifier.h"

namespace fovea::tasks {
namespace {

checkpoint::NamedArray identities_array(const std::string& name, const std::vector<uint64_t>& identities) {
  checkpoint::NamedArray array{name, checkpoint::ElementType::kInt64, {static_cast<int64_t>(identities.size())}, {}};
  array.bytes.assign(reinterpret_cast<const char*>(identities.data()), identities.size() * sizeof(uint64_t));
  return array;
}

std::vector<uint64_t> identities_of(const checkpoint::ArrayFile& file, const std::string& name,
                                    const std::string& place) {
  const checkpoint::NamedArray* array = file.find(name);
  if (!array || array->type != checkpoint::ElementType::kInt64) {
    throw UserError(ExitCode::kBadData, place + ": has no array '" + name + "'");
  }
  std::vector<uint64_t> identities(array->bytes.size() / sizeof(uint64_t));
  std::memcpy(identities.data(), array->bytes.data(), array->bytes.size());
  return identities;
}

const std::string& file_named(const checkpoint::Files& files, const std::string& name, const std::string& model) {
  const auto found = files.find(name);
  if (found == files.end()) {
    throw UserError(ExitCode::kBadData, model + ": " + name + " is missing",
                    "Train the model again, or restore the folder.");
  }
  return found->second;
}

TextClassifierParts parse_parts(const Json& config, const std::string& place) {
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
  } catch (const Json::exception& error) {
    throw UserError(ExitCode::kBadData, place + ": " + error.what());
  }
  if (parts.labels.size() < 2 || parts.labels.size() != parts.label_counts.size()) {
    throw UserError(ExitCode::kBadData, place + ": labels and label_counts do not fit each other");
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
  checkpoint::ArrayFile weights;
  weights.metadata["format"] = "fovea-text";
  for (const auto& item : model->named_parameters()) weights.arrays.push_back(to_array(item.key(), item.value()));
  checkpoint::ArrayFile seen;
  seen.arrays = {identities_array("train", parts.train_identities), identities_array("valid", parts.valid_identities)};
  return {{"config.json", to_pretty(config)},
          {"vocab.txt", parts.vocabulary.serialize()},
          {"weights.safetensors", checkpoint::serialize_arrays(weights)},
          {"seen.safetensors", checkpoint::serialize_arrays(seen)}};
}

TextClassifier TextClassifier::load(const checkpoint::Files& files, const std::string& name) {
  const std::string place = name + "/config.json";
  const Json config = Json::parse(file_named(files, "config.json", name), nullptr, false);
  if (config.is_discarded()) throw UserError(ExitCode::kBadData, place + ": is not JSON");
  TextClassifierParts parts = parse_parts(config, place);
  parts.vocabulary = data::Vocabulary::parse(file_named(files, "vocab.txt", name), name + "/vocab.txt");

  const std::string seen_place = name + "/seen.safetensors";
  const checkpoint::ArrayFile seen = checkpoint::parse_arrays(file_named(files, "seen.safetensors", name), seen_place);
  parts.train_identities = identities_of(seen, "train", seen_place);
  parts.valid_identities = identities_of(seen, "valid", seen_place);

  const std::string weights_place = name + "/weights.safetensors";
  const checkpoint::ArrayFile weights =
      checkpoint::parse_arrays(file_named(files, "weights.safetensors", name), weights_place);
  TextModel model(parts.model, parts.vocabulary.size(), static_cast<int64_t>(parts.labels.size()), std::nullopt);
  for (auto& item : model->named_parameters()) copy_array(weights, item.key(), item.value(), weights_place);
  model->pack();
  return TextClassifier(std::move(parts), std::move(model));
}

}  // namespace fovea::tasks
