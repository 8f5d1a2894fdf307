#include "cli/twins.h"

#include <cmath>
#include <filesystem>

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

// A masked twin goes on from the model for so long, and at this share of its rate.
constexpr int64_t kMaskedEpochs = 4;
constexpr double kMaskedRate = 0.2;

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
  data.test_paths.clear();
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
  const Json& files = config.at("data");
  for (size_t i = 0; i < data.sha256.size(); ++i) {
    if (i < files.size() && files[i].at("sha256") == data.sha256[i]) continue;
    throw UserError(ExitCode::kBadData, data.paths[i] + ": is not what " + model + " was trained on",
                    "Give the same file in the same state (--train, --valid), or audit at --depth quick.");
  }
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
  if (const auto missing = missing_file(command)) {
    if (!options.train.empty() || !options.valid.empty()) {
      throw UserError(ExitCode::kNoInput, *missing + ": there is no such file", "It was given by --train or --valid.");
    }
    *why = *missing + " is not there (--train names where it is now)";
    return nullptr;
  }
  tasks::TextData data = tasks::load_text_data(command.data);
  check_hashes(config, data, options.model);
  return std::unique_ptr<ModelTwins>(new ModelTwins(options, std::move(command), std::move(files), std::move(data)));
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
  recipe.command.train.max_epochs = kMaskedEpochs;
  recipe.command.train.learning_rate *= kMaskedRate;
  return twin(recipe);
}

audit::Twin ModelTwins::lightly_masked() {
  Recipe recipe{"lightly-masked", command_, &data_, model_.get(), {.texts = 1, .most = 0.1}};
  recipe.command.train.max_epochs = kMaskedEpochs;
  recipe.command.train.learning_rate *= kMaskedRate;
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
