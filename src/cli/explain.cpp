// `fovea explain`: a page of texts, a few texts in the terminal, or one text step by step.
#include <filesystem>

#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/check_command.h"
#include "cli/console.h"
#include "cli/model_input.h"
#include "cli/verbs.h"
#include "flows/explaining.h"
#include "flows/kept_verdict.h"

namespace fovea::cli {
namespace {

constexpr int64_t kPageLimit = 200, kTerminalLimit = 20;

tasks::Shown shown_of(const ExplainCommand& command) {
  tasks::Shown shown;
  if (command.common.given.count("top")) shown.top = static_cast<int>(command.top);
  return shown;
}

// "test.en, test.de"
std::string names_of(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) names.push_back(std::filesystem::path(path).filename().string());
  return joined(names);
}

void write_page(const ExplainCommand& command, const flows::OpenModel& open, const flows::Explained& explained,
                const tasks::Inputs& inputs, const std::string& title) {
  if (command.html.empty()) return;
  write_file(command.html, flows::explained_page(open, inputs, explained, title));
  if (command.common.json) return;
  print(command.html + ": " + with_commas(std::ssize(explained.answers)) + " of " + with_commas(explained.in_file) +
        " " + open.model->kind().nouns().inputs + "\n");
}

// By which methods, if by any: those asked for; of a label one; the one that is shown of every input and the weights;
// where an audit found that picture decorative, the one that it advises, and on a page the weights beside it.
std::vector<std::string> methods_of(const ExplainCommand& command, const flows::OpenModel& open) {
  const std::string weights(attribution::name_of(attribution::Method::kAttention));
  if (open.model->answers_with_sequences() && command.methods == std::vector{weights}) return {};  // it shows no other
  if (!command.methods.empty()) return command.methods;
  if (command.label) return {std::string(attribution::name_of(attribution::Method::kContribution))};
  if (command.steps) return {};
  const std::string advised = flows::advised_method(*open.model, flows::kept_verdict(open));
  const std::string attention(attribution::name_of(attribution::Method::kAttention));
  if (advised.empty()) {
    const tasks::StandIn first = open.model->stand_in();
    if (!first.always || (command.common.json && command.html.empty())) return {};  // JSON has both in each answer
    return {std::string(first.method), attention};
  }
  if (command.html.empty() && !command.common.json) return {advised};
  return {advised, attention};
}

// Each as a matrix, whose rows have weights of their own.
void print_alignments(const flows::Explained& explained, const draw::Style& style) {
  print(
      draw::wrapped(std::string("A row for each word of the answer, a column for each of the input and for its end. ") +
                        (style.colour ? "Shade: the row's weight on the column, in even shares."
                                      : "Number: the row's weight on the column, from twice the even share on.") +
                        " Behind an answer stands how probable a piece of it was, in the mean.",
                    style.width, 0));
  for (const auto& answer : explained.answers) {
    print("\n" + report::pictured_text(answer->headline(), answer->picture(), style));
  }
}

// Each by its weights; where these are nearly even that is said, and what another method says is shown.
void print_weights(const tasks::Model& model, const tasks::Inputs& inputs, const flows::Explained& explained,
                   const draw::Style& style) {
  if (model.answers_with_sequences()) return print_alignments(explained, style);
  const flows::StandIns instead = flows::stand_ins(model, inputs, explained);
  std::vector<attribution::MethodFacts> methods = {attribution::facts_of(attribution::Method::kAttention)};
  if (model.facts().weights_are_shares) methods.front().meaning = "the share of what was taken from the {part}";
  if (instead.method) methods.push_back(*instead.method);
  print(report::methods_legend(methods, model.kind().nouns(), style));
  for (size_t i = 0; i < explained.answers.size(); ++i) {
    draw::Headline headline = explained.answers[i]->headline();
    const draw::Picture picture = explained.answers[i]->picture();
    const bool other = instead.method && !instead.of_answers[i].scores.empty();
    if (other) headline.notes.push_back("weights nearly even");
    const attribution::Attribution shown =
        other ? instead.of_answers[i] : attribution::Attribution{draw::looks_of(picture)};
    print("\n" +
          report::attributed_text(headline, picture, {other ? &methods[1] : methods.data(), 1}, {&shown, 1}, style));
  }
}

void print_answers(const flows::OpenModel& open, const tasks::Inputs& inputs, const flows::Explained& explained,
                   const draw::Style& style) {
  const report::Attributed& attributed = explained.attributed;
  if (attributed.methods.empty()) return print_weights(*open.model, inputs, explained, style);
  print(report::methods_legend(attributed.methods, attributed.nouns, style));
  for (size_t i = 0; i < explained.answers.size(); ++i) {
    draw::Headline headline = explained.answers[i]->headline();
    if (explained.asked) headline.notes.push_back("asked about " + *explained.asked);
    print("\n" + report::attributed_text(headline, explained.answers[i]->picture(), attributed.methods,
                                         attributed.of_texts[i], style));
  }
}

// What an audit found of the picture, where nobody chose another; also on standard error.
std::string verdict_told(const ExplainCommand& command, const flows::OpenModel& open) {
  if (!command.methods.empty() || command.label || command.steps) return "";
  const std::string told = flows::verdict_heeded(*open.model, flows::kept_verdict(open));
  if (!told.empty()) log::info(told);
  return told;
}

// One text: the lesson, a page, JSON or a shaded line.
void explain_text(const ExplainCommand& command, const flows::OpenModel& open, const std::string& text,
                  const draw::Style& style) {
  const std::unique_ptr<tasks::Inputs> inputs = open.model->take({&text, 1});
  for (const std::string& what : inputs->warnings()) log::warn(what);
  flows::Explained explained = flows::explain(*open.model, *inputs, 1, methods_of(command, open), command.label);
  explained.audited = verdict_told(command, open);
  write_page(command, open, explained, *inputs, "one text");
  if (command.steps) {
    const std::unique_ptr<tasks::Explanation> lesson = open.model->explain(*inputs, 0, command.word);
    deliver_json(command.common, lesson->json(shown_of(command)));
    if (!command.common.json) print(lesson->lesson(style));
    return;
  }
  deliver_json(command.common, flows::explained_json(explained, 0, shown_of(command)));
  if (!command.common.json && command.html.empty()) print_answers(open, *inputs, explained, style);
}

void explain_file(const ExplainCommand& command, const flows::OpenModel& open, const draw::Style& style) {
  if (command.steps) {
    throw UserError(ExitCode::kUsage, "--steps explains one text", "Give it with --text \"…\".");
  }
  flows::require_methods(*open.model, command.methods);
  tasks::InputSource source{.paths = command.inputs, .table = command.table};
  source.table.labels_required = false;
  const std::unique_ptr<tasks::Inputs> inputs = open.model->read(source);
  for (const std::string& what : inputs->warnings()) log::warn(what);
  const int64_t limit = command.limit > 0                              ? command.limit
                        : command.html.empty() && !command.common.json ? kTerminalLimit
                                                                       : kPageLimit;
  flows::Explained explained = flows::explain(*open.model, *inputs, limit, methods_of(command, open), command.label);
  explained.audited = verdict_told(command, open);
  write_page(command, open, explained, *inputs, names_of(command.inputs));
  Json texts = Json::array();
  for (size_t i = 0; i < explained.answers.size(); ++i) {
    texts.push_back(flows::explained_json(explained, i, shown_of(command)));
  }
  deliver_json(command.common, {{"model", command.model},
                                {"data", joined(command.inputs)},
                                {"texts_in_file", explained.in_file},
                                {"texts", texts}});
  if (command.common.json || !command.html.empty()) return;
  print_answers(open, *inputs, explained, style);
  if (std::ssize(explained.answers) < explained.in_file) {
    log::info(with_commas(std::ssize(explained.answers)) + " of " + with_commas(explained.in_file) + " " +
              open.model->kind().nouns().inputs + " shown (--limit)");
  }
}

}  // namespace

ExitCode run_explain(const ExplainCommand& command) {
  const draw::Style style = begin(command.common);
  const bool one_text =
      command.text || (command.inputs.size() == 1 &&
                       input_kind(command.inputs.front(), "fovea explain MODEL --text \"…\"") == InputKind::kText);
  if (one_text) {
    refuse_table_options(command.common, "this is one text, not a table");
    if (command.common.given.count("limit")) {
      throw UserError(ExitCode::kUsage, "--limit cannot apply: this is one text", "Leave --limit out.");
    }
  }
  const flows::OpenModel open = flows::open_model(command.model);
  refuse_foreign_answers(command.common, *open.model);
  if (one_text) {
    explain_text(command, open, command.text ? *command.text : command.inputs.front(), style);
  } else {
    explain_file(command, open, style);
  }
  return ExitCode::kFine;
}

}  // namespace fovea::cli
