#include "flows/twins.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "audit/result.h"
#include "base/errors.h"
#include "base/files.h"
#include "checkpoint/folder.h"
#include "checkpoint/load.h"
#include "checkpoint/place.h"
#include "flows/settings.h"
#include "flows/training.h"

namespace fovea::flows {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTwinFile = "twin.json";  // in a twin's folder: whose twin it is, and how it was made

// The names of the files that training read, as they are now.
void take_paths(TrainPlan& plan, const TwinOptions& options) {
  tasks::DataFiles& data = plan.settings->files();
  if (!data.test_paths.empty()) {  // then no test part was cut from DATA
    data.split.train += data.split.test;
    data.split.test = 0;
    data.test_paths.clear();
  }
  if (!options.train.empty()) data.paths = options.train;
  if (!options.valid.empty()) data.valid_paths = options.valid;
}

std::optional<std::string> missing_file(const TrainPlan& plan) {
  const tasks::DataFiles& data = plan.settings->files();
  for (const auto* paths : {&data.paths, &data.valid_paths}) {
    for (const std::string& path : *paths) {
      if (!is_there(path)) return path;
    }
  }
  return std::nullopt;
}

void check_hashes(const Json& config, const tasks::Data& data, const std::string& model) {
  std::vector<std::string> known;
  for (const Json& file : config.at("data")) {
    const auto path = file.at("path").get<std::string>();
    if (!path.starts_with("test: ")) known.push_back(file.at("sha256").get<std::string>());
  }
  const std::vector<std::string>& now = data.sha256();
  for (size_t i = 0; i < now.size(); ++i) {
    if (i < known.size() && known[i] == now[i]) continue;
    throw UserError(ExitCode::kBadData, data.paths()[i] + ": is not what " + model + " was trained on",
                    "Give the same file in the same state (--train, --valid), or audit at --depth quick.");
  }
  if (known.size() > now.size()) {
    throw UserError(
        ExitCode::kBadData,
        model + " was trained on " + std::to_string(known.size()) + " files, here are " + std::to_string(now.size()),
        "Give them all, in the same order (--train, --valid), or audit at --depth quick.");
  }
}

// Once more over the data, at a lower rate.
void go_on(TrainPlan& plan) {
  plan.train.max_epochs = audit::kMaskedEpochs;
  plan.train.max_steps = 0;
  plan.train.learning_rate *= audit::kMaskedRate;
}

// The settings of a twin without the places of its files: the same files elsewhere make the same twin.
Json settings_without_places(const TrainPlan& plan) {
  Json settings = settings_json(plan);
  settings.erase("threads");
  for (const char* paths : {"paths", "valid_paths", "test_paths"}) settings["data"].erase(paths);
  return settings;
}

}  // namespace

namespace {

// Of everything that a twin is, but for its record.
std::string hash_of(checkpoint::Files files) {
  for (const char* later : {kTwinFile, "manifest.json", "metrics.jsonl"}) files.erase(later);
  return checkpoint::identity(files);
}

// Whether a twin that was found has a record of what is wanted, and is what was recorded: its files are those that were
// written then, and their own settings are those of the record.
bool is_recorded(const checkpoint::Files& files, Json wanted, const TrainPlan& plan) {
  const auto found = files.find(kTwinFile);
  if (found == files.end()) return false;
  wanted["sha256"] = hash_of(files);
  if (found->second != to_pretty(wanted)) return false;
  const Json config = checkpoint::json_of(files, "config.json", "the twin");
  return config.at("options").at("model") == settings_json(plan).at("model");
}

}  // namespace

std::unique_ptr<ModelTwins> ModelTwins::find(const TwinOptions& options, const AuditedInputs& audited,
                                             std::string& why) {
  OpenModel model = open_model(options.model);
  const std::string place = options.model + "/config.json";
  const Json config = checkpoint::json_of(model.files, "config.json", options.model);
  TrainPlan plan = plan_of(model.model->kind(), config.at("options"), place);
  if (!plan.init.empty()) {
    why = "the model went on from " + plan.init + " (--init), and only that has all of its data";
    return nullptr;
  }
  take_paths(plan, options);
  const Json metrics = checkpoint::json_of(model.files, "metrics.json", options.model);
  const Json refit = metrics.value("refit", Json());
  if (!refit.is_null()) {  // it learnt from the validation part too, for a number of steps that was known
    plan.settings->files().learn_valid = true;
    plan.train.max_steps =
        take_json(options.model + "/metrics.json", "", [&] { return refit.at("steps").get<int64_t>(); });
  }
  const bool places_given = !options.train.empty() || !options.valid.empty();
  if (const auto missing = missing_file(plan)) {
    if (places_given) {
      throw UserError(ExitCode::kNoInput, *missing + ": there is no such file", "It was given by --train or --valid.");
    }
    why = *missing + " is not there (--train names where it is now)";
    return nullptr;
  }
  std::unique_ptr<tasks::Data> data;
  try {
    data = plan.kind->load(*plan.settings, nullptr);
  } catch (const UserError& error) {  // such as a file of word vectors
    if (error.code() != ExitCode::kNoInput || places_given) throw;
    why = error.what();
    return nullptr;
  }
  take_json(place, "", [&] { check_hashes(config, *data, options.model); });
  if (!model.model->knows_the_same(*data)) {
    throw UserError(ExitCode::kBadData,
                    options.model + ": its training data does not give the words and labels that it knows",
                    "It was made by another version of Fovea or of ICU: train it anew, or audit at --depth quick.");
  }
  return std::unique_ptr<ModelTwins>(
      new ModelTwins(options, audited, std::move(plan), std::move(model), std::move(data)));
}

ModelTwins::ModelTwins(TwinOptions options, const AuditedInputs& audited, TrainPlan plan, OpenModel model,
                       std::unique_ptr<tasks::Data> data)
    : options_(std::move(options)),
      audited_(audited),
      plan_(std::move(plan)),
      model_(std::move(model)),
      identity_(checkpoint::identity(model_.files)),
      data_(std::move(data)) {
  plan_.quantize = false;
  plan_.force = true;
  plan_.refit = false;  // its rows are in `data` already
}

ModelTwins::Recipe ModelTwins::recipe(const std::string& name) const {
  return {.name = name,
          .plan = plan_,
          .data = data_.get(),
          .start = nullptr,
          .masking = {},
          .adversary = {},
          .weights_of = nullptr};
}

std::shared_ptr<const tasks::Model> ModelTwins::model_of(const Recipe& recipe) {
  const fs::path folder = fs::path(checkpoint::plain_path(options_.model).string() + ".twins") / recipe.name;
  Json wanted = {{"of", identity_},
                 {"data", recipe.data->sha256()},
                 {"settings", settings_without_places(recipe.plan)},
                 {"masking", recipe.masking.to_json()},
                 {"goes_on", recipe.start != nullptr}};
  if (recipe.adversary.base) wanted["adversary"] = recipe.adversary.pull;
  if (recipe.weights_of) wanted["weights"] = recipe.name;
  if (!recipe.hidden.empty()) wanted["hidden"] = recipe.hidden;
  if (is_there(folder / "manifest.json")) {
    try {
      const checkpoint::Files files = checkpoint::load_model(folder);
      if (is_recorded(files, wanted, recipe.plan)) {
        if (!trained_.count(recipe.name)) found_.insert(recipe.name);
        return plan_.kind->open(files, folder.string());
      }
    } catch (const UserError& error) {
      if (error.code() != ExitCode::kBadData) throw;
      if (options_.warned) options_.warned(std::string(error.what()) + "; that twin is trained anew");
    }
  }
  checkpoint::Files files = train(recipe);
  wanted["sha256"] = hash_of(files);
  files[kTwinFile] = to_pretty(wanted);
  trained_.insert(recipe.name);
  checkpoint::PartialFolder::create(folder, true).finish(files, true, false);
  return plan_.kind->open(files, folder.string());
}

audit::Twin ModelTwins::twin(const Recipe& recipe) {
  struct Kept {
    std::shared_ptr<const tasks::Model> model;
    tasks::Asked asked;
  };
  const auto kept = std::make_shared<Kept>();
  kept->model = model_of(recipe);
  kept->asked = kept->model->ask(*audited_.inputs, audited_.chosen);
  return {.subject = {kept, kept->asked.subject.get()}, .attributor = {kept, kept->asked.attributor.get()}};
}

checkpoint::Files ModelTwins::train(const Recipe& recipe) const {
  tasks::FrozenWeights weights;
  if (recipe.weights_of) weights = plan_.kind->weights_of(*recipe.weights_of, *data_);
  const InMemory options{.read_test = false,
                         .start = recipe.start,
                         .masking = recipe.masking,
                         .adversary = recipe.adversary,
                         .weights = recipe.weights_of ? &weights : nullptr,
                         .own_length = false,
                         .temperature = model_.model->temperature()};
  TrainEvents events;
  if (options_.progress) {
    events.progress = [&](const TrainPlan&, const train::Progress& p) {
      options_.progress(recipe.name,
                        static_cast<double>(p.step) / static_cast<double>(std::max<int64_t>(p.total_steps, 1)));
    };
  }
  events.should_stop = options_.should_stop;
  TrainOutcome outcome = train_in_memory(recipe.plan, *recipe.data, options, events);
  if (outcome.interrupted) {
    throw UserError(ExitCode::kInterrupted, "fovea audit: interrupted",
                    "The same command goes on with the twins that are trained already.");
  }
  outcome.files.erase("metrics.jsonl");
  return std::move(outcome.files);
}

ModelTwins::Recipe ModelTwins::seed_recipe(int64_t number) const {
  Recipe wanted = recipe("seed-" + std::to_string(number));
  wanted.plan.train.seed += static_cast<uint64_t>(number);
  return wanted;
}

audit::Twin ModelTwins::seed(int64_t number) {
  return twin(seed_recipe(number));
}

audit::Twin ModelTwins::even(int64_t number) {
  Recipe wanted = recipe("even-" + std::to_string(number));
  wanted.plan.train.seed += static_cast<uint64_t>(number);
  wanted.plan.settings->make_even();
  return twin(wanted);
}

audit::Twin ModelTwins::masked() {
  Recipe wanted = recipe("masked");
  wanted.start = model_.model.get();
  wanted.masking = {.inputs = 0.5, .most = 1};
  go_on(wanted.plan);
  return twin(wanted);
}

audit::Twin ModelTwins::lightly_masked() {
  Recipe wanted = recipe("lightly-masked");
  wanted.start = model_.model.get();
  wanted.masking = {.inputs = 1, .most = 0.1};
  go_on(wanted.plan);
  return twin(wanted);
}

std::optional<audit::PlantedTwin> ModelTwins::planted(attribution::Shortcut shortcut, uint64_t seed) {
  const auto planted = plan_.kind->planted(*data_, shortcut, plan_.settings->files().split.seed);
  if (!planted) return std::nullopt;
  const std::string name(shortcut_name(shortcut));
  Recipe wanted = recipe(shortcut == attribution::Shortcut::kPart ? "planted" : "planted-" + name);
  wanted.data = &planted->data();
  // What two parts say together is not learnt where dropout hides either: so SST-2's model followed the one that counts
  // only beside another alone in 86 % of the texts.
  if (parts_of(shortcut) > 1) wanted.plan.settings->drop_little();
  struct Kept {
    std::shared_ptr<const tasks::Model> model;
    tasks::PlantedInputs planted;
  };
  const auto kept = std::make_shared<Kept>();
  kept->model = model_of(wanted);
  kept->planted = planted->plant(kept->model, *model_.model, *audited_.inputs, audited_.chosen, seed);
  audit::PlantedTwin out{.twin = {.subject = {kept, kept->planted.taught.subject.get()},
                                  .attributor = {kept, kept->planted.taught.attributor.get()}},
                         .shortcut = shortcut,
                         .classes = kept->planted.classes,
                         .places = kept->planted.places,
                         .untaught = {kept, kept->planted.untaught.get()},
                         .incomplete = nullptr};
  if (kept->planted.incomplete) out.incomplete = {kept, kept->planted.incomplete.get()};
  return out;
}

// Its last parameters are kept: no score of the labels says how well it does.
ModelTwins::Recipe ModelTwins::adversary_recipe(double pull) const {
  std::ostringstream name;
  name << "adversary-" << pull;
  Recipe wanted = recipe(name.str());
  wanted.adversary = {model_.model.get(), pull};
  wanted.plan.train.evaluations_per_epoch = 0;
  return wanted;
}

std::optional<audit::Twin> ModelTwins::adversary(double pull) {
  if (!plan_.kind->trains_adversaries()) return std::nullopt;
  return twin(adversary_recipe(pull));
}

std::optional<audit::Twin> ModelTwins::transfer(audit::TransferWeights weights, double pull) {
  using audit::TransferWeights;
  const Recipe against = adversary_recipe(pull);
  const std::string names[] = {"even", "own", "model", against.name};
  Recipe wanted = recipe("transfer-" + names[static_cast<size_t>(weights)]);
  const std::unique_ptr<tasks::Data> data = plan_.kind->without_context(*wanted.plan.settings, *data_);
  if (!data) return std::nullopt;
  wanted.data = data.get();
  if (weights != TransferWeights::kOwn) wanted.plan.settings->make_even();
  if (weights == TransferWeights::kModel) wanted.weights_of = model_.model;
  if (weights == TransferWeights::kAdversary) wanted.weights_of = model_of(against);
  return twin(wanted);
}

}  // namespace fovea::flows
