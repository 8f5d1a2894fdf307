#include "report/tuning_text.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "draw/columns.h"
#include "report/study_words.h"

namespace fovea::report {
namespace {

using study::Trial;

constexpr int kStage = 15, kEpochs = 8, kScore = 9, kTime = 10;
constexpr int kWay = 9;  // by trust: how far the weights go

std::string tuning_heading(const std::string& text, const draw::Style& style) {
  return "\n" + (style.colour ? "\x1b[1m" + text + "\x1b[0m" : text) + "\n";
}

std::string what_changed(const Trial& trial) {
  std::string text = draw::safe_text(study::long_name(trial.change));
  if (text.empty()) text = trial.stage == "start" ? "the usual settings" : "the settings to beat";
  return trial.stage == "again" ? "a leader with seed " + std::to_string(trial.seed) : text;
}

int room_for_settings(const TuningFacts& facts, const draw::Style& style) {
  return style.width - 5 - kStage - kEpochs - kScore - kTime - (facts.goal == study::Goal::kTrust ? kWay : 0);
}

std::string trial_lines(size_t number, const Trial& trial, bool chosen, const TuningFacts& facts,
                        const draw::Style& style) {
  const metrics::Measure& measure = facts.measure;
  const bool by_trust = facts.goal == study::Goal::kTrust;
  const int indent = 5 + kStage, room = room_for_settings(facts, style);
  std::string what = draw::wrapped(what_changed(trial), room, 0);
  if (!trial.failure.empty()) what += draw::wrapped("failed: " + draw::safe_text(trial.failure), room, 0);
  if (trial.no_weights) what += draw::wrapped(draw::safe_text(trial.no_trust), room, 0);
  std::string out;
  for (size_t begin = 0; begin < what.size();) {
    const size_t end = what.find('\n', begin);
    const std::string line = what.substr(begin, end - begin);
    if (begin == 0) {
      out += draw::pad_left(std::to_string(number), 3) + (chosen ? " *" : "  ") + draw::pad_right(trial.stage, kStage) +
             draw::pad_right(line, room) + draw::pad_left(std::to_string(trial.epochs), kEpochs) +
             draw::pad_left(trial.failure.empty() ? score_text(trial.score, measure) : "-", kScore) +
             (by_trust ? draw::pad_left(trial.recovered ? per_cent(*trial.recovered, 0) : "-", kWay) : "") +
             draw::pad_left(seconds_text(trial.seconds), kTime) + "\n";
    } else {
      out += std::string(static_cast<size_t>(indent), ' ') + line + "\n";
    }
    begin = end + 1;
  }
  return out;
}

bool in_per_cent(const metrics::Measure& measure) {
  return measure.unit == metrics::Unit::kShare;
}

// Trials are chosen by the higher score in JSON, so one of which less is better is negative there.
double rising(double score, const metrics::Measure& measure) {
  return measure.lower_is_better ? -score : score;
}

double validation_of(const Trial& trial, const char* measure) {
  const auto found = trial.validation.find(measure);
  return found == trial.validation.end() ? 0 : found->second;
}

// What the search was for and what that came to; by trust both numbers.
std::string chosen_line(const study::TuneResult& result, const TuningFacts& facts, bool searched) {
  const metrics::Measure& measure = facts.measure;
  const auto score = [&](double value) { return score_text(value, measure) + (in_per_cent(measure) ? " %" : ""); };
  const std::string seeds = ", mean of " + counted(static_cast<int64_t>(result.best_seeds), "seed", "seeds") +
                            (searched ? ": the best of many looks, so a little too high" : "");
  const std::string scored = std::string("validation ") + measure.name + " " + score(result.best_mean);
  if (facts.goal == study::Goal::kAccuracy) return scored + seeds;
  if (!result.best_recovered) {
    return "no trial can be told by trust, for in none could an audit say how far the weights go: the best " +
           std::string(measure.name) + " was chosen. " + scored + seeds;
  }
  return "chosen by trust: the weights go " + per_cent(*result.best_recovered, 0) + " of the way from random " +
         facts.nouns.size + " to the best other method, " + scored + " (the best that could be chosen has " +
         score(result.highest_mean) + ")" + seeds;
}

// Why there is nothing to choose.
std::string nothing_chosen(const study::TuneResult& result, const TuningFacts& facts) {
  if (facts.goal == study::Goal::kTrust) {
    for (const Trial& trial : result.trials) {
      if (trial.no_weights) return "\nno trial can be chosen by trust: " + draw::safe_text(trial.no_trust) + "\n";
    }
  }
  return "\nno training was finished\n";
}

std::string test_line(const TunedTest& test, const study::InputNouns& nouns) {
  std::string text = "test ";
  for (const TunedTest::Score& score : test.scores) {
    const metrics::Measure& measure = score.measure;
    if (&score == &test.scores.front()) {
      text += score_text(score.value, measure) + (in_per_cent(measure) ? " %" : "") + " (" +
              score_text(test.interval.low, measure) + " to " + score_text(test.interval.high, measure) + ")";
    } else {
      text += std::string(", ") + measure.shown + " " + fixed(score.value, 3);
    }
  }
  return text + ", on " + counted(test.n, nouns.one, nouns.several) + " read once, for this model alone";
}

Json settings_json_of(const study::Settings& settings) {
  Json out = Json::object();
  for (const study::Setting& setting : settings) out[setting.option] = setting.value;
  return out;
}

}  // namespace

std::string tuning_text(const study::TuneResult& result, const TuningFacts& facts, const draw::Style& style) {
  const metrics::Measure& measure = facts.measure;
  const bool usual = std::string_view(measure.name) == facts.usual.name;
  std::string out = draw::pad_right("", 5) + draw::pad_right("stage", kStage) +
                    draw::pad_right("changed", room_for_settings(facts, style)) + draw::pad_left("epochs", kEpochs) +
                    draw::pad_left(usual && in_per_cent(measure) ? "valid. %" : measure.name, kScore) +
                    (facts.goal == study::Goal::kTrust ? draw::pad_left("the way", kWay) : "") +
                    draw::pad_left("time", kTime) + "\n";
  for (size_t i = 0; i < result.trials.size(); ++i) {
    out += trial_lines(i + 1, result.trials[i], result.best && *result.best == i, facts, style);
  }
  if (!result.best) return out + nothing_chosen(result, facts);
  const Trial& best = result.trials[*result.best];
  out += tuning_heading("chosen", style);
  const std::string settings = draw::safe_text(study::long_name(best.settings));
  const bool searched = std::any_of(result.trials.begin(), result.trials.end(), [&](const Trial& trial) {
    return trial.failure.empty() && trial.settings != best.settings;
  });
  out += draw::wrapped(!settings.empty() ? settings
                       : searched        ? "the usual settings: nothing else did better"
                                         : "the usual settings: no time was left to try others",
                       style.width, 2);
  out += draw::wrapped(chosen_line(result, facts, searched), style.width, 2);
  if (facts.test) out += draw::wrapped(test_line(*facts.test, facts.nouns), style.width, 2);
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
                      {facts.usual.name, fine ? Json(validation_of(trial, facts.usual.name)) : Json()},
                      {"loss", fine ? Json(validation_of(trial, "loss")) : Json()},
                      {"score", fine ? Json(rising(trial.score, facts.measure)) : Json()},
                      {"recovered", trial.recovered ? Json(*trial.recovered) : Json()},
                      {"no_trust", trial.no_trust.empty() ? Json() : Json(trial.no_trust)},
                      {"seconds", trial.seconds},
                      {"audit_seconds", trial.audit_seconds},
                      {"bytes", fine ? Json(trial.bytes) : Json()},
                      {"failure", fine ? Json() : Json(trial.failure)}});
  }
  Json out = {{"data", facts.data},           {"budget_seconds", facts.budget},
              {"seconds", result.seconds},    {"max_bytes", facts.max_bytes > 0 ? Json(facts.max_bytes) : Json()},
              {"metric", facts.measure.name}, {"trials", trials}};
  const bool by_trust = facts.goal == study::Goal::kTrust;
  out["for"] = by_trust ? "trust" : "accuracy";
  out["best"] = result.best ? Json(*result.best) : Json();
  out["settings"] = result.best ? settings_json_of(result.trials[*result.best].settings) : Json();
  out["score"] = result.best ? Json(rising(result.best_mean, facts.measure)) : Json();
  out["score_seeds"] = result.best_seeds;
  out["recovered"] = result.best_recovered ? Json(*result.best_recovered) : Json();
  out["highest_score"] = by_trust && result.best ? Json(rising(result.highest_mean, facts.measure)) : Json();
  out["test"] = facts.test ? facts.test->json : Json();
  out["settings_file"] = facts.settings_file.empty() ? Json() : Json(facts.settings_file);
  out["model"] = facts.model.empty() ? Json() : Json(facts.model);
  out["interrupted"] = result.interrupted;
  out["folder"] = facts.folder;
  return out;
}

}  // namespace fovea::report
