#include "cli/twins.h"

#include <cmath>
#include <filesystem>

#include "audit/result.h"
#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "checkpoint/folder.h"
#include "checkpoint/load.h"
#include "cli/interrupt.h"
#include "cli/settings.h"
#include "cli/train_flow.h"

namespace fovea::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTwinFile = "twin.json";  // in a twin's folder: whose twin it is, and how it was made

// A classifier with what asks it; the parts refer to each other, so that they stay together.
class LoadedTwin {
 public:
  LoadedTwin(const checkpoint::Files& files, const std::string& name)
      : classifier_(tasks::TextClassifier::load(files, name)), subject_(classifier_), attributor_(subject_) {}

  attribution::TextSubject& subject() { return subject_; }
  attribution::TextAttributor& attributor() { return attributor_; }

 private:
  tasks::TextClassifier classifier_;
  attribution::TextSubject subject_;
  attribution::TextAttributor attributor_;
};

class SharedSubject : public attribution::Subject {
 public:
  explicit SharedSubject(std::shared_ptr<LoadedTwin> twin) : twin_(std::move(twin)) {}
  int64_t classes() const override { return twin_->subject().classes(); }
  std::vector<attribution::Reading> read(std::span<const attribution::Text> texts) override {
    return twin_->subject().read(texts);
  }
  std::vector<std::vector<double>> logits(std::span<const attribution::Text> texts) override {
    return twin_->subject().logits(texts);
  }
  std::vector<std::vector<double>> logits_under(const attribution::Text& text,
                                                std::span<const attribution::Looks> variants) override {
    return twin_->subject().logits_under(text, variants);
  }

 private:
  std::shared_ptr<LoadedTwin> twin_;
};

class SharedAttributor : public attribution::Attributor {
 public:
  explicit SharedAttributor(std::shared_ptr<LoadedTwin> twin) : twin_(std::move(twin)) {}
  std::vector<attribution::Attribution> attribute(attribution::Method method, std::span<const attribution::Text> texts,
                                                  std::span<const int64_t> towards, uint64_t seed) override {
    return twin_->attributor().attribute(method, texts, towards, seed);
  }

 private:
  std::shared_ptr<LoadedTwin> twin_;
};

audit::Twin asked(const checkpoint::Files& files, const std::string& name) {
  const auto twin = std::make_shared<LoadedTwin>(files, name);
  return {std::make_unique<SharedSubject>(twin), std::make_unique<SharedAttributor>(twin)};
}

std::string identity_of(const checkpoint::Files& files) {
  std::string state;
  for (const char* name : {"config.json", "vocab.txt", "weights.safetensors"}) state += sha256(files.at(name));
  return sha256(state);
}

// The names of the files that training read, as they are now, and their hashes as they were.
void take_paths(TrainCommand& command, const TwinOptions& options) {
  tasks::TextDataOptions& data = command.data;
  if (!data.test_paths.empty()) {  // then no test part was cut from DATA
    data.split.train += data.split.test;
    data.split.test = 0;
    data.test_paths.clear();
  }
  if (!options.train.empty()) data.paths = options.train;
  if (!options.valid.empty()) data.valid_paths = options.valid;
}

std::optional<std::string> missing_file(const TrainCommand& command) {
  for (const auto* paths : {&command.data.paths, &command.data.valid_paths}) {
    for (const std::string& path : *paths) {
      if (!fs::exists(path)) return path;
    }
  }
  return std::nullopt;
}

void check_hashes(const Json& config, const tasks::TextData& data, const std::string& model) {
  std::vector<std::string> known;
  for (const Json& file : config.at("data")) {
    const auto path = file.at("path").get<std::string>();
    if (!path.starts_with("test: ")) known.push_back(file.at("sha256").get<std::string>());
  }
  for (size_t i = 0; i < data.sha256.size(); ++i) {
    if (i < known.size() && known[i] == data.sha256[i]) continue;
    throw UserError(ExitCode::kBadData, data.paths[i] + ": is not what " + model + " was trained on",
                    "Give the same file in the same state (--train, --valid), or audit at --depth quick.");
  }
  if (known.size() > data.sha256.size()) {
    throw UserError(ExitCode::kBadData,
                    model + " was trained on " + std::to_string(known.size()) + " files, here are " +
                        std::to_string(data.sha256.size()),
                    "Give them all, in the same order (--train, --valid), or audit at --depth quick.");
  }
}

// Twins read texts by the word numbers of the model.
void check_same_words(const tasks::TextData& data, const tasks::TextClassifierParts& parts, const std::string& model) {
  if (data.labels == parts.labels && data.vocabulary.serialize() == parts.vocabulary.serialize()) return;
  throw UserError(ExitCode::kBadData, model + ": its training data does not give the words and labels that it knows",
                  "It was made by another version of Fovea or of ICU: train it anew, or audit at --depth quick.");
}

// Once more over the texts, at a lower rate.
void go_on(TrainCommand& command) {
  command.train.max_epochs = audit::kMaskedEpochs;
  command.train.max_steps = 0;
  command.train.learning_rate *= audit::kMaskedRate;
}

}  // namespace

struct ModelTwins::Recipe {
  std::string name;  // of its folder
  TrainCommand command;
  tasks::TextData* data = nullptr;
  const tasks::TextClassifier* start = nullptr;
  tasks::MaskingOptions masking;
};

std::unique_ptr<ModelTwins> ModelTwins::find(const TwinOptions& options, std::string* why) {
  checkpoint::Files files = checkpoint::load_model(options.model);
  const std::string place = options.model + "/config.json";
  const Json config = Json::parse(files.at("config.json"));
  TrainCommand command = command_of_settings(config.at("options"), place);
  if (!command.init.empty()) {
    *why = "the model went on from " + command.init + " (--init), and only that has all of its data";
    return nullptr;
  }
  take_paths(command, options);
  const Json refit = Json::parse(files.at("metrics.json")).value("refit", Json());
  if (!refit.is_null()) {  // it learnt from the validation part too, for a number of steps that was known
    command.data.learn_valid = true;
    command.train.max_steps = refit.at("steps").get<int64_t>();
  }
  if (const auto missing = missing_file(command)) {
    if (!options.train.empty() || !options.valid.empty()) {
      throw UserError(ExitCode::kNoInput, *missing + ": there is no such file", "It was given by --train or --valid.");
    }
    *why = *missing + " is not there (--train names where it is now)";
    return nullptr;
  }
  tasks::TextData data = tasks::load_text_data(command.data);
  check_hashes(config, data, options.model);
  std::unique_ptr<ModelTwins> twins(new ModelTwins(options, std::move(command), std::move(files), std::move(data)));
  check_same_words(twins->data_, twins->model_->parts(), options.model);
  return twins;
}

ModelTwins::ModelTwins(TwinOptions options, TrainCommand command, checkpoint::Files files, tasks::TextData data)
    : options_(std::move(options)),
      command_(std::move(command)),
      model_(std::make_unique<tasks::TextClassifier>(tasks::TextClassifier::load(files, options_.model))),
      identity_(identity_of(files)),
      data_(std::move(data)) {
  command_.quantize = false;
  command_.force = true;
}

audit::Twin ModelTwins::twin(const Recipe& recipe) {
  const fs::path folder = fs::path(options_.model + ".twins") / recipe.name;
  Json made = {{"of", identity_},
               {"settings", settings_json(recipe.command)},
               {"masking", recipe.masking.to_json()},
               {"goes_on", recipe.start != nullptr}};
  made["settings"].erase("threads");
  const std::string wanted = to_pretty(made);
  if (fs::exists(folder / "manifest.json")) {
    const checkpoint::Files files = checkpoint::load_model(folder);
    const auto found = files.find(kTwinFile);
    if (found != files.end() && found->second == wanted) return asked(files, folder.string());
  }
  checkpoint::Files files = train(recipe);
  files[kTwinFile] = wanted;
  checkpoint::PartialFolder::create(folder, true).finish(files, true, false);
  ++trained_;
  return asked(files, folder.string());
}

checkpoint::Files ModelTwins::train(const Recipe& recipe) {
  StudyTraining study;
  study.data = recipe.data;
  study.read_test = false;
  study.start = recipe.start;
  study.masking = recipe.masking;
  study.own_length = false;
  study.temperature = model_->parts().temperature;
  if (options_.progress) {
    study.progress = [&](const train::Progress& p) {
      options_.progress(recipe.name,
                        static_cast<double>(p.step) / static_cast<double>(std::max<int64_t>(p.total_steps, 1)));
    };
  }
  TrainOutcome outcome = train_in_study(recipe.command, study);
  if (outcome.code == ExitCode::kInterrupted) {
    throw UserError(ExitCode::kInterrupted, "fovea audit: interrupted",
                    "The same command goes on with the twins that are trained already.");
  }
  outcome.files.erase("metrics.jsonl");
  return std::move(outcome.files);
}

audit::Twin ModelTwins::seed(int64_t number) {
  Recipe recipe{"seed-" + std::to_string(number), command_, &data_, nullptr, {}};
  recipe.command.train.seed += static_cast<uint64_t>(number);
  return twin(recipe);
}

// Without weights there are neither several looks nor a scorer; all else is as it was.
audit::Twin ModelTwins::even(int64_t number) {
  Recipe recipe{"even-" + std::to_string(number), command_, &data_, nullptr, {}};
  recipe.command.train.seed += static_cast<uint64_t>(number);
  tasks::TextModelOptions& model = recipe.command.model;
  model.attention = nn::PoolingKind::kMean;
  model.heads = 1;
  if (model.structure == tasks::Structure::kRows) model.structure = tasks::Structure::kFlat;
  return twin(recipe);
}

audit::Twin ModelTwins::masked() {
  Recipe recipe{"masked", command_, &data_, model_.get(), {.texts = 0.5, .most = 1}};
  go_on(recipe.command);
  return twin(recipe);
}

audit::Twin ModelTwins::lightly_masked() {
  Recipe recipe{"lightly-masked", command_, &data_, model_.get(), {.texts = 1, .most = 0.1}};
  go_on(recipe.command);
  return twin(recipe);
}

audit::Twin ModelTwins::planted() {
  return twin({"planted", command_, &planted_data().data, nullptr, {}});
}

std::vector<int32_t> ModelTwins::planted_words() {
  return planted_data().words;
}

tasks::PlantedData& ModelTwins::planted_data() {
  if (!planted_) planted_.emplace(tasks::plant(data_, command_.data.split.seed));
  return *planted_;
}

}  // namespace fovea::cli
