#include "cli/study_trainings.h"

#include <algorithm>
#include <new>

#include <c10/util/Exception.h>

#include "base/errors.h"
#include "base/files.h"
#include "cli/arguments/training_with.h"
#include "cli/machine.h"
#include "cli/out_of_memory.h"
#include "cli/settings.h"
#include "cli/train_flow.h"

namespace fovea::cli {
namespace {

constexpr size_t kLoadedAtOnce = 3;

study::Run run_of(const TrainOutcome& outcome) {
  study::Run run;
  run.model = outcome.json.at("architecture").get<std::string>();
  run.parameters = outcome.json.at("parameters").get<int64_t>();
  run.validation = outcome.training.best_validation;
  run.stopped = train::stop_name(outcome.training.stopped);
  run.steps = outcome.training.steps;
  run.epochs = outcome.training.epochs;
  run.seconds = outcome.training.seconds;
  for (const auto& [name, content] : outcome.files) run.bytes += std::ssize(content);
  if (outcome.test) run.macro_f1 = outcome.test->macro_f1;
  for (const tasks::TextScore& text : outcome.texts) {
    run.right.push_back(text.right ? 1 : 0);
    run.loss.push_back(study::Run::rounded(text.loss));
    run.lengths.push_back(text.length);
  }
  return run;
}

// What is read, whatever is made of it.
std::string files_of(const TrainCommand& command) {
  Json options = command.data.to_json();
  for (const char* name : {"vocabulary", "ngrams", "ngram_folds", "char_ngrams", "freeze_vectors"}) options.erase(name);
  return to_line(options);
}

[[noreturn]] void refuse_for_memory() {
  throw UserError(ExitCode::kInternal, "out of memory", "Use a smaller model, --batch-tokens or --max-tokens.");
}

}  // namespace

StudyTrainings::StudyTrainings(std::vector<GivenOption> given)
    : given_(std::move(given)), program_(sha256(read_file("/proc/self/exe"))) {
  first_seed_ = training_in_common(given_).train.seed;
}

bool StudyTrainings::is_given(const std::string& option) const {
  return std::any_of(given_.begin(), given_.end(), [&](const GivenOption& one) { return one.name == option; });
}

TrainCommand StudyTrainings::command(const study::Settings& settings, uint64_t seed,
                                     std::vector<std::string>* left_out) const {
  std::vector<std::string> ignored;
  TrainCommand command = training_fitted(given_, settings, left_out ? left_out : &ignored);
  command.train.seed = seed;
  if (!length_) return command;
  if (command.common.given.insert("max-epochs").second) command.train.max_epochs = length_->epochs;
  if (command.common.given.insert("patience").second) command.train.patience = length_->patience;
  return command;
}

tasks::TextData& StudyTrainings::data(const TrainCommand& command) {
  const Json settings = settings_json(command);
  const std::string options = to_line({settings.at("data"), settings.at("text")});
  const auto found =
      std::find_if(loaded_.begin(), loaded_.end(), [&](const Loaded& one) { return one.options == options; });
  if (found != loaded_.end()) {
    loaded_.splice(loaded_.begin(), loaded_, found);
  } else {
    loaded_.push_front({options, read(command)});
    if (loaded_.size() > kLoadedAtOnce) loaded_.pop_back();
  }
  return *loaded_.front().data;
}

std::unique_ptr<tasks::TextData> StudyTrainings::read(const TrainCommand& command) {
  auto data = std::make_unique<tasks::TextData>(tasks::load_text_data(command.data));
  const auto [known, fresh] = facts_.try_emplace(files_of(command), DataFacts{data->sha256, data->vectors.file.size});
  if (!fresh && known->second.sha256 != data->sha256) {
    throw UserError(ExitCode::kNoInput, command.data.paths.front() + ": the data have changed since the study began",
                    "Start it again: what is finished belongs to the data as they were.");
  }
  return data;
}

const StudyTrainings::DataFacts& StudyTrainings::facts(const TrainCommand& command) {
  const std::string files = files_of(command);
  if (facts_.count(files) == 0) data(command);
  return facts_.at(files);
}

std::string StudyTrainings::key(const TrainCommand& given, bool read_test) {
  const DataFacts& read = facts(given);
  const auto has = [&](const char* option) { return given.common.given.count(option) > 0; };
  TrainCommand command = given;  // as it will be: the data decides some of it
  if (read.vector_size > 0) command.model.embedding_size = read.vector_size;
  Json settings = settings_json(command);
  const Json machine = machine_json();
  settings.erase("force");
  for (const char* paths : {"paths", "valid_paths", "test_paths"}) {  // the same files elsewhere are the same data
    settings["data"][paths] = settings["data"][paths].size();
  }
  return sha256(to_line({{"settings", settings},
                         {"data", read.sha256},
                         {"program", program_},
                         {"libtorch", {machine.at("libtorch"), machine.at("libtorch_instruction_set")}},
                         {"instruction_set", machine.at("instruction_set")},
                         {"length_given", {has("max-epochs"), has("patience")}},
                         {"read_test", read_test}}));
}

std::optional<study::Run> StudyTrainings::train(const TrainCommand& command, const Wishes& wishes) {
  StudyTraining study;
  study.data = &data(command);
  study.read_test = wishes.read_test;
  study.max_seconds = wishes.max_seconds;
  study.progress = wishes.progress;
  TrainOutcome outcome;
  try {
    outcome = train_in_study(command, study);
  } catch (const std::bad_alloc&) {
    refuse_for_memory();
  } catch (const c10::Error& error) {
    if (!is_out_of_memory(error)) throw;
    refuse_for_memory();
  }
  if (outcome.code == ExitCode::kInterrupted) return std::nullopt;
  study::Run run = run_of(outcome);
  if (wishes.files) *wishes.files = std::move(outcome.files);
  return run;
}

}  // namespace fovea::cli
