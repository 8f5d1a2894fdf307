// `fovea tune`: settings searched on the validation part within a budget of time, and the model that they give.
#include "study/tune.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "base/timing.h"
#include "checkpoint/load.h"
#include "cli/arguments/training_with.h"
#include "cli/arguments/write_config.h"
#include "cli/console.h"
#include "cli/data_report.h"
#include "cli/fit_command.h"
#include "cli/interrupt.h"
#include "cli/study_model.h"
#include "cli/study_trainings.h"
#include "cli/train_flow.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/tuning_text.h"
#include "study/run_store.h"
#include "tasks/text_classifier.h"
#include "tasks/text_test.h"

namespace fovea::cli {
namespace {

namespace fs = std::filesystem;

class Tune {
 public:
  explicit Tune(const TuneCommand& command) : command_(command), trainings_(command.training), live_(command.common) {}

  ExitCode go() {
    const report::Style style = begin(command_.common);
    make_plan();
    store_.emplace(command_.out, command_.force);
    if (command_.force) {
      fs::remove_all(models());
      remove_delivered();
    }
    watch_interrupts();
    const study::TuneHooks hooks = make_hooks();
    const study::TuneResult result = study::tune(plan_, hooks);
    release_interrupts();
    live_.clear();
    report::TuningFacts facts{data_name_, command_.budget, command_.max_bytes, plan_.metric, command_.out, "", "", {}};
    if (result.best) deliver_best(result, &facts);
    if (!result.interrupted) remove_models();
    if (!result.interrupted && !result.best) remove_delivered();
    const Json json = report::tuning_json(result, facts);
    write_file(fs::path(command_.out) / "trials.json", to_pretty(json));
    deliver_json(command_.common, json);
    if (!command_.common.json) print(report::tuning_text(result, facts, style) + places(result, facts));
    if (result.interrupted) return ExitCode::kInterrupted;
    return result.best ? ExitCode::kFine : ExitCode::kBadData;
  }

 private:
  fs::path models() const { return fs::path(command_.out) / "models"; }
  fs::path settings_file() const { return fs::path(command_.out) / "best.toml"; }
  fs::path model() const { return fs::path(command_.out) / "model"; }

  void make_plan() {
    training_with(command_.training, {});  // refuses what cannot apply
    TrainCommand usual = trainings_.command({}, trainings_.first_seed());
    const tasks::TextData& data = trainings_.data(usual);
    choose_length(usual, data.train);
    TrainCommand fitted = usual;
    fit_to_data(fitted, data);  // refuses what these data cannot have, before anything is tried or removed
    plan_.epochs = usual.train.max_epochs;
    patience_ = usual.train.patience;
    plan_.seed = trainings_.first_seed();
    plan_.metric = usual.train.metric;
    plan_.seconds = command_.budget;
    for (study::Stage stage : study::search_space()) {
      std::erase_if(stage.dimensions, [&](const study::Dimension& one) { return is_settled(one.option); });
      const study::Settings given = {{"optimizer", train::optimizer_name(usual.train.optimizer)}};
      for (study::Dimension& one : stage.dimensions) one = study::fitted(one, given);
      if (!stage.dimensions.empty()) plan_.space.push_back(std::move(stage));
    }
    for (const std::string& path : data.paths) {
      data_name_ += (data_name_.empty() ? "" : ", ") + fs::path(path).filename().string();
    }
    choose_start();
    tell("search", clock_time(command_.budget) + " for settings of " + data_name_ + "\n" +
                       with_commas(data.train.size()) + " training and " + with_commas(data.valid.size()) +
                       " validation texts\nthe test part is read once, at the end\nCtrl-C keeps the best so far in " +
                       command_.out + "; the same command goes on");
  }

  // Given, or decided by what is given: the file of word vectors has their size.
  bool is_settled(const std::string& option) const {
    return trainings_.is_given(option) || (option == "embedding-size" && trainings_.is_given("vectors"));
  }

  // The usual settings, or where those are too large the largest of the smaller ones that are not.
  void choose_start() {
    if (refusal({}).empty()) return;
    for (const study::Settings& smaller : study::smaller_settings()) {
      study::Settings settings = smaller;
      std::erase_if(settings, [&](const study::Setting& one) { return is_settled(one.option); });
      settings = applicable(settings, settings);
      if (!refusal(settings).empty()) continue;
      plan_.start = settings;
      return;
    }
    throw UserError(ExitCode::kUsage, "--max-size: no settings that are searched give so small a model on these data",
                    "Allow more, or make the vocabulary smaller with --max-vocabulary or --min-count.");
  }

  study::Settings with_length(study::Settings settings, int64_t epochs) const {
    settings.push_back({"max-epochs", std::to_string(epochs)});
    if (!trainings_.is_given("patience")) settings.push_back({"patience", std::to_string(patience_)});
    return settings;
  }

  TrainCommand training(const study::Settings& settings, uint64_t seed, int64_t epochs) const {
    return trainings_.command(with_length(settings, epochs), seed);
  }

  // Each setting is kept where it can be trained beside those kept before it.
  study::Settings applicable(const study::Settings& settings, const study::Settings& sure) const {
    study::Settings kept;
    const auto take = [&](const study::Setting& setting) {
      if (std::find(kept.begin(), kept.end(), setting) != kept.end()) return;
      kept.push_back(setting);
      try {
        training_with(command_.training, kept);
      } catch (const UserError&) {
        kept.pop_back();
      }
    };
    for (const study::Setting& setting : sure) take(setting);
    for (const study::Setting& setting : settings) take(setting);
    return kept;
  }

  std::string refusal(const study::Settings& settings) {
    if (command_.max_bytes == 0) return "";
    const std::string name = study::long_name(settings);
    const auto known = bytes_.find(name);
    int64_t bytes = 0;
    if (known != bytes_.end()) {
      bytes = known->second;
    } else {
      const TrainCommand command = trainings_.command(settings, plan_.seed);
      try {
        bytes = bytes_[name] = model_bytes(command, trainings_.data(command));
      } catch (const UserError& error) {
        if (is_of_surroundings(error)) throw;
        return error.what();  // such a model cannot be made of these data
      }
    }
    return bytes <= command_.max_bytes ? "" : "a model of " + with_commas(bytes) + " bytes is above --max-size";
  }

  std::optional<study::Run> train(const study::Trial& trial, double limit) {
    StudyTrainings::Wishes wishes;
    wishes.read_test = false;
    wishes.max_seconds = limit;
    wishes.files = &last_files_;
    wishes.progress = [this, &trial](const train::Progress& p) { draw(trial, p); };
    last_key_ = trial.key;
    last_files_.clear();
    const Stopwatch clock;
    std::optional<study::Run> run;
    bool keep = true;
    try {
      run = trainings_.train(training(trial.settings, trial.seed, trial.epochs), wishes);
    } catch (const UserError& error) {
      if (is_of_surroundings(error)) throw;
      keep = error.code() != ExitCode::kInternal;  // with more memory it may succeed
      run.emplace();
      run->failure = error.what();
      run->seconds = clock.seconds();
    }
    // One that the search has cut short is no training of these settings: with more time it is made anew.
    const bool cut = run && run->stopped == "max-minutes" && run->seconds >= 0.95 * limit;
    if (run && keep && !cut)
      store_->keep(trial.key, {{"settings", study::long_name(trial.settings)}, {"epochs", trial.epochs}}, *run);
    return run;
  }

  // Models that may still be chosen are kept.
  void keep_models(const study::Trial& best, const std::vector<std::string>& wanted) {
    const auto is_wanted = [&](const std::string& key) {
      return std::find(wanted.begin(), wanted.end(), key) != wanted.end();
    };
    write_settings(best);
    if (!last_files_.empty() && is_wanted(last_key_)) write_study_model(models() / last_key_, std::move(last_files_));
    last_files_.clear();
    wanted_ = wanted;
  }

  // At the end: a trial found in the folder may have been wanted before others that were found.
  void remove_models() {
    std::error_code ignored;
    std::vector<fs::path> old;
    for (const auto& entry : fs::directory_iterator(models(), ignored)) {
      const std::string key = entry.path().filename().string();
      if (std::find(wanted_.begin(), wanted_.end(), key) == wanted_.end()) old.push_back(entry.path());
    }
    for (const fs::path& path : old) fs::remove_all(path, ignored);
  }

  // What an earlier search has found, which would pass for a finding of this one.
  void remove_delivered() const {
    std::error_code ignored;
    fs::remove(settings_file(), ignored);
    fs::remove_all(model(), ignored);
  }

  void write_settings(const study::Trial& best) const {
    std::vector<GivenOption> options = command_.training;
    // Of the preset what the model has of it.
    const auto preset =
        std::find_if(options.begin(), options.end(), [](const auto& one) { return one.name == "preset"; });
    if (preset != options.end()) {
      const int64_t members = training(best.settings, best.seed, best.epochs).model.members;
      *preset = {"members", {std::to_string(members)}};
      if (trainings_.is_given("members")) options.erase(preset);
    }
    // Of the full length, also where the search has ended with short trainings alone.
    for (const study::Setting& setting : with_length(best.settings, plan_.epochs)) {
      std::erase_if(options, [&](const GivenOption& one) { return one.name == setting.option; });
      options.push_back({setting.option, {setting.value}});
    }
    if (!trainings_.is_given("seed")) options.push_back({"seed", {std::to_string(plan_.seed)}});
    write_file(settings_file(), config_text("Settings found by fovea tune on " + data_name_ +
                                                ".\nfovea train DATA --config best.toml --out MODEL",
                                            options));
  }

  study::TuneHooks make_hooks() {
    study::TuneHooks hooks;
    hooks.elapsed = [this] { return since_begun_.seconds(); };
    hooks.applicable = [this](const auto& settings, const auto& sure) { return applicable(settings, sure); };
    hooks.refusal = [this](const auto& settings) { return refusal(settings); };
    hooks.key = [this](const auto& settings, uint64_t seed, int64_t epochs) {
      return trainings_.key(training(settings, seed, epochs), false);
    };
    hooks.find = [this](const std::string& key) { return store_->find(key); };
    hooks.train = [this](const study::Trial& trial, double limit) { return train(trial, limit); };
    hooks.begins = [this](const study::Trial&, double spent) { spent_ = spent; };
    hooks.ended = [this](const study::Trial& trial, double spent) {
      live_.clear();
      const std::string name = study::long_name(trial.change);
      tell(trial.stage, (name.empty() ? "" : name + ", ") + std::to_string(trial.epochs) +
                            (trial.epochs == 1 ? " epoch: " : " epochs: ") +
                            (trial.failure.empty() ? "validation " + per_cent(trial.accuracy) : trial.failure) + ", " +
                            clock_time(plan_.seconds - spent) + " left");
    };
    hooks.left_out = [this](const std::string& stage) { tell(stage, "left out: no time is left for it"); };
    hooks.full = [this](const study::Trial& best, const auto& wanted) { keep_models(best, wanted); };
    return hooks;
  }

  void draw(const study::Trial& trial, const train::Progress& p) {
    if (!live_.shown() || since_drawn_.seconds() < 0.1) return;
    since_drawn_ = Stopwatch();
    live_.draw(trial.stage + "  " + study::long_name(trial.change) + "  epoch " + std::to_string(p.epoch) + "/" +
               std::to_string(p.max_epochs) + "  " + clock_time(plan_.seconds - spent_ - p.seconds) + " left");
  }

  static void tell(const std::string& name, const std::string& text) {
    std::string lines = summary_lines(name, text);
    lines.pop_back();  // the log ends its lines itself
    log::info(lines);
  }

  // The chosen model to its place; when the search has ended, after a look at the test part, the only one.
  void deliver_best(const study::TuneResult& result, report::TuningFacts* facts) {
    const study::Trial& best = result.trials[*result.best];
    write_settings(best);
    facts->settings_file = settings_file().string();
    checkpoint::Files files = model_of(best);
    if (files.empty()) return;  // interrupted before it was there once more
    if (!result.interrupted) read_test(best, &files, facts);
    write_study_model(model(), std::move(files));
    facts->model = model().string();
  }

  // Read again, or where somebody has removed it, trained again.
  checkpoint::Files model_of(const study::Trial& best) {
    std::error_code ignored;
    if (fs::exists(models() / best.key, ignored)) return checkpoint::load_model(models() / best.key);
    checkpoint::Files files;
    StudyTrainings::Wishes wishes;
    wishes.read_test = false;
    wishes.files = &files;
    trainings_.train(training(best.settings, best.seed, best.epochs), wishes);
    return files;
  }

  void read_test(const study::Trial& best, checkpoint::Files* files, report::TuningFacts* facts) {
    const tasks::TextData& data = trainings_.data(training(best.settings, best.seed, best.epochs));
    if (data.test_rows.empty()) return;
    tasks::TextClassifier classifier = tasks::TextClassifier::load(*files, model().string());
    facts->test = tasks::test_rows(classifier, data.test_rows, data.test_paths);
    facts->test->model = model().string();
    facts->test->data = "test part";
    facts->test->layout = data.summary.layout;
    Json metrics = Json::parse(files->at("metrics.json"));
    metrics["test"] = report::test_json(*facts->test);
    (*files)["metrics.json"] = to_pretty(metrics);
  }

  std::string places(const study::TuneResult& result, const report::TuningFacts& facts) const {
    std::string text;
    if (!facts.settings_file.empty()) {
      text += "\n" + summary_lines("settings", facts.settings_file + "\ntry: fovea train DATA --config " +
                                                   facts.settings_file + " --out MODEL");
    }
    if (!facts.model.empty()) text += summary_lines("model", facts.model);
    if (result.interrupted) text += summary_lines("stopped", "the same command goes on");
    return text;
  }

  const TuneCommand& command_;
  StudyTrainings trainings_;
  LiveLine live_;
  study::TunePlan plan_;
  int64_t patience_ = 0;
  std::string data_name_;
  std::optional<study::RunStore> store_;
  std::map<std::string, int64_t> bytes_;  // of a model, by its settings
  checkpoint::Files last_files_;          // the model of the last training
  std::string last_key_;
  std::vector<std::string> wanted_;  // keys of models that may still be chosen
  double spent_ = 0;
  Stopwatch since_begun_, since_drawn_;
};

}  // namespace

ExitCode run_tune(const TuneCommand& command) {
  return Tune(command).go();
}

}  // namespace fovea::cli
