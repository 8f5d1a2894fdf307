#include "flows/studies.h"

#include <algorithm>
#include <filesystem>

#include "base/errors.h"
#include "base/files.h"
#include "base/memory.h"
#include "flows/machine.h"
#include "flows/settings.h"

namespace fovea::flows {
namespace {

constexpr size_t kLoadedAtOnce = 3;

study::Run run_of(const TrainOutcome& outcome) {
  study::Run run;
  run.model = outcome.architecture;
  run.parameters = outcome.parameters;
  run.validation = outcome.training.best_validation;
  run.stopped = train::stop_name(outcome.training.stopped);
  run.steps = outcome.training.steps;
  run.epochs = outcome.training.epochs;
  run.seconds = outcome.training.seconds;
  for (const auto& [name, content] : outcome.files) run.bytes += std::ssize(content);
  if (!outcome.test) return run;
  for (tasks::Scored& scored : outcome.test->scored()) {
    // Losses to six digits: files stay short, and a training found in a folder says the same as one just made.
    if (scored.measure.unit == metrics::Unit::kNats) {
      for (double& value : scored.sums.values) value = study::Run::rounded(value);
    }
    run.scores.push_back({scored.measure.name, std::move(scored.sums)});
  }
  run.sizes = outcome.test->sizes();
  return run;
}

}  // namespace

StudyTrainings::StudyTrainings(const Variants& variants, std::function<void(const std::string&)> warned)
    : variants_(variants),
      warned_(std::move(warned)),
      first_seed_(variants.in_common().train.seed),
      program_(sha256(read_file("/proc/self/exe"))) {}

TrainPlan StudyTrainings::plan(const study::Settings& settings, uint64_t seed,
                               std::vector<std::string>* left_out) const {
  std::vector<std::string> ignored;
  TrainPlan plan = variants_.fitted(settings, left_out ? *left_out : ignored);
  plan.train.seed = seed;
  if (!length_) return plan;
  if (mark_given(plan, &plan.train.max_epochs)) plan.train.max_epochs = length_->epochs;
  if (mark_given(plan, &plan.train.patience)) plan.train.patience = length_->patience;
  return plan;
}

const tasks::Data& StudyTrainings::data(const TrainPlan& plan) {
  const std::string options = to_line(plan.settings->loading());
  const auto found =
      std::find_if(loaded_.begin(), loaded_.end(), [&](const Loaded& one) { return one.options == options; });
  if (found != loaded_.end()) {
    loaded_.splice(loaded_.begin(), loaded_, found);
  } else {
    loaded_.push_front({options, read(plan)});
    if (loaded_.size() > kLoadedAtOnce) loaded_.pop_back();
  }
  return *loaded_.front().data;
}

std::unique_ptr<tasks::Data> StudyTrainings::read(const TrainPlan& plan) {
  tasks::AnySettings settings = plan.settings;
  settings->files().keep_valid = keep_valid_;
  std::unique_ptr<tasks::Data> data = plan.kind->load(*settings, nullptr);
  const auto [known, fresh] = sha256_.try_emplace(to_line(plan.settings->reading()), data->sha256());
  if (!fresh && known->second != data->sha256()) {
    throw UserError(ExitCode::kNoInput,
                    plan.settings->files().paths.front() + ": the data have changed since the study began",
                    "Start it again: what is finished belongs to the data as they were.");
  }
  for (const std::string& doubt : data->warnings()) {
    if (warned_ && told_.insert(doubt).second) warned_(doubt);
  }
  return data;
}

const std::vector<std::string>& StudyTrainings::hashes(const TrainPlan& plan) {
  const std::string files = to_line(plan.settings->reading());
  if (sha256_.count(files) == 0) data(plan);
  return sha256_.at(files);
}

std::string StudyTrainings::key(const TrainPlan& plan, bool read_test) {
  const std::vector<std::string>& read = hashes(plan);
  Json settings = settings_json(plan);
  const Json machine = machine_json();
  settings.erase("force");
  for (const char* paths : {"paths", "valid_paths", "test_paths"}) {  // the same files elsewhere are the same data
    settings["data"][paths] = settings["data"][paths].size();
  }
  return sha256(
      to_line({{"settings", settings},
               {"data", read},
               {"program", program_},
               {"libtorch", {machine.at("libtorch"), machine.at("libtorch_instruction_set")}},
               {"instruction_set", machine.at("instruction_set")},
               {"length_given", {is_given(plan, &plan.train.max_epochs), is_given(plan, &plan.train.patience)}},
               {"read_test", read_test}}));
}

std::optional<study::Run> StudyTrainings::train(const TrainPlan& plan, const Wishes& wishes) {
  const InMemory options{.read_test = wishes.read_test, .max_seconds = wishes.max_seconds};
  TrainEvents events;
  if (wishes.progress) {
    events.progress = [&](const TrainPlan&, const train::Progress& progress) { wishes.progress(progress); };
  }
  events.should_stop = wishes.should_stop;
  TrainOutcome outcome;
  try {
    outcome = train_in_memory(plan, data(plan), options, events);
  } catch (const std::exception& error) {
    if (!is_out_of_memory(error)) throw;
    throw UserError(ExitCode::kInternal, "out of memory", "Use a smaller model, --batch-tokens or --max-tokens.");
  }
  if (outcome.interrupted) return std::nullopt;
  study::Run run = run_of(outcome);
  if (wishes.files) *wishes.files = std::move(outcome.files);
  return run;
}

study::InputNouns study_nouns(const tasks::Kind& kind) {
  const attribution::Nouns nouns = kind.nouns();
  return {nouns.input, nouns.inputs, nouns.parts, nouns.part};
}

std::string names_of(const tasks::Data& data) {
  std::string names;
  for (const std::string& path : data.paths()) {
    names += (names.empty() ? "" : ", ") + std::filesystem::path(path).filename().string();
  }
  return names;
}

}  // namespace fovea::flows
