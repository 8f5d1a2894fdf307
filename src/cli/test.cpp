// `fovea test`: the scores of a model on labelled texts.
#include <cmath>
#include <map>

#include "base/log.h"
#include "cli/console.h"
#include "cli/model_input.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "tasks/text_test.h"

namespace fovea::cli {
namespace {

struct Requirement {
  std::string text, metric;
  bool at_least = true;
  double value = 0;
};

Requirement parse_requirement(const std::string& text) {
  const size_t sign = text.find_first_of("<>");
  const auto refuse = [&] {
    return UserError(
        ExitCode::kUsage, "--require: cannot read '" + text + "'",
        "Write a metric, >= or <=, and a number: accuracy>=0.8. Metrics: accuracy, macro_f1, micro_f1, loss.");
  };
  if (sign == std::string::npos || sign + 2 >= text.size() || text[sign + 1] != '=') throw refuse();
  Requirement requirement{text, text.substr(0, sign), text[sign] == '>', 0};
  static const std::map<std::string, int> kMetrics = {{"accuracy", 0}, {"macro_f1", 0}, {"micro_f1", 0}, {"loss", 0}};
  size_t read = 0;
  try {
    requirement.value = std::stod(text.substr(sign + 2), &read);
  } catch (const std::exception&) {
    throw refuse();
  }
  if (!kMetrics.count(requirement.metric) || read != text.size() - sign - 2 || std::isnan(requirement.value))
    throw refuse();
  return requirement;
}

double value_of(const Requirement& requirement, const tasks::TestResult& result) {
  return requirement.metric == "accuracy"   ? result.accuracy
         : requirement.metric == "macro_f1" ? result.macro_f1
         : requirement.metric == "micro_f1" ? result.micro_f1
                                            : result.loss;
}

bool holds(const Requirement& requirement, const tasks::TestResult& result) {
  const double value = value_of(requirement, result);
  return requirement.at_least ? value >= requirement.value : value <= requirement.value;
}

std::string joined(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += (text.empty() ? "" : ", ") + path;
  return text;
}

}  // namespace

ExitCode run_test(const TestCommand& command) {
  const report::Style style = begin(command.common);
  std::vector<Requirement> requirements;
  for (const std::string& text : command.require) requirements.push_back(parse_requirement(text));
  tasks::TextClassifier classifier = load_classifier(command.model);
  refuse_abstaining(classifier, command.abstain);
  std::string difference;
  const data::Table table = data::read_table_like(command.paths, command.table, classifier.parts().layout, &difference);

  tasks::TestResult result = tasks::test_rows(classifier, table.rows, table.report.paths, {.abstain = command.abstain});
  result.model = command.model;
  result.data = joined(command.paths);
  result.layout = table.layout.describe();
  result.layout_difference = difference;
  result.empty_texts = table.report.empty_texts;
  result.bad_rows = table.report.bad_rows;
  if (result.unknown_labels > 0 && !result.some_label_known) {
    std::string known;
    for (const std::string& label : classifier.parts().labels) known += (known.empty() ? "" : ", ") + label;
    throw UserError(
        ExitCode::kBadData,
        result.data + ": no label of this file is known to the model (" + result.unknown_label_names.front() + ", …)",
        "The model knows: " + report::ellipsize(known, 200) + ". Is the label in another column? See --label-column.");
  }
  if (!difference.empty() && (command.fasttext || command.common.json)) log::warn(difference);

  deliver_json(command.common, report::test_json(result));
  if (command.fasttext) {
    print(report::test_report_fasttext(result));
  } else if (!command.common.json) {
    print(report::test_report(result, style));
  }
  ExitCode code = ExitCode::kFine;
  for (const Requirement& requirement : requirements) {
    if (holds(requirement, result)) continue;
    flush_output();
    log::warn("requirement not met: " + requirement.text + " (it is " + fixed(value_of(requirement, result), 4) + ")");
    code = ExitCode::kRequirementNotMet;
  }
  return code;
}

}  // namespace fovea::cli
