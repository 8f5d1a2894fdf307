#include "cli/train_told.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/log.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "flows/machine.h"
#include "metrics/measures.h"

namespace fovea::cli {
namespace {

std::string lines(const std::string& name, const std::string& text) {
  std::string told = draw::summary_lines(name, text);
  while (!told.empty() && told.back() == '\n') told.pop_back();  // the log ends its lines itself
  return told;
}

const metrics::Measure& metric_named(const tasks::Kind& kind, const std::string& name) {
  for (const metrics::Measure& metric : kind.measures()) {
    if (name == metric.name) return metric;
  }
  return kind.measures().front();
}

std::string progress_text(const flows::TrainPlan& plan, const train::Progress& now) {
  constexpr int kBar = 8;
  const int full = static_cast<int>(now.epoch_share * kBar);
  std::string bar;
  for (int i = 0; i < kBar; ++i) bar += i < full ? "━" : "─";
  double left = now.seconds / static_cast<double>(now.step) * static_cast<double>(now.total_steps - now.step);
  if (plan.train.max_minutes > 0) left = std::min(left, plan.train.max_minutes * 60 - now.seconds);
  std::string text = "epoch " + std::to_string(now.epoch) + "/" + std::to_string(now.max_epochs) + " " + bar + " " +
                     per_cent(now.epoch_share, 0) + "  loss " + fixed(now.loss, 3);
  if (!std::isnan(now.best_score)) {
    text += "  best " + metrics::named_score_text(metric_named(*plan.kind, plan.train.metric), now.best_score);
  }
  return text + "  " + short_count(now.tokens_per_second) + " " + (now.unit == "tokens" ? "tok" : now.unit) + "/s  " +
         clock_time(left) + " left";
}

std::string epochs_text(double epochs) {
  return fixed(epochs, epochs == std::floor(epochs) ? 0 : 2);
}

std::string evaluation_text(const flows::TrainPlan& plan, const train::EvaluationLine& line) {
  const metrics::Measure& first = plan.kind->measures().front();
  std::string text = "epoch " + epochs_text(line.epoch) + "   loss " + fixed(line.train_loss, 3) + "   validation " +
                     metrics::named_score_text(first, line.validation.at(std::string(first.name)));
  const auto loss = line.validation.find("loss");
  if (std::string_view(first.name) != "loss" && loss != line.validation.end())
    text += ", loss " + fixed(loss->second, 3);
  return text + (line.best ? "   best" : "");
}

std::string stop_text(const train::TrainSummary& s, const train::TrainOptions& options) {
  std::string best = s.best_step > 0 ? "\nbest after epoch " + epochs_text(s.best_epoch) : "";
  if (s.best_epoch >= s.chosen_from && s.chosen_from > 1) {
    best += " (of those from epoch " + epochs_text(std::ceil(s.chosen_from)) + " on)";
  }
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

}  // namespace

flows::TrainEvents TrainTold::events() {
  flows::TrainEvents events;
  events.resumed = [](const flows::TrainPlan& plan) {
    log::info("going on with the unfinished training in " + plan.out + ".partial");
  };
  events.begins = [this](const flows::BeforeTraining& known) { begins(known); };
  events.progress = [this](const flows::TrainPlan& plan, const train::Progress& now) { progress(plan, now); };
  events.evaluated = [this](const flows::TrainPlan& plan, const train::EvaluationLine& line) {
    live_.clear();
    log::info(lines("", evaluation_text(plan, line)));
  };
  events.stepped_back = [this](const train::Setback& setback) {
    live_.clear();
    log::warn("step " + with_commas(setback.step) + ": " + setback.reason + "; back to step " +
              with_commas(setback.back_to) +
              (setback.rate > 0 ? ", and on at " + fixed(setback.rate, 2) + " times the learning rate"
                                : ", for the last time: this is the end"));
  };
  events.trained = [this](const flows::TrainPlan& plan, const train::TrainSummary& summary) { trained(plan, summary); };
  events.refit_begins = [](int64_t rows) {
    log::info(lines("refit", "once more, on all " + with_commas(rows) + " rows of training and validation"));
  };
  events.refitted = [this](const train::TrainSummary& summary) {
    live_.clear();
    log::info(lines("", fixed(summary.epochs, 1) + " epochs, " + clock_time(summary.seconds)));
  };
  events.warned = [](const std::string& what) { log::warn(what); };
  events.closing = [] { release_interrupts(); };
  events.should_stop = [] { return interrupted(); };
  return events;
}

void TrainTold::begins(const flows::BeforeTraining& known) {
  const flows::TrainPlan& plan = known.plan;
  const tasks::DataFiles& files = plan.settings->files();
  const bool two_shares = !files.test_paths.empty() && !files.split_given;
  std::string text;
  for (const tasks::Told& told : known.data.told(two_shares ? "90/10" : files.written_split, plan.train.seed)) {
    text += draw::summary_lines(told.name, told.text);
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  log::info(text);
  log::info(lines("model", plan.settings->architecture() + "\n" + short_count(static_cast<double>(known.parameters)) +
                               " parameters · about " + bytes_text(known.predicted_memory) + " of memory at the peak"));
  const Json machine = flows::machine_json();
  log::verbose(lines("machine", to_line(machine.at("processor")) + ", " + to_line(machine.at("threads")) +
                                    " threads, " + to_line(machine.at("instruction_set")) + "\nstates are saved in " +
                                    plan.out + ".partial at every evaluation and every " +
                                    fixed(plan.train.save_seconds, 0) + " s"));
  log::info(lines("training", "seed " + std::to_string(plan.train.seed) + " · up to " +
                                  std::to_string(plan.train.max_epochs) + " epochs" +
                                  " · Ctrl-C keeps the best so far"));
  watch_interrupts();
}

void TrainTold::progress(const flows::TrainPlan& plan, const train::Progress& now) {
  if (!live_.shown() || since_drawn_.seconds() <= 0.1) return;
  live_.draw(progress_text(plan, now));
  since_drawn_ = Stopwatch();
}

void TrainTold::trained(const flows::TrainPlan& plan, const train::TrainSummary& summary) {
  live_.clear();
  log::info(lines("", stop_text(summary, plan.train) + "\n" + clock_time(summary.seconds) + ", " +
                          short_count(summary.tokens_per_second) + " " + summary.unit + " a second, " +
                          bytes_text(summary.peak_memory) + " of memory"));
  // On standard error even with --quiet: it was asked for.
  if (plan.profile) std::fputs(draw::summary_lines("profile", profile_text(summary)).c_str(), stderr);
}

}  // namespace fovea::cli
