// `fovea explain`: a page of texts, a few texts in the terminal, or one text step by step.
#include <filesystem>

#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "base/version.h"
#include "checkpoint/load.h"
#include "cli/check_command.h"
#include "cli/console.h"
#include "cli/model_input.h"
#include "cli/verbs.h"
#include "cli/word_scores.h"
#include "data/readers/utf8.h"
#include "report/attributed.h"
#include "report/json.h"
#include "report/page.h"

namespace fovea::cli {
namespace {

constexpr int64_t kPageLimit = 200, kTerminalLimit = 20;

std::vector<tasks::Answer> answer_rows(tasks::TextClassifier& classifier, const data::Table& table, int64_t limit) {
  std::vector<std::string> texts;
  for (const data::Row& row : table.rows) {
    if (static_cast<int64_t>(texts.size()) >= limit) break;
    texts.push_back(row.text);
  }
  std::vector<tasks::Answer> answers = classifier.answer(texts);
  // An empty cell of a table says so; a JSON object or a line without a label says nothing.
  const bool may_have_none = table.layout.multi_label && table.layout.label_column >= 0 &&
                             table.layout.format != data::Format::kJsonl &&
                             table.layout.format != data::Format::kLabelPrefix;
  for (size_t i = 0; i < answers.size(); ++i) {
    answers[i].truth = table.rows[i].label;
    if (answers[i].truth.empty() && may_have_none) answers[i].truth = tasks::kNoLabel;
    answers[i].line = table.rows[i].line;
  }
  return answers;
}

report::PageFacts page_facts(const ExplainCommand& command, const tasks::TextClassifier& classifier,
                             const checkpoint::Files& files, const std::vector<tasks::Answer>& answers) {
  report::PageFacts facts;
  const tasks::TextModelOptions& model = classifier.parts().model;
  const Json config = Json::parse(files.at("config.json"));
  facts.title = command.text ? "one text" : std::filesystem::path(command.input).filename().string();
  facts.model_line = model.describe() + " · seed " + to_line(config.at("options").at("training").at("seed"));
  facts.model_path = command.model;
  facts.version = version();
  facts.attention = tasks::attention_name(model.attention);
  facts.weights_are_shares = model.attention == nn::PoolingKind::kMax || model.attention == nn::PoolingKind::kLast;
  facts.weights_sha256 = sha256(files.at("weights.safetensors"));
  facts.seen_in_training = 0;
  for (const tasks::Answer& answer : answers) facts.seen_in_training += classifier.seen(answer.text) > 0;
  return facts;
}

void write_page(const ExplainCommand& command, const std::vector<tasks::Answer>& answers,
                const report::Attributed& attributed, const report::PageFacts& facts) {
  write_file(command.html, report::answers_page(answers, attributed, facts));
  if (!command.common.json)
    print(command.html + ": " + with_commas(static_cast<int64_t>(answers.size())) + " of " +
          with_commas(facts.texts_in_file) + " texts\n");
}

// As answer_json(); with methods what they say as well.
Json text_json(const tasks::Answer& answer, const report::Attributed& attributed, size_t number, int labels) {
  Json json = report::answer_json(answer, labels);
  if (!attributed.methods.empty()) {
    json["methods"] = report::attributed_json(attributed.methods, attributed.of_texts[number]);
  }
  return json;
}

void print_attributed(const std::vector<tasks::Answer>& answers, const report::Attributed& attributed,
                      const report::Style& style) {
  print(report::methods_legend(attributed.methods, style));
  for (size_t t = 0; t < answers.size(); ++t) {
    print("\n" + report::attributed_text(answers[t], attributed.methods, attributed.of_texts[t], style));
  }
}

// One text: the lesson, a page, JSON or a shaded line.
void explain_text(const ExplainCommand& command, const std::string& given, tasks::TextClassifier& classifier,
                  const checkpoint::Files& files, const report::Style& style) {
  const std::string text = data::is_utf8(given) ? given : data::repair_utf8(given, nullptr);
  const tasks::Mechanism mechanism = classifier.explain(text);
  const report::Attributed attributed = attribute(classifier, command.methods, {mechanism.answer});
  if (!command.html.empty()) {
    report::PageFacts facts = page_facts(command, classifier, files, {mechanism.answer});
    facts.texts_in_file = 1;
    write_page(command, {mechanism.answer}, attributed, facts);
  }
  const int labels = labels_in_json(mechanism.answer, command.common, command.top);
  deliver_json(command.common, command.steps ? report::mechanism_json(mechanism, labels)
                                             : text_json(mechanism.answer, attributed, 0, labels));
  if (command.common.json || !command.html.empty()) return;
  if (!command.methods.empty()) {
    print_attributed({mechanism.answer}, attributed, style);
    return;
  }
  print(command.steps ? report::mechanism_lesson(mechanism, style)
                      : report::explained_line(mechanism.answer, style) + "\n");
}

void explain_file(const ExplainCommand& command, tasks::TextClassifier& classifier, const checkpoint::Files& files,
                  const report::Style& style) {
  if (command.steps) {
    throw UserError(ExitCode::kUsage, "--steps explains one text", "Give it with --text \"…\".");
  }
  data::TableOptions options = command.table;
  options.labels_required = false;
  std::string difference;
  const data::Table table = data::read_table_like({command.input}, options, classifier.parts().layout, &difference);
  if (!difference.empty()) log::warn(difference);
  const int64_t limit = command.limit > 0                              ? command.limit
                        : command.html.empty() && !command.common.json ? kTerminalLimit
                                                                       : kPageLimit;
  const std::vector<tasks::Answer> answers = answer_rows(classifier, table, limit);
  const report::Attributed attributed = attribute(classifier, command.methods, answers);
  if (!command.html.empty()) {
    report::PageFacts facts = page_facts(command, classifier, files, answers);
    facts.texts_in_file = static_cast<int64_t>(table.rows.size());
    write_page(command, answers, attributed, facts);
  }
  Json texts = Json::array();
  for (size_t t = 0; t < answers.size(); ++t) {
    texts.push_back(text_json(answers[t], attributed, t, labels_in_json(answers[t], command.common, command.top)));
  }
  deliver_json(
      command.common,
      {{"model", command.model}, {"data", command.input}, {"texts_in_file", table.rows.size()}, {"texts", texts}});
  if (command.common.json || !command.html.empty()) return;
  if (command.methods.empty()) {
    for (const tasks::Answer& answer : answers) print(report::explained_line(answer, style) + "\n");
  } else {
    print_attributed(answers, attributed, style);
  }
  if (answers.size() < table.rows.size()) {
    log::info(with_commas(static_cast<int64_t>(answers.size())) + " of " +
              with_commas(static_cast<int64_t>(table.rows.size())) + " texts shown (--limit)");
  }
}

}  // namespace

ExitCode run_explain(const ExplainCommand& command) {
  const report::Style style = begin(command.common);
  const bool one_text = command.text || input_kind(command.input) == InputKind::kText;
  if (one_text) {
    refuse_table_options(command.common, "this is one text, not a table");
    if (command.common.given.count("limit")) {
      throw UserError(ExitCode::kUsage, "--limit cannot apply: this is one text", "Leave --limit out.");
    }
  }
  const checkpoint::Files files = checkpoint::load_model(command.model);
  tasks::TextClassifier classifier = tasks::TextClassifier::load(files, command.model);
  if (one_text) {
    explain_text(command, command.text ? *command.text : command.input, classifier, files, style);
  } else {
    explain_file(command, classifier, files, style);
  }
  return ExitCode::kFine;
}

}  // namespace fovea::cli
