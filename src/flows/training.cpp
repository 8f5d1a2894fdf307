#include "flows/training.h"

#include <algorithm>
#include <filesystem>

#include "base/errors.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/timing.h"
#include "base/version.h"
#include "checkpoint/folder.h"
#include "checkpoint/load.h"
#include "flows/machine.h"
#include "flows/refit.h"
#include "flows/settings.h"
#include "tasks/kinds.h"
#include "tasks/task.h"
#include "train/trainer.h"

namespace fovea::flows {
namespace {

Json config_json(const TrainPlan& plan, const tasks::Data& data, int64_t predicted_memory) {
  Json files = Json::array();
  for (size_t i = 0; i < data.paths().size(); ++i) {
    files.push_back({{"path", data.paths()[i]}, {"sha256", data.sha256()[i]}});
  }
  return {{"fovea", version()},
          {"data", files},
          {"options", settings_json(plan)},
          {"summary", data.summary(predicted_memory)},
          {"machine", machine_json()}};
}

// A training without a validation part keeps its last parameters.
train::TrainOptions limited(const TrainPlan& plan, const tasks::Data& data) {
  train::TrainOptions options = plan.train;
  if (data.rows(data::Part::kValid) == 0) options.evaluations_per_epoch = 0;
  return options;
}

// What every training ends with: decisions by the validation part, the test part, the files.
struct Ending {
  const TrainPlan& plan;
  const tasks::Data& data;
  int64_t predicted_memory = 0;
  tasks::Work& work;             // the training that was judged by the validation part
  const Refit* refit = nullptr;  // the second one, of which the model is then made
  bool read_test = true;
  double temperature = 1;

  checkpoint::Files close(TrainOutcome& outcome) const {
    const tasks::Finished finished = work.finish(plan.quantize, temperature);
    tasks::Work& last = refit ? *refit->work : work;
    if (refit) last.finish_like(work);
    checkpoint::Files files = last.files(config_json(plan, data, predicted_memory));
    outcome.model = last.model();
    outcome.interrupted = outcome.training.stopped == train::StopReason::kInterrupted;
    if (!outcome.interrupted && read_test && data.rows(data::Part::kTest) > 0) {
      outcome.test = outcome.model->test(*data.test_inputs(), {});
      outcome.test->name(plan.out, "test part");
    }
    outcome.architecture = plan.settings->architecture();
    outcome.parameters = last.parameters();
    outcome.json = {{"model", plan.out},
                    {"interrupted", outcome.interrupted},
                    {"data", data.summary(predicted_memory)},
                    {"architecture", outcome.architecture},
                    {"parameters", outcome.parameters},
                    {"training", outcome.training.to_json()},
                    {"refit", refit ? refit_json(*refit) : Json()},
                    {"calibration", finished.calibration},
                    {"quantization", finished.quantization},
                    {"test", outcome.test ? outcome.test->json() : Json()}};
    Json metrics;
    for (const char* part : {"training", "refit", "calibration", "quantization", "test"}) {
      metrics[part] = outcome.json[part];
    }
    files["metrics.json"] = to_pretty(metrics);
    return files;
  }
};

class Training {
 public:
  Training(const TrainPlan& plan, const TrainEvents& events) : plan_(plan), events_(events) {}

  TrainOutcome go() {
    if (plan_.resume && plan_.threads > 0) use_threads(plan_.threads);
    open();
    const int64_t held = current_memory();
    const std::unique_ptr<tasks::Work> work = plan_.kind->work(
        *plan_.settings, *data_, {.seed = plan_.train.seed, .start = start_ ? start_->model.get() : nullptr});
    const int64_t memory = work->predicted_memory(plan_.train.batches, held);
    if (events_.begins) events_.begins({plan_, *data_, work->parameters(), memory});
    TrainOutcome outcome;
    outcome.training = train::train(work->task(), limited(plan_, *data_), *folder_, hooks());
    if (events_.trained) events_.trained(plan_, outcome.training);
    const std::string doubt = plan_.kind->doubt(outcome.training.best_validation);
    if (!doubt.empty()) warn(doubt);
    std::optional<Refit> refit;
    if (plan_.refit && outcome.training.stopped != train::StopReason::kInterrupted) refit = learn_anew(outcome);
    if (events_.closing) events_.closing();
    const Ending ending{
        .plan = plan_, .data = *data_, .predicted_memory = memory, .work = *work, .refit = refit ? &*refit : nullptr};
    const checkpoint::Files files = ending.close(outcome);
    // What the clock stopped can go on when there is more time.
    const bool goes_on = outcome.interrupted || (outcome.training.stopped == train::StopReason::kTime && !refit);
    folder_->finish(files, plan_.force || plan_.resume, goes_on);
    return outcome;
  }

 private:
  void warn(const std::string& what) const {
    if (events_.warned) events_.warned(what);
  }

  // A fresh training makes its folder, or with --force clears it, only when the data can be read.
  void open() {
    if (plan_.resume) {
      folder_ = checkpoint::PartialFolder::resume(plan_.out);
      if (events_.resumed) events_.resumed(plan_);
      read_init();
      read_data();
      check_same_data();
      write_settings();  // the limits may be new
      return;
    }
    checkpoint::PartialFolder::require_possible(plan_.out, plan_.force);
    read_init();
    if (start_) adopt_start(plan_, *start_);
    read_data();
    plan_.kind->fit(*plan_.settings, *data_, plan_.given);
    choose_length(plan_, *data_);
    folder_ = checkpoint::PartialFolder::create(plan_.out, plan_.force);
    write_settings();
  }

  void read_init() {
    if (!plan_.init.empty()) start_ = read_start(plan_.init);
  }
  void read_data() {
    // Beside the model, where there is room for more than in the folder of temporary files.
    std::filesystem::path folder = std::filesystem::absolute(plan_.out).parent_path();
    std::error_code ignored;
    while (!std::filesystem::exists(folder, ignored) && folder.has_relative_path()) folder = folder.parent_path();
    plan_.settings->files().spill.folder = folder;
    data_ = plan_.kind->load(*plan_.settings, start_ ? &*start_ : nullptr);
    for (const std::string& doubt : data_->warnings()) warn(doubt);
  }

  void check_same_data() const {
    const Json saved = read_settings(folder_->path() / kSettingsFile);
    if (saved.at("data_sha256") == Json(data_->sha256())) return;
    throw UserError(ExitCode::kBadData, "--resume: the data is not what " + plan_.out + ".partial was trained on",
                    "Give the same files in the same state, or begin anew with --force.");
  }

  void write_settings() {
    write_file(folder_->path() / kSettingsFile, settings_file(plan_, data_->sha256()));
    flush_folder(folder_->path());
  }

  train::Hooks hooks() {
    train::Hooks hooks;
    if (plan_.profile) hooks.profile = &profile_;
    hooks.should_stop = events_.should_stop;
    if (events_.progress) hooks.progress = [this](const train::Progress& now) { events_.progress(plan_, now); };
    if (events_.evaluated) {
      hooks.evaluated = [this](const train::EvaluationLine& line) { events_.evaluated(plan_, line); };
    }
    hooks.stepped_back = events_.stepped_back;
    return hooks;
  }

  // What the validation part decided stays as it was decided before it was learnt from. Nothing where there is no
  // second training, or it came to nothing.
  std::optional<Refit> learn_anew(TrainOutcome& outcome) {
    const int64_t rows = data_->rows(data::Part::kTrain) + data_->rows(data::Part::kValid);
    if (plan_.refit_rows > 0 && rows > plan_.refit_rows) return std::nullopt;
    if (const auto why = why_no_refit(plan_, outcome.training, *data_)) {
      warn("--refit: left out, since " + *why);
      return std::nullopt;
    }
    if (events_.refit_begins) events_.refit_begins(rows);
    Refit refit = flows::refit(plan_, *data_, outcome.training, start_ ? &*start_ : nullptr, hooks());
    if (events_.refitted) events_.refitted(refit.training);
    const std::vector<std::string> known = data_->warnings();
    for (const std::string& doubt : refit.data->warnings()) {
      if (std::find(known.begin(), known.end(), doubt) == known.end()) warn(doubt);
    }
    if (refit.training.stopped == train::StopReason::kInterrupted) {
      outcome.training.stopped = refit.training.stopped;
      return std::nullopt;
    }
    if (refit.training.stopped == train::StopReason::kDiverged) {
      warn("--refit: it went astray; the model is that of the training part");
      return std::nullopt;
    }
    return refit;
  }

  TrainPlan plan_;
  const TrainEvents& events_;
  std::optional<checkpoint::PartialFolder> folder_;
  std::optional<tasks::Start> start_;
  std::unique_ptr<tasks::Data> data_;
  Profile profile_;
};

void require_in_memory(const TrainPlan& plan) {
  if (!plan.init.empty()) throw options::CannotApply("init", "a training in memory is handed the model to go on from");
  if (plan.refit) throw options::CannotApply("refit", "a training in memory reads no files a second time");
}

}  // namespace

TrainOutcome train(const TrainPlan& plan, const TrainEvents& events) {
  return Training(plan, events).go();
}

TrainOutcome train_in_memory(const TrainPlan& given, const tasks::Data& data, const InMemory& options,
                             const TrainEvents& events) {
  require_in_memory(given);
  TrainPlan plan = given;
  plan.kind->fit(*plan.settings, data, plan.given);
  if (options.own_length) choose_length(plan, data);
  const int64_t held = current_memory();
  const std::unique_ptr<tasks::Work> work = plan.kind->work(*plan.settings, data,
                                                            {.seed = plan.train.seed,
                                                             .start = options.start,
                                                             .masking = options.masking,
                                                             .adversary = options.adversary,
                                                             .weights = options.weights});
  train::TrainOptions limits = limited(plan, data);
  if (options.max_seconds > 0) {
    const double minutes = options.max_seconds / 60;
    limits.max_minutes = limits.max_minutes > 0 ? std::min(limits.max_minutes, minutes) : minutes;
  }
  train::Hooks hooks;
  Profile profile;
  if (plan.profile) hooks.profile = &profile;
  hooks.should_stop = events.should_stop;
  if (events.progress) hooks.progress = [&](const train::Progress& now) { events.progress(plan, now); };
  checkpoint::PartialFolder folder = checkpoint::PartialFolder::in_memory();
  TrainOutcome outcome;
  outcome.training = train::train(work->task(), limits, folder, hooks);
  const Ending ending{.plan = plan,
                      .data = data,
                      .predicted_memory = work->predicted_memory(plan.train.batches, held),
                      .work = *work,
                      .read_test = options.read_test,
                      .temperature = options.temperature};
  outcome.files = ending.close(outcome);
  outcome.files["metrics.jsonl"] = folder.metrics();
  return outcome;
}

int64_t model_bytes(const TrainPlan& given, const tasks::Data& data) {
  TrainPlan plan = given;
  plan.kind->fit(*plan.settings, data, plan.given);
  const std::unique_ptr<tasks::Work> work = plan.kind->work(*plan.settings, data, {.seed = plan.train.seed});
  int64_t bytes = 0;
  for (const auto& [name, content] : work->files(config_json(plan, data, 0))) bytes += std::ssize(content);
  return bytes;
}

void choose_length(TrainPlan& plan, const tasks::Data& data) {
  if (is_given(plan, &plan.train.max_epochs)) return;
  const tasks::Length length = plan.kind->usual_length(
      data, plan.train.batches, {.epochs = plan.train.max_epochs, .patience = plan.train.patience});
  plan.train.max_epochs = length.epochs;
  if (!is_given(plan, &plan.train.patience)) plan.train.patience = length.patience;
}

tasks::Start read_start(const std::string& init) {
  const checkpoint::Files files = checkpoint::load_model(init);
  return {tasks::kind_of(files, init).open(files, init), init, checkpoint::identity(files)};
}

}  // namespace fovea::flows
