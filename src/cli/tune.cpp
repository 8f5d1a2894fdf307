// `fovea tune`: settings searched within a budget of time, and the model that they give.
#include "flows/tune.h"

#include <filesystem>

#include "base/files.h"
#include "base/log.h"
#include "base/text.h"
#include "base/timing.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/verbs.h"
#include "flows/studies.h"
#include "metrics/measures.h"
#include "report/tuning_text.h"

namespace fovea::cli {
namespace {

// What is told while the search goes on.
class TuneTold {
 public:
  explicit TuneTold(const TuneCommand& command) : command_(command), live_(command.common) {}

  flows::TuneEvents events() {
    flows::TuneEvents events;
    events.begins = [this](const std::string& names, const tasks::Data& data) {
      tell("search", clock_time(command_.budget) + " for settings of " + names + "\n" +
                         with_commas(data.rows(data::Part::kTrain)) + " training and " +
                         with_commas(data.rows(data::Part::kValid)) + " validation " + command_.kind->nouns().inputs +
                         "\nthe test part is read once, at the end\nCtrl-C keeps the best so far in " + command_.out +
                         "; the same command goes on");
      watch_interrupts();
    };
    events.progress = [this](const study::Trial& trial, const train::Progress& p, double left) {
      if (!live_.shown() || since_drawn_.seconds() < 0.1) return;
      since_drawn_ = Stopwatch();
      live_.draw(trial.stage + "  " + study::long_name(trial.change) + "  epoch " + std::to_string(p.epoch) + "/" +
                 std::to_string(p.max_epochs) + "  " + clock_time(left) + " left");
    };
    events.audit_progress = [this](const study::Trial& trial, const std::string& part, double share) {
      if (!live_.shown() || since_drawn_.seconds() < 0.1) return;
      since_drawn_ = Stopwatch();
      live_.draw(trial.stage + "  " + study::long_name(trial.change) + "  audit: " + part +
                 (share < 0 ? "" : "  " + per_cent(share, 0)));
    };
    events.ended = [this](const study::Trial& trial, double left) {
      live_.clear();
      const std::string name = study::long_name(trial.change);
      tell(trial.stage,
           (name.empty() ? "" : name + ", ") + std::to_string(trial.epochs) +
               (trial.epochs == 1 ? " epoch: " : " epochs: ") +
               (trial.failure.empty() ? "validation " + usual_score(trial) + trust_of(trial) : trial.failure) + ", " +
               clock_time(left) + " left");
    };
    events.left_out = [](const std::string& stage) { tell(stage, "left out: no time is left for it"); };
    events.closing = [] { release_interrupts(); };
    events.warned = [this](const std::string& what) {
      live_.clear();
      log::warn(what);
    };
    events.should_stop = [] { return interrupted(); };
    return events;
  }

  void clear() { live_.clear(); }

 private:
  // The first measure of the kind is told of each training, whatever is chosen by.
  std::string usual_score(const study::Trial& trial) const {
    const metrics::Measure& usual = command_.kind->measures().front();
    const auto found = trial.validation.find(usual.name);
    return metrics::score_text(usual, found == trial.validation.end() ? 0 : found->second);
  }

  // How far its weights go, or why that is not known.
  std::string trust_of(const study::Trial& trial) const {
    if (command_.goal == study::Goal::kAccuracy) return "";
    if (!trial.recovered) return " (" + trial.no_trust + ")";
    return ", weights go " + per_cent(*trial.recovered, 0);
  }

  const TuneCommand& command_;
  LiveLine live_;
  Stopwatch since_drawn_;
};

// Of the scores the first two.
report::TunedTest tuned_test(const tasks::TestResult& result) {
  report::TunedTest test;
  for (const tasks::Scored& scored : result.scored()) {
    if (test.scores.size() == 2) break;
    test.scores.push_back({scored.measure, result.score(scored.measure.name).value()});
  }
  test.interval = result.interval();
  test.n = std::ssize(result.sizes());
  test.json = result.json();
  return test;
}

std::string places(const flows::TuneOutcome& outcome, const tasks::Kind& kind) {
  std::string text;
  if (!outcome.settings_file.empty()) {
    text += "\n" +
            draw::summary_lines("settings", outcome.settings_file + "\ntry: fovea train " + std::string(kind.name()) +
                                                " DATA --config " + outcome.settings_file + " --out MODEL");
  }
  if (!outcome.model.empty()) text += draw::summary_lines("model", outcome.model);
  if (outcome.result.interrupted) text += draw::summary_lines("stopped", "the same command goes on");
  return text;
}

}  // namespace

ExitCode run_tune(const TuneCommand& command) {
  const flows::Variants variants(*command.kind, command.training);
  const draw::Style style = begin(command.common);
  TuneTold told(command);
  const flows::TuneOutcome outcome = flows::tune(variants,
                                                 {.budget = command.budget,
                                                  .max_bytes = command.max_bytes,
                                                  .goal = command.goal,
                                                  .out = command.out,
                                                  .force = command.force},
                                                 told.events());
  release_interrupts();
  told.clear();
  report::TuningFacts facts;
  facts.data = outcome.data;
  facts.budget = command.budget;
  facts.max_bytes = command.max_bytes;
  facts.measure = outcome.measure;
  facts.goal = outcome.goal;
  facts.usual = command.kind->measures().front();
  facts.nouns = flows::study_nouns(*command.kind);
  facts.folder = command.out;
  facts.settings_file = outcome.settings_file;
  facts.model = outcome.model;
  if (outcome.test) facts.test = tuned_test(*outcome.test);
  const Json json = report::tuning_json(outcome.result, facts);
  write_file(std::filesystem::path(command.out) / "trials.json", to_pretty(json));
  deliver_json(command.common, json);
  if (!command.common.json) print(report::tuning_text(outcome.result, facts, style) + places(outcome, *command.kind));
  if (outcome.result.interrupted) return ExitCode::kInterrupted;
  return outcome.result.best ? ExitCode::kFine : ExitCode::kBadData;
}

}  // namespace fovea::cli
