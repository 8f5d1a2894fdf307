// `fovea train`: a model from labelled data.
#include "base/text.h"
#include "cli/console.h"
#include "cli/train_told.h"
#include "cli/verbs.h"
#include "flows/settings.h"
#include "flows/training.h"
#include "metrics/measures.h"
#include "tasks/kinds.h"

namespace fovea::cli {
namespace {

// As it stands behind `fovea train`, where it must.
std::string named(const tasks::Kind& kind) {
  return &kind == tasks::kinds().front() ? "" : std::string(kind.name()) + " ";
}

std::string result_text(const flows::TrainPlan& plan, const flows::TrainOutcome& outcome) {
  std::string text;
  if (outcome.test) {
    for (const tasks::Told& told : outcome.test->told()) text += draw::summary_lines(told.name, told.text);
  } else if (outcome.training.best_step > 0) {
    const metrics::Measure& first = plan.kind->measures().front();
    const double best = outcome.training.best_validation.at(std::string(first.name));
    text += draw::summary_lines(
        "validation", metrics::named_score_text(first, best) + "  (the best of several looks, so a little too high)\n" +
                          (outcome.interrupted ? "the test part is read when the training is finished"
                                               : "no test part: try fovea test " + plan.out + " FILE"));
  }
  if (const Json& small = outcome.json.at("quantization"); !small.is_null()) {
    const metrics::Measure& first = plan.kind->measures().front();
    text += draw::summary_lines(
        "int8", bytes_text(small.at("bytes").get<int64_t>()) + " instead of " +
                    bytes_text(small.at("bytes_float32").get<int64_t>()) + "   validation " +
                    metrics::named_score_text(first, small.at("validation").at(first.name).get<double>()) +
                    ", before " +
                    metrics::named_score_text(first, small.at("validation_float32").at(first.name).get<double>()));
  }
  if (outcome.interrupted) {
    text += draw::summary_lines(
        "saved",
        plan.out +
            (outcome.training.best_step > 0 ? "   the best model so far" : "   the model so far, never evaluated") +
            "\ngo on with: fovea train " + named(*plan.kind) + "--resume --out " + plan.out);
  } else {
    const std::string more =
        outcome.training.stopped == train::StopReason::kTime && outcome.json.at("refit").is_null()
            ? "\ngo on with: fovea train " + named(*plan.kind) + "--resume --max-minutes MORE --out " + plan.out
            : "";
    text += draw::summary_lines("saved", plan.out + more + "\ntry: fovea predict " + plan.out + " \"a " +
                                             std::string(plan.kind->nouns().input) + "\"" +
                                             (outcome.model->facts().why_no_weights.empty() ? " --explain" : ""));
  }
  return text;
}

// Where the data cannot be read by the kind and their names are like those of another, that is the remedy.
flows::TrainOutcome train_or_hint(const flows::TrainPlan& plan, const flows::TrainEvents& events) {
  try {
    return flows::train(plan, events);
  } catch (const UserError& error) {
    const std::vector<std::string>& paths = plan.settings->files().paths;
    for (const tasks::Kind* kind : tasks::kinds()) {
      if (error.code() != ExitCode::kBadData || kind == plan.kind || !kind->suits_names(paths)) continue;
      std::string command = "fovea train " + std::string(kind->name());
      for (const std::string& path : paths) command += " " + path;
      throw UserError(
          error.code(), error.what(),
          "Their names are like those of another task: " + command + " --out " + plan.out + "\n" + error.remedy());
    }
    throw;
  }
}

}  // namespace

ExitCode run_train(const TrainCommand& command) {
  begin(command.common);
  flows::TrainPlan plan = command.plan;
  if (plan.resume) {
    plan.threads = command.common.threads;
    plan = flows::resumed_plan(plan);
    if (command.common.threads == 0) warn_of_threads(plan.threads);
  }
  TrainTold told(command.common);
  const flows::TrainOutcome outcome = train_or_hint(plan, told.events());
  deliver_json(command.common, outcome.json);
  if (!command.common.json) print(result_text(plan, outcome));
  return outcome.interrupted ? ExitCode::kInterrupted : ExitCode::kFine;
}

}  // namespace fovea::cli
