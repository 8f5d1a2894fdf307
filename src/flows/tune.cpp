#include "flows/tune.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "base/timing.h"
#include "checkpoint/load.h"
#include "flows/auditing.h"
#include "flows/studies.h"
#include "flows/study_model.h"
#include "study/run_store.h"

namespace fovea::flows {
namespace {

namespace fs = std::filesystem;

class Tune {
 public:
  Tune(const Variants& variants, const TunePlan& wanted, const TuneEvents& events)
      : variants_(variants), wanted_(wanted), events_(events), trainings_(variants, events.warned) {}

  TuneOutcome go() {
    make_plan();
    store_.emplace(wanted_.out, wanted_.force);
    if (wanted_.force) {
      std::error_code error;
      fs::remove_all(models(), error);
      if (error) throw UserError(ExitCode::kCannotWrite, models().string() + ": cannot be removed: " + error.message());
      remove_delivered();
    }
    TuneOutcome outcome;
    outcome.result = study::tune(plan_, hooks());
    if (events_.closing) events_.closing();
    outcome.data = data_name_;
    outcome.measure = plan_.measure;
    outcome.goal = plan_.goal;
    if (outcome.result.best) deliver_best(outcome);
    if (!outcome.result.interrupted) remove_models();
    if (!outcome.result.interrupted && !outcome.result.best) remove_delivered();
    return outcome;
  }

 private:
  fs::path models() const { return fs::path(wanted_.out) / "models"; }
  fs::path settings_file() const { return fs::path(wanted_.out) / "best.toml"; }
  fs::path model() const { return fs::path(wanted_.out) / "model"; }

  void make_plan() {
    variants_.with({});  // refuses what cannot apply
    plan_.goal = wanted_.goal;
    if (plan_.goal == study::Goal::kTrust) trainings_.keep_valid();
    TrainPlan usual = trainings_.plan({}, trainings_.first_seed());
    const tasks::Data& data = trainings_.data(usual);
    choose_length(usual, data);
    TrainPlan fitted = usual;
    fitted.kind->fit(*fitted.settings, data, fitted.given);  // refuses what these data cannot have
    plan_.epochs = usual.train.max_epochs;
    patience_ = usual.train.patience;
    plan_.seed = trainings_.first_seed();
    for (const metrics::Measure& measure : usual.kind->measures()) {
      if (usual.train.metric == measure.name) plan_.measure = measure;
    }
    // What trust may cost is told of the measure that people ask for first, whichever epoch is kept.
    if (plan_.goal == study::Goal::kTrust) plan_.measure = usual.kind->measures().front();
    plan_.seconds = wanted_.budget;
    for (study::Stage stage : usual.kind->search_space().stages) {
      std::erase_if(stage.dimensions, [&](const study::Dimension& one) { return is_settled(usual, one.option); });
      const study::Settings given = {{"optimizer", train::optimizer_name(usual.train.optimizer)}};
      for (study::Dimension& one : stage.dimensions) one = study::fitted(one, given);
      if (!stage.dimensions.empty()) plan_.space.push_back(std::move(stage));
    }
    data_name_ = names_of(data);
    choose_start(usual);
    if (events_.begins) events_.begins(data_name_, trainings_.data(usual));  // others may have been loaded since
  }

  // Given, or decided by what is given.
  bool is_settled(const TrainPlan& usual, const std::string& option) const {
    return variants_.is_given(option) || usual.settings->is_decided(option);
  }

  // The usual settings, or where those are too large the largest of the smaller ones that are not.
  void choose_start(const TrainPlan& usual) {
    if (refusal({}).empty()) return;
    for (const study::Settings& smaller : usual.kind->search_space().smaller) {
      study::Settings settings = smaller;
      std::erase_if(settings, [&](const study::Setting& one) { return is_settled(usual, one.option); });
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
    if (!variants_.is_given("patience")) settings.push_back({"patience", std::to_string(patience_)});
    return settings;
  }

  TrainPlan training(const study::Settings& settings, uint64_t seed, int64_t epochs) const {
    return trainings_.plan(with_length(settings, epochs), seed);
  }

  // Each setting is kept where it can be trained beside those kept before it.
  study::Settings applicable(const study::Settings& settings, const study::Settings& sure) const {
    study::Settings kept;
    const auto take = [&](const study::Setting& setting) {
      if (std::find(kept.begin(), kept.end(), setting) != kept.end()) return;
      kept.push_back(setting);
      try {
        variants_.with(kept);
      } catch (const UserError&) {
        kept.pop_back();
      }
    };
    for (const study::Setting& setting : sure) take(setting);
    for (const study::Setting& setting : settings) take(setting);
    return kept;
  }

  std::string refusal(const study::Settings& settings) {
    if (wanted_.max_bytes == 0) return "";
    const std::string name = study::long_name(settings);
    const auto known = bytes_.find(name);
    int64_t bytes = 0;
    if (known != bytes_.end()) {
      bytes = known->second;
    } else {
      const TrainPlan plan = trainings_.plan(settings, plan_.seed);
      try {
        bytes = bytes_[name] = model_bytes(plan, trainings_.data(plan));
      } catch (const UserError& error) {
        if (is_of_surroundings(error)) throw;
        return error.what();  // such a model cannot be made of these data
      }
    }
    return bytes <= wanted_.max_bytes ? "" : "a model of " + with_commas(bytes) + " bytes is above --max-size";
  }

  std::optional<study::Run> train(const study::Trial& trial, double limit) {
    StudyTrainings::Wishes wishes;
    wishes.read_test = false;
    wishes.max_seconds = limit;
    wishes.files = &last_files_;
    wishes.should_stop = events_.should_stop;
    if (events_.progress) {
      wishes.progress = [this, &trial](const train::Progress& p) {
        events_.progress(trial, p, plan_.seconds - spent_ - p.seconds);
      };
    }
    last_key_ = trial.key;
    last_files_.clear();
    const Stopwatch clock;
    std::optional<study::Run> run;
    bool keep = true;
    try {
      const TrainPlan plan = training(trial.settings, trial.seed, trial.epochs);
      run = trainings_.train(plan, wishes);
      if (run && study::wants_audit(plan_, trial, *run) && !audit(trial, plan, *run)) return std::nullopt;
    } catch (const UserError& error) {
      if (is_of_surroundings(error)) throw;
      keep = error.code() != ExitCode::kInternal;  // with more memory it may succeed
      run.emplace();
      run->failure = error.what();
      run->seconds = clock.seconds();
    }
    if (run) {
      const double now = since_begun_.seconds();
      run->overhead_seconds = std::max(0.0, now - accounted_ - run->seconds - run->audit_seconds);
      accounted_ = now;
    }
    // One that the search has cut short is no training of these settings: with more time it is made anew.
    if (run && keep && !study::cut_short(*run, limit)) {
      store_->keep(trial.key, {{"settings", study::long_name(trial.settings)}, {"epochs", trial.epochs}}, *run);
    }
    return run;
  }

  // Of the model just trained, on the validation part. False where it was interrupted.
  bool audit(const study::Trial& trial, const TrainPlan& plan, study::Run& run) {
    StudyAudit audit;
    audit.part = data::Part::kValid;
    audit.limit = study::kTrustInputs;
    if (events_.audit_progress) {
      audit.progress = [&](const std::string& part, double share) { events_.audit_progress(trial, part, share); };
    }
    audit.should_stop = events_.should_stop;
    const Stopwatch clock;
    run.valid_trust = audit_in_study(audit, *plan.kind, trainings_.data(plan), last_files_);
    run.audit_seconds = clock.seconds();
    return run.valid_trust.has_value();
  }

  // Models that may still be chosen are kept.
  void keep_models(const study::Trial& best, const std::vector<std::string>& wanted) {
    const bool is_wanted = std::find(wanted.begin(), wanted.end(), last_key_) != wanted.end();
    write_settings(best);
    if (!last_files_.empty() && is_wanted) write_study_model(models() / last_key_, std::move(last_files_));
    last_files_.clear();
    wanted_keys_ = wanted;
  }

  // At the end: a trial found in the folder may have been wanted before others that were found.
  void remove_models() {
    std::error_code ignored;
    std::vector<fs::path> old;
    for (const auto& entry : fs::directory_iterator(models(), ignored)) {
      const std::string key = entry.path().filename().string();
      if (std::find(wanted_keys_.begin(), wanted_keys_.end(), key) == wanted_keys_.end()) old.push_back(entry.path());
    }
    for (const fs::path& path : old) fs::remove_all(path, ignored);
  }

  // What an earlier search has found, which would pass for a finding of this one.
  void remove_delivered() const {
    std::error_code ignored;
    fs::remove(settings_file(), ignored);
    fs::remove_all(model(), ignored);
  }

  // Of the full length, also where the search has ended with short trainings alone.
  void write_settings(const study::Trial& best) const {
    study::Settings settings = with_length(best.settings, plan_.epochs);
    if (!variants_.is_given("seed")) settings.push_back({"seed", std::to_string(plan_.seed)});
    const TrainPlan plan = training(best.settings, best.seed, best.epochs);
    write_file(settings_file(),
               variants_.settings_text("Settings found by fovea tune on " + data_name_ + ".\nfovea train " +
                                           std::string(plan.kind->name()) + " DATA --config best.toml --out MODEL",
                                       plan.settings->preset_settings(), settings));
  }

  study::TuneHooks hooks() {
    study::TuneHooks hooks;
    hooks.applicable = [this](const auto& settings, const auto& sure) { return applicable(settings, sure); };
    hooks.refusal = [this](const auto& settings) { return refusal(settings); };
    hooks.key = [this](const auto& settings, uint64_t seed, int64_t epochs) {
      const std::string key = trainings_.key(training(settings, seed, epochs), false);
      return plan_.goal == study::Goal::kTrust ? sha256(key + "trust") : key;
    };
    hooks.find = [this](const std::string& key) { return store_->find(key); };
    hooks.train = [this](const study::Trial& trial, double limit) { return train(trial, limit); };
    hooks.begins = [this](const study::Trial&, double spent) { spent_ = spent; };
    hooks.ended = [this](const study::Trial& trial, double spent) {
      if (events_.ended) events_.ended(trial, plan_.seconds - spent);
    };
    hooks.left_out = events_.left_out;
    hooks.full = [this](const study::Trial& best, const auto& wanted) { keep_models(best, wanted); };
    return hooks;
  }

  // The chosen model to its place; when the search has ended, after a look at the test part, the only one.
  void deliver_best(TuneOutcome& outcome) {
    const study::Trial& best = outcome.result.trials[*outcome.result.best];
    write_settings(best);
    outcome.settings_file = settings_file().string();
    checkpoint::Files files = model_of(best);
    if (files.empty()) {  // interrupted before it was there once more
      outcome.result.interrupted = true;
      return;
    }
    if (!outcome.result.interrupted) read_test(best, files, outcome);
    write_study_model(model(), std::move(files));
    outcome.model = model().string();
  }

  // Read again, or where somebody has removed it, trained again.
  checkpoint::Files model_of(const study::Trial& best) {
    std::error_code ignored;
    if (fs::exists(models() / best.key, ignored)) return checkpoint::load_model(models() / best.key);
    checkpoint::Files files;
    StudyTrainings::Wishes wishes;
    wishes.read_test = false;
    wishes.files = &files;
    wishes.should_stop = events_.should_stop;
    trainings_.train(training(best.settings, best.seed, best.epochs), wishes);
    return files;
  }

  void read_test(const study::Trial& best, checkpoint::Files& files, TuneOutcome& outcome) {
    const TrainPlan plan = training(best.settings, best.seed, best.epochs);
    const tasks::Data& data = trainings_.data(plan);
    if (data.rows(data::Part::kTest) == 0) return;
    const std::string place = model().string();
    outcome.test = plan.kind->open(files, place)->test(*data.test_inputs(), {});
    outcome.test->name(place, "test part");
    Json metrics = checkpoint::json_of(files, "metrics.json", place);
    metrics["test"] = outcome.test->json();
    files["metrics.json"] = to_pretty(metrics);
  }

  const Variants& variants_;
  const TunePlan& wanted_;
  const TuneEvents& events_;
  StudyTrainings trainings_;
  study::TunePlan plan_;
  int64_t patience_ = 0;
  std::string data_name_;
  std::optional<study::RunStore> store_;
  std::map<std::string, int64_t> bytes_;  // of a model, by its settings
  checkpoint::Files last_files_;          // the model of the last training
  std::string last_key_;
  std::vector<std::string> wanted_keys_;  // of models that may still be chosen
  double spent_ = 0, accounted_ = 0;  // seconds of the search: when the training began, and when the last one had ended
  Stopwatch since_begun_;
};

}  // namespace

TuneOutcome tune(const Variants& variants, const TunePlan& plan, const TuneEvents& events) {
  return Tune(variants, plan, events).go();
}

}  // namespace fovea::flows
