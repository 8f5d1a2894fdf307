#include "cli/train_flow.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "base/files.h"
#include "base/log.h"
#include "base/timing.h"
#include "base/version.h"
#include "cli/console.h"
#include "cli/data_report.h"
#include "cli/fit_command.h"
#include "cli/interrupt.h"
#include "cli/machine.h"
#include "cli/refit.h"
#include "cli/settings.h"
#include "cli/start_model.h"
#include "report/json.h"
#include "tasks/quantize.h"
#include "tasks/text_classifier.h"
#include "tasks/text_finish.h"
#include "tasks/text_task.h"
#include "tasks/text_test.h"
#include "train/length.h"
#include "train/trainer.h"

namespace fovea::cli {
namespace {

std::string progress_text(const train::Progress& p, const train::TrainOptions& options) {
  constexpr int kBar = 8;
  const int full = static_cast<int>(p.epoch_share * kBar);
  std::string bar;
  for (int i = 0; i < kBar; ++i) bar += i < full ? "━" : "─";
  double left = p.seconds / static_cast<double>(p.step) * static_cast<double>(p.total_steps - p.step);
  if (options.max_minutes > 0) left = std::min(left, options.max_minutes * 60 - p.seconds);
  std::string text = "epoch " + std::to_string(p.epoch) + "/" + std::to_string(p.max_epochs) + " " + bar + " " +
                     per_cent(p.epoch_share, 0) + "  loss " + fixed(p.loss, 3);
  if (!std::isnan(p.best_score)) {
    text += "  best " + (options.metric == "loss" ? fixed(p.best_score, 3) : per_cent(p.best_score));
  }
  return text + "  " + short_count(p.tokens_per_second) + " tok/s  " + clock_time(left) + " left";
}

std::string evaluation_text(const train::EvaluationLine& line) {
  return "epoch " + fixed(line.epoch, line.epoch == std::floor(line.epoch) ? 0 : 2) + "   loss " +
         fixed(line.train_loss, 3) + "   validation " + per_cent(line.validation.at("accuracy")) + ", loss " +
         fixed(line.validation.at("loss"), 3) + (line.best ? "   best" : "");
}

std::string stop_text(const train::TrainSummary& s, const train::TrainOptions& options) {
  const std::string best =
      s.best_step > 0 ? "\nbest after epoch " + fixed(s.best_epoch, s.best_epoch == std::floor(s.best_epoch) ? 0 : 2)
                      : "";
  switch (s.stopped) {
    case train::StopReason::kPatience:
      return "stopped after epoch " + fixed(s.epochs, 0) + ": no better for " + std::to_string(options.patience) +
             " evaluations" + best;
    case train::StopReason::kSteps:
      return "stopped after " + with_commas(s.steps) + " steps (--max-steps)" + best;
    case train::StopReason::kTime:
      return "stopped after " + clock_time(s.seconds) + ", step " + with_commas(s.steps) + " (--max-minutes)" + best;
    case train::StopReason::kInterrupted:
      return "interrupted at step " + with_commas(s.steps) + best;
    case train::StopReason::kDiverged:
      return "stopped at step " + with_commas(s.steps) + ": the loss went astray " + std::to_string(s.setbacks.size()) +
             " times" + best;
    case train::StopReason::kEpochs:
      break;
  }
  return "all " + std::to_string(options.max_epochs) + " epochs done" + best;
}

// A line for each part: "recurrence, backward    12.34 s   25.1 %".
std::string profile_text(const train::TrainSummary& summary) {
  const std::string suffix = "_backward";
  std::string text;
  for (const auto& [part, seconds] : summary.profile) {
    const bool backward = part.ends_with(suffix);
    const std::string name = backward ? part.substr(0, part.size() - suffix.size()) + ", backward" : part;
    char line[100];
    std::snprintf(line, sizeof line, "%s%-22s %9.2f s  %5.1f %%", text.empty() ? "" : "\n", name.c_str(), seconds,
                  100 * seconds / std::max(summary.own_seconds, 1e-9));
    text += line;
  }
  return text;
}

int64_t largest_batch(const tasks::TextData& data, const data::BatchOptions& options) {
  int64_t longest = 0;
  for (const int64_t length : data.train.lengths()) longest = std::max(longest, length);
  return std::max(longest, std::min(options.max_tokens, options.max_examples * longest));
}

Json config_json(const TrainCommand& command, const tasks::TextData& data) {
  Json files = Json::array();
  for (size_t i = 0; i < data.paths.size(); ++i) files.push_back({{"path", data.paths[i]}, {"sha256", data.sha256[i]}});
  return {{"fovea", version()},
          {"data", files},
          {"options", settings_json(command)},
          {"summary", data.summary.to_json()},
          {"machine", machine_json()}};
}

tasks::TextClassifierParts parts_of(const TrainCommand& command, const tasks::TextData& data) {
  tasks::TextClassifierParts parts{command.model,        data.text,       data.layout, data.labels,
                                   data.label_counts,    data.vocabulary, data.ngrams, data.train_identities,
                                   data.valid_identities};
  parts.pieces = data.pieces;
  return parts;
}

void check_same_data(const Json& saved, const tasks::TextData& data, const std::string& out) {
  if (saved.at("data_sha256") != Json(data.sha256)) {
    throw UserError(ExitCode::kBadData, "--resume: the data is not what " + out + ".partial was trained on",
                    "Give the same files in the same state, or begin anew with --force.");
  }
}

class Flow {
 public:
  explicit Flow(const TrainCommand& given)
      : command_(given.resume ? resumed_command(given) : given), live_(command_.common), data_(own_data_) {}
  Flow(const TrainCommand& given, const StudyTraining& study)
      : command_(given), live_(command_.common), study_(&study), data_(*study.data) {}

  TrainOutcome go() {
    if (!study_) begin(command_.common);  // a resumed command brings its own number of threads
    open();
    const int64_t held = current_memory();
    tasks::TextTask task(data_, command_.model, command_.train.seed, command_.loss,
                         study_ ? study_->masking : tasks::MaskingOptions());
    if (start_) tasks::start_from_model(*task.model(), data_, start_->model);
    if (study_ && study_->start) tasks::start_from_model(*task.model(), data_, *study_->start);
    data_.summary.predicted_memory = tasks::predict_memory(
        task.model()->parameter_count(), largest_batch(data_, command_.train.batches), command_.model, held);
    tell_before(task.model()->parameter_count());
    if (data_.summary.vocabulary == 0) {
      log::warn("no word occurs " + std::to_string(data_.summary.min_count) +
                " times in training: the model can only tell texts apart by their length (--min-count 1)");
    }

    if (!study_) watch_interrupts();
    train::TrainOptions limited = command_.train;
    if (data_.valid.size() == 0) limited.evaluations_per_epoch = 0;
    if (study_ && study_->max_seconds > 0) {
      const double minutes = study_->max_seconds / 60;
      limited.max_minutes = limited.max_minutes > 0 ? std::min(limited.max_minutes, minutes) : minutes;
    }
    outcome_.training = train::train(task, limited, *folder_, hooks());
    live_.clear();
    log::info(trim(summary_lines("", stop_text(outcome_.training, command_.train) + "\n" +
                                         clock_time(outcome_.training.seconds) + ", " +
                                         short_count(outcome_.training.tokens_per_second) + " tokens a second, " +
                                         bytes_text(outcome_.training.peak_memory) + " of memory")));
    // On standard error even with --quiet: it was asked for.
    if (command_.profile) std::fputs(summary_lines("profile", profile_text(outcome_.training)).c_str(), stderr);
    if (command_.refit && !study_ && outcome_.training.stopped != train::StopReason::kInterrupted) learn_anew();
    if (!study_) release_interrupts();
    save(task);
    return std::move(outcome_);
  }

 private:
  static std::string trim(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }

  // A fresh training makes its folder, or with --force clears it, only when the data can be read: a mistake in the data
  // leaves everything as it was.
  void open() {
    if (study_) {
      fit_to_data(command_, data_);
      if (study_->own_length) choose_length(command_, data_.train);
      folder_ = checkpoint::PartialFolder::in_memory();
      return;
    }
    if (command_.resume) {
      folder_ = checkpoint::PartialFolder::resume(command_.out);
      log::info("going on with the unfinished training in " + command_.out + ".partial");
      read_start();
      data_ = tasks::load_text_data(command_.data, start_ ? &start_->base : nullptr);
      check_same_data(read_settings(folder_->path() / kSettingsFile), data_, command_.out);
      write_settings();  // the limits may be new
      return;
    }
    checkpoint::PartialFolder::require_possible(command_.out, command_.force);
    read_start();
    data_ = tasks::load_text_data(command_.data, start_ ? &start_->base : nullptr);
    fit_to_data(command_, data_);
    choose_length(command_, data_.train);
    folder_ = checkpoint::PartialFolder::create(command_.out, command_.force);
    write_settings();
  }

  void read_start() {
    if (command_.init.empty()) return;
    start_.emplace(read_start_model(command_.init));
    if (!command_.resume) take_settings(command_, start_->model);
  }

  void write_settings() {
    write_file(folder_->path() / kSettingsFile, settings_file(command_, data_.sha256));
    flush_folder(folder_->path());
  }

  void tell_before(int64_t parameters) {
    log::info(trim(data_report(data_.summary, split_text(), command_.train.seed)));
    log::info(trim(summary_lines("model", command_.model.describe() + "\n" +
                                              short_count(static_cast<double>(parameters)) + " parameters · about " +
                                              bytes_text(data_.summary.predicted_memory) + " of memory at the peak")));
    const Json machine = machine_json();
    log::verbose(trim(summary_lines(
        "machine", to_line(machine.at("processor")) + ", " + to_line(machine.at("threads")) + " threads, " +
                       to_line(machine.at("instruction_set")) + "\nstates are saved in " + command_.out +
                       ".partial at every evaluation and every " + fixed(command_.train.save_seconds, 0) + " s")));
    log::info(trim(summary_lines("training", "seed " + std::to_string(command_.train.seed) + " · up to " +
                                                 std::to_string(command_.train.max_epochs) + " epochs" +
                                                 " · Ctrl-C keeps the best so far")));
  }

  std::string split_text() const {
    if (!command_.data.test_paths.empty() && !command_.split_given) return "90/10";
    return command_.split;
  }

  train::Hooks hooks() {
    train::Hooks hooks;
    if (command_.profile) hooks.profile = &profile_;
    hooks.should_stop = [] { return interrupted(); };
    if (study_) {
      hooks.progress = study_->progress;
      return hooks;
    }
    hooks.progress = [this](const train::Progress& p) {
      const bool due = since_drawn_.seconds() > 0.1;
      if (!live_.shown() || !due) return;
      live_.draw(progress_text(p, command_.train));
      since_drawn_ = Stopwatch();
    };
    hooks.evaluated = [this](const train::EvaluationLine& line) {
      live_.clear();
      log::info(trim(summary_lines("", evaluation_text(line))));
    };
    hooks.stepped_back = [this](const train::Setback& setback) {
      live_.clear();
      log::warn("step " + with_commas(setback.step) + ": " + setback.reason + "; back to step " +
                with_commas(setback.back_to) +
                (setback.rate > 0 ? ", and on at " + fixed(setback.rate, 2) + " times the learning rate"
                                  : ", for the last time: this is the end"));
    };
    return hooks;
  }

  // What the validation part decided stays as it was decided before it was learnt from.
  void learn_anew() {
    const int64_t rows = data_.summary.train + data_.summary.valid;
    if (command_.refit_rows > 0 && rows > command_.refit_rows) return;
    if (const auto why = why_no_refit(command_, outcome_.training, data_)) {
      log::warn("--refit: left out, since " + *why);
      return;
    }
    log::info(
        trim(summary_lines("refit", "once more, on all " + with_commas(rows) + " rows of training and validation")));
    refit_.emplace(refit(command_, data_, outcome_.training, start_ ? &*start_ : nullptr, hooks()));
    live_.clear();
    log::info(trim(
        summary_lines("", fixed(refit_->training.epochs, 1) + " epochs, " + clock_time(refit_->training.seconds))));
    const train::StopReason stopped = refit_->training.stopped;
    if (stopped == train::StopReason::kInterrupted) {
      outcome_.training.stopped = stopped;
    } else if (stopped == train::StopReason::kDiverged) {
      log::warn("--refit: it went astray; the model is that of the training part");
    } else {
      return;
    }
    refit_.reset();
  }

  // Of the refitted network, with what the first one was fitted by on validation.
  tasks::TextClassifierParts refitted(const tasks::TextClassifierParts& first) {
    tasks::TextClassifierParts parts = parts_of(command_, *refit_->data);
    parts.multi_label = first.multi_label;
    parts.thresholds = first.thresholds;
    parts.temperature = first.temperature;
    parts.train_rows = refit_->data->counted_rows;
    parts.quantized = first.quantized;
    if (first.quantized) tasks::round_to_int8(refit_->task->module());
    return parts;
  }

  void save(tasks::TextTask& task) {
    tasks::TextClassifierParts parts = parts_of(command_, data_);
    tasks::Quantization quantization;
    if (command_.quantize) quantization = tasks::quantize(task, &parts);
    const tasks::Calibration calibration = tasks::fit_on_validation(task, data_, &parts);
    if (study_ && data_.valid.size() == 0) parts.temperature = study_->temperature;
    if (refit_) parts = refitted(parts);
    tasks::TextModel network = refit_ ? refit_->task->model() : task.model();
    checkpoint::Files files = tasks::classifier_files(parts, network, config_json(command_, data_));
    const bool stopped = outcome_.training.stopped == train::StopReason::kInterrupted;
    const bool read_test = !stopped && !data_.test_rows.empty() && (!study_ || study_->read_test);
    if (read_test) {
      tasks::TextClassifier classifier(std::move(parts), network);
      outcome_.test = tasks::test_rows(classifier, data_.test_rows, data_.test_paths,
                                       {.texts = study_ ? &outcome_.texts : nullptr});
      outcome_.test->model = command_.out;
      outcome_.test->data = "test part";
      outcome_.test->layout = data_.summary.layout;
    }
    outcome_.json = {{"model", command_.out},
                     {"interrupted", stopped},
                     {"data", data_.summary.to_json()},
                     {"architecture", command_.model.describe()},
                     {"parameters", network->parameter_count()},
                     {"training", outcome_.training.to_json()},
                     {"refit", refit_ ? refit_json(*refit_) : Json()},
                     {"calibration", report::calibration_json(calibration)},
                     {"quantization", report::quantization_json(quantization)},
                     {"test", outcome_.test ? report::test_json(*outcome_.test) : Json()}};
    files["metrics.json"] = to_pretty({{"training", outcome_.json["training"]},
                                       {"refit", outcome_.json["refit"]},
                                       {"calibration", outcome_.json["calibration"]},
                                       {"quantization", outcome_.json["quantization"]},
                                       {"test", outcome_.json["test"]}});
    if (stopped) outcome_.code = ExitCode::kInterrupted;
    if (study_) {
      outcome_.files = std::move(files);
      outcome_.files["metrics.jsonl"] = folder_->metrics();
    } else {
      folder_->finish(files, command_.force || command_.resume, stopped);
    }
  }

  TrainCommand command_;
  LiveLine live_;
  const StudyTraining* study_ = nullptr;
  std::optional<checkpoint::PartialFolder> folder_;
  std::optional<StartModel> start_;  // of --init
  std::optional<Refit> refit_;       // where there was one, of which the model is then made
  tasks::TextData own_data_;
  tasks::TextData& data_;  // own_data_, or the study's
  Profile profile_;
  Stopwatch since_drawn_;
  TrainOutcome outcome_;
};

}  // namespace

TrainOutcome train_classifier(const TrainCommand& command) {
  return Flow(command).go();
}

TrainOutcome train_in_study(const TrainCommand& command, const StudyTraining& study) {
  TrainCommand quiet = command;
  quiet.common.quiet = true;
  const log::Level before = log::level();
  log::set_level(log::Level::kSilent);  // what there is to warn of was said when the data was loaded
  try {
    TrainOutcome outcome = Flow(quiet, study).go();
    log::set_level(before);
    return outcome;
  } catch (...) {
    log::set_level(before);
    throw;
  }
}

int64_t model_bytes(const TrainCommand& given, const tasks::TextData& data) {
  TrainCommand command = given;
  fit_to_data(command, data);
  const tasks::TextTask task(data, command.model, command.train.seed);
  int64_t bytes = 0;
  for (const auto& [name, content] :
       tasks::classifier_files(parts_of(command, data), task.model(), config_json(command, data))) {
    bytes += std::ssize(content);
  }
  return bytes;
}

void choose_length(TrainCommand& command, const data::EncodedTexts& training) {
  const auto given = [&](const char* name) { return command.common.given.count(name) > 0; };
  if (given("max-epochs")) return;
  const train::Length length = train::fitting_length(training.size(), training.tokens(), command.train);
  command.train.max_epochs = length.epochs;
  if (!given("patience")) command.train.patience = length.patience;
}

}  // namespace fovea::cli
