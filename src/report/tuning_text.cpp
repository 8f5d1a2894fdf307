#include "report/tuning_text.h"

#include "report/columns.h"
#include "report/json.h"
#include "report/study_words.h"

namespace fovea::report {
namespace {

using study::Trial;

constexpr int kStage = 15, kEpochs = 8, kScore = 9, kTime = 10;

std::string tuning_heading(const std::string& text, const Style& style) {
  return "\n" + (style.colour ? "\x1b[1m" + text + "\x1b[0m" : text) + "\n";
}

std::string what_changed(const Trial& trial) {
  std::string text = safe_text(study::long_name(trial.change));
  if (text.empty()) text = trial.stage == "start" ? "the usual settings" : "the settings to beat";
  return trial.stage == "again" ? "a leader with seed " + std::to_string(trial.seed) : text;
}

std::string trial_lines(size_t number, const Trial& trial, bool chosen, const Style& style) {
  const int indent = 5 + kStage, room = style.width - indent - kEpochs - kScore - kTime;
  std::string what = wrapped(what_changed(trial), room, 0);
  if (!trial.failure.empty()) what += wrapped("failed: " + safe_text(trial.failure), room, 0);
  std::string out;
  for (size_t begin = 0; begin < what.size();) {
    const size_t end = what.find('\n', begin);
    const std::string line = what.substr(begin, end - begin);
    if (begin == 0) {
      out += pad_left(std::to_string(number), 3) + (chosen ? " *" : "  ") + pad_right(trial.stage, kStage) +
             pad_right(line, room) + pad_left(std::to_string(trial.epochs), kEpochs) +
             pad_left(trial.failure.empty()
                          ? fixed(trial.score < 0 ? -trial.score : 100 * trial.score, trial.score < 0 ? 3 : 1)
                          : "-",
                      kScore) +
             pad_left(seconds_text(trial.seconds), kTime) + "\n";
    } else {
      out += std::string(static_cast<size_t>(indent), ' ') + line + "\n";
    }
    begin = end + 1;
  }
  return out;
}

Json settings_json_of(const study::Settings& settings) {
  Json out = Json::object();
  for (const study::Setting& setting : settings) out[setting.option] = setting.value;
  return out;
}

}  // namespace

std::string tuning_text(const study::TuneResult& result, const TuningFacts& facts, const Style& style) {
  std::string out =
      pad_right("", 5) + pad_right("stage", kStage) +
      pad_right("changed", style.width - 5 - kStage - kEpochs - kScore - kTime) + pad_left("epochs", kEpochs) +
      pad_left(facts.metric == "accuracy" ? "valid. %" : facts.metric, kScore) + pad_left("time", kTime) + "\n";
  for (size_t i = 0; i < result.trials.size(); ++i) {
    out += trial_lines(i + 1, result.trials[i], result.best && *result.best == i, style);
  }
  if (!result.best) return out + "\nno training was finished\n";
  const Trial& best = result.trials[*result.best];
  out += tuning_heading("chosen", style);
  const std::string settings = safe_text(study::long_name(best.settings));
  const bool searched = std::any_of(result.trials.begin(), result.trials.end(), [&](const Trial& trial) {
    return trial.failure.empty() && trial.settings != best.settings;
  });
  out += wrapped(!settings.empty() ? settings
                 : searched        ? "the usual settings: nothing else did better"
                                   : "the usual settings: no time was left to try others",
                 style.width, 2);
  out += wrapped("validation " +
                     (facts.metric == "loss" ? "loss " + fixed(-result.best_mean, 3)
                                             : facts.metric + " " + percent(result.best_mean)) +
                     ", mean of " + counted(static_cast<int64_t>(result.best_seeds), "seed", "seeds") +
                     (searched ? ": the best of many looks, so a little too high" : ""),
                 style.width, 2);
  if (facts.test) {
    out += wrapped("test " + percent(facts.test->accuracy) + " (" + fixed(100 * facts.test->accuracy_low, 1) + " to " +
                       fixed(100 * facts.test->accuracy_high, 1) + "), macro F1 " + fixed(facts.test->macro_f1, 3) +
                       ", on " + counted(facts.test->n, "text", "texts") + " read once, for this model alone",
                   style.width, 2);
  }
  return out;
}

Json tuning_json(const study::TuneResult& result, const TuningFacts& facts) {
  Json trials = Json::array();
  for (const Trial& trial : result.trials) {
    const bool fine = trial.failure.empty();
    trials.push_back({{"stage", trial.stage},
                      {"settings", settings_json_of(trial.settings)},
                      {"changed", settings_json_of(trial.change)},
                      {"epochs", trial.epochs},
                      {"seed", trial.seed},
                      {"accuracy", fine ? Json(trial.accuracy) : Json()},
                      {"loss", fine ? Json(trial.loss) : Json()},
                      {"score", fine ? Json(trial.score) : Json()},
                      {"seconds", trial.seconds},
                      {"bytes", fine ? Json(trial.bytes) : Json()},
                      {"failure", fine ? Json() : Json(trial.failure)}});
  }
  Json out = {{"data", facts.data},        {"budget_seconds", facts.budget},
              {"seconds", result.seconds}, {"max_bytes", facts.max_bytes > 0 ? Json(facts.max_bytes) : Json()},
              {"metric", facts.metric},    {"trials", trials}};
  out["best"] = result.best ? Json(*result.best) : Json();
  out["settings"] = result.best ? settings_json_of(result.trials[*result.best].settings) : Json();
  out["score"] = result.best ? Json(result.best_mean) : Json();
  out["score_seeds"] = result.best_seeds;
  out["test"] = facts.test ? test_json(*facts.test) : Json();
  out["settings_file"] = facts.settings_file.empty() ? Json() : Json(facts.settings_file);
  out["model"] = facts.model.empty() ? Json() : Json(facts.model);
  out["interrupted"] = result.interrupted;
  out["folder"] = facts.folder;
  return out;
}

}  // namespace fovea::report
