// `fovea predict`: one line out per line in, at once where the lines come one by one.
#include <iostream>

#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "cli/check_command.h"
#include "cli/console.h"
#include "cli/model_input.h"
#include "cli/verbs.h"
#include "flows/kept_verdict.h"
#include "flows/using.h"

namespace fovea::cli {
namespace {

std::string written(const tasks::Answer& answer, const PredictCommand& command, const draw::Style& style) {
  tasks::Shown shown;
  if (command.common.given.count("top")) shown.top = command.top;
  if (command.common.json) return to_line(answer.json(shown));
  const tasks::Form form = command.fasttext  ? tasks::Form::kFasttext
                           : command.explain ? tasks::Form::kExplained
                                             : tasks::Form::kPlain;
  return answer.line(form, shown, style);
}

}  // namespace

ExitCode run_predict(const PredictCommand& command) {
  const draw::Style style = begin(command.common);
  const InputKind kind = input_kind(command.input, "echo … | fovea predict MODEL");
  if (kind == InputKind::kText) refuse_table_options(command.common, "this is one text, not a table");
  const flows::OpenModel open = flows::open_model(command.model);
  const tasks::AnswerOptions options{.abstain = command.abstain,
                                     .contributions = command.common.json || command.explain,
                                     .without_top = command.common.json,
                                     .decoding = command.decoding,
                                     .aligned = command.alignment};
  refuse_foreign_answers(command.common, *open.model);
  open.model->require(options);
  const std::string no_weights = open.model->facts().why_no_weights;
  if (command.explain && open.model->answers_with_sequences() && !no_weights.empty()) {
    throw options::CannotApply("explain", no_weights);
  }
  if (command.explain) {
    const std::string told = flows::verdict_told(flows::kept_verdict(open));
    if (!told.empty()) log::info(told);
  }
  flows::PredictEvents events;
  events.answered = [&](std::span<const std::unique_ptr<tasks::Answer>> answers) {
    std::string out;
    for (const auto& answer : answers) out += written(*answer, command, style) + "\n";
    print(out);
    flush_output();
  };
  events.told = [](const std::string& what) { log::info(what); };
  events.warned = [](const std::string& what) { log::warn(what); };
  if (table_options_given(command.common)) {
    flows::predict_table(*open.model, {.paths = {command.input}, .table = command.table}, options, events);
  } else if (kind == InputKind::kText) {
    flows::predict(*open.model, {&command.input, 1}, options, events);
  } else if (kind == InputKind::kFile) {
    flows::predict_file(*open.model, command.input, options, events);
  } else {
    if (::isatty(STDIN_FILENO) == 1) log::info("reading texts from the terminal, one a line; Ctrl-D ends");
    std::ios::sync_with_stdio(false);
    flows::predict_stream(*open.model, std::cin, options, events);
  }
  return ExitCode::kFine;
}

}  // namespace fovea::cli
