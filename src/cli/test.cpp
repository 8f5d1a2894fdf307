// `fovea test`: the scores of a model on labelled texts.
#include <algorithm>
#include <cmath>

#include "base/log.h"
#include "base/text.h"
#include "cli/check_command.h"
#include "cli/console.h"
#include "cli/verbs.h"
#include "flows/using.h"
#include "metrics/measures.h"

namespace fovea::cli {
namespace {

struct Requirement {
  std::string text, metric;
  bool at_least = true;
  double value = 0;
};

[[noreturn]] void refuse_requirement(const std::string& text, const std::string& more = "") {
  throw UserError(ExitCode::kUsage, "--require: cannot read '" + text + "'",
                  "Write a metric, >= or <=, and a number: accuracy>=0.8." + more);
}

Requirement parse_requirement(const std::string& text) {
  const size_t sign = text.find_first_of("<>");
  if (sign == std::string::npos || sign + 2 >= text.size() || text[sign + 1] != '=') refuse_requirement(text);
  Requirement requirement{text, text.substr(0, sign), text[sign] == '>', 0};
  size_t read = 0;
  try {
    requirement.value = std::stod(text.substr(sign + 2), &read);
  } catch (const std::exception&) {
    refuse_requirement(text);
  }
  if (read != text.size() - sign - 2 || std::isnan(requirement.value)) refuse_requirement(text);
  return requirement;
}

void require_known(const Requirement& requirement, const std::vector<std::string>& metrics) {
  if (std::find(metrics.begin(), metrics.end(), requirement.metric) != metrics.end()) return;
  refuse_requirement(requirement.text, " Metrics: " + joined(metrics) + ".");
}

// On the scale on which it is printed and published.
double published_score(const tasks::TestResult& result, const std::string& metric) {
  double scale = 1;
  for (const tasks::Scored& one : result.scored()) {
    if (one.measure.name == metric) scale = metrics::published(one.measure, 1);
  }
  return scale * result.score(metric).value();
}

}  // namespace

ExitCode run_test(const TestCommand& command) {
  const draw::Style style = begin(command.common);
  std::vector<Requirement> requirements;
  for (const std::string& text : command.require) requirements.push_back(parse_requirement(text));
  const flows::OpenModel open = flows::open_model(command.model);
  refuse_foreign_answers(command.common, *open.model);
  for (const Requirement& one : requirements) require_known(one, open.model->kind().scores());
  const std::unique_ptr<tasks::TestResult> result =
      flows::test(open, {.paths = command.paths, .table = command.table},
                  {.abstain = command.abstain, .decoding = command.decoding, .tokenizer = command.tokenizer},
                  [](const std::string& what) { log::warn(what); });
  if (!result->difference().empty() && (command.fasttext || command.common.json)) log::warn(result->difference());
  deliver_json(command.common, result->json());
  if (command.fasttext) {
    print(result->fasttext_report());
  } else if (!command.common.json) {
    print(result->report(style));
  }
  ExitCode code = ExitCode::kFine;
  for (const Requirement& requirement : requirements) {
    const double value = published_score(*result, requirement.metric);
    if (requirement.at_least ? value >= requirement.value : value <= requirement.value) continue;
    flush_output();
    log::warn("requirement not met: " + requirement.text + " (it is " + fixed(value, 4) + ")");
    code = ExitCode::kRequirementNotMet;
  }
  return code;
}

}  // namespace fovea::cli
