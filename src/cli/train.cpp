// `fovea train`: result and place on standard output.
#include "cli/console.h"
#include "cli/data_report.h"
#include "cli/train_flow.h"
#include "cli/verbs.h"

namespace fovea::cli {
namespace {

std::string result_text(const TrainCommand& command, const TrainOutcome& outcome) {
  std::string text;
  if (outcome.test) {
    const tasks::TestResult& t = *outcome.test;
    text += summary_lines(
        "test", per_cent(t.accuracy) + "  (" + fixed(100 * t.accuracy_low, 1) + " to " +
                    fixed(100 * t.accuracy_high, 1) + ")   " +
                    (t.multi_label ? "exact match; micro F1 " + fixed(t.micro_f1, 3) + ", " : "") + "macro F1 " +
                    fixed(t.macro_f1, 3) + "\non " + with_commas(t.n) + " texts " +
                    (t.seen_in_training > 0 ? "(" + with_commas(t.seen_in_training) + " of them known from training)"
                                            : std::string("not used before")) +
                    "\nalways “" + report::ellipsize(report::safe_text(t.majority_label), 20) + "” would be right in " +
                    per_cent(t.majority_share));
    if (t.accuracy_low <= t.majority_share) {
      text += summary_lines("", "not surely better than that: more rows may help");
    }
  } else if (outcome.training.best_step > 0) {
    text += summary_lines("validation", per_cent(outcome.training.best_validation.at("accuracy")) +
                                            "  (the best of several looks, so a little too high)\n" +
                                            (outcome.code == ExitCode::kInterrupted
                                                 ? "the test part is read when the training is finished"
                                                 : "no test part: try fovea test " + command.out + " FILE"));
  }
  if (const Json& small = outcome.json.at("quantization"); !small.is_null()) {
    text += summary_lines("int8", bytes_text(small.at("bytes").get<int64_t>()) + " instead of " +
                                      bytes_text(small.at("bytes_float32").get<int64_t>()) + "   validation " +
                                      per_cent(small.at("validation").at("accuracy").get<double>()) + ", before " +
                                      per_cent(small.at("validation_float32").at("accuracy").get<double>()));
  }
  if (outcome.code == ExitCode::kInterrupted) {
    text += summary_lines("saved", command.out +
                                       (outcome.training.best_step > 0 ? "   the best model so far"
                                                                       : "   the model so far, never evaluated") +
                                       "\ngo on with: fovea train --resume --out " + command.out);
  } else {
    text += summary_lines("saved", command.out + "\ntry: fovea predict " + command.out + " \"a text\" --explain");
  }
  return text;
}

}  // namespace

ExitCode run_train(const TrainCommand& command) {
  begin(command.common);
  const TrainOutcome outcome = train_classifier(command);
  deliver_json(command.common, outcome.json);
  if (!command.common.json) print(result_text(command, outcome));
  return outcome.code;
}

}  // namespace fovea::cli
