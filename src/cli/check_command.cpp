#include "cli/check_command.h"

#include <algorithm>

#include "base/errors.h"
#include "flows/plan.h"

namespace fovea::cli {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw UserError(ExitCode::kUsage, what, remedy);
}

// DATA of a verb that trains many times: it is read again with other text options.
void check_study_data(const std::string& verb, const tasks::Kind& kind, const std::vector<options::Written>& training) {
  const auto data =
      std::find_if(training.begin(), training.end(), [](const options::Written& o) { return o.name.empty(); });
  if (data == training.end()) {
    refuse("fovea " + verb + ": DATA is missing", "Name a file of labelled " + std::string(kind.nouns().inputs) + ".");
  }
  for (const options::Written& option : training) {
    const bool file = option.name.empty() || option.name == "valid" || option.name == "test";
    if (!file || std::find(option.values.begin(), option.values.end(), "-") == option.values.end()) continue;
    refuse("fovea " + verb + ": standard input can be read only once", "Write the texts to a file and name that.");
  }
}

// The first option given that says how a table is read; "" where there is none.
std::string given_table_option(const CommonOptions& common) {
  data::TableOptions table;
  options::Collector collector;
  visit_for_use(table, collector);
  for (const options::Described& option : collector.take()) {
    if (common.given.count(option.facts.name)) return option.facts.name;
  }
  return "";
}

void check_decoding(const tasks::DecodingOptions& decoding) {
  if (decoding.samples() || decoding.best <= decoding.beam) return;
  refuse("--nbest " + std::to_string(decoding.best) + ": the beam carries " + std::to_string(decoding.beam) + " along",
         "Give a --beam that is as large.");
}

}  // namespace

bool table_options_given(const CommonOptions& common) {
  return !given_table_option(common).empty();
}

void refuse_table_options(const CommonOptions& common, const std::string& because) {
  const std::string option = given_table_option(common);
  if (!option.empty()) throw options::CannotApply(option, because);
}

void refuse_foreign_answers(const CommonOptions& common, const tasks::Model& model) {
  const auto refuse_first = [&](const std::vector<std::string>& names, const char* because) {
    for (const std::string& name : names) {
      if (common.given.contains(name)) throw options::CannotApply(name, because);
    }
  };
  if (model.answers_with_sequences()) {
    refuse_first({"top", "abstain", "fasttext", "label"}, "this model answers with sentences and not with labels");
    data::TableOptions table;
    options::Collector collector;
    visit_for_use(table, collector);
    for (const options::Described& option : collector.take()) {
      if (options::address_of(option.field) == &table.on_bad_row) continue;
      refuse_first({option.facts.name}, "a translator reads tables by the columns of its training");
    }
    return;
  }
  tasks::DecodingOptions decoding;
  std::vector<std::string> names = {"alignment", "tokenizer", "word"};
  for (const options::Described& option : options::described(decoding)) names.emplace_back(option.facts.name);
  refuse_first(names, "this model answers with labels and not with sentences");
}

void settle(TrainCommand& command) {
  command.plan.given = command.common.given;
  flows::settle(command.plan, flows::Place::kFolder);
}

void settle(CompareCommand& command) {
  check_study_data("compare", *command.kind, command.training);
  if (command.vary.empty()) {
    refuse("fovea compare: --vary is missing",
           "It names what to compare, such as --vary attention=additive,mean,last.");
  }
  if (command.out.empty()) refuse("--out: the name is empty", "It names a folder, such as --out fovea-compare.");
}

void settle(TuneCommand& command) {
  check_study_data("tune", *command.kind, command.training);
  if (command.out.empty()) {
    refuse("fovea tune: --out FOLDER is missing", "It names the folder to write, such as --out tuned.");
  }
}

void settle(AuditCommand& command) {
  options::refuse_idle(options::described(command), command.common.given);
  if (command.depth == audit::Depth::kQuick && command.require == audit::Grade::kFaithful) {
    refuse("--require faithful: depth quick gives no higher grade than informative", "Add --depth standard.");
  }
  if (is_given(command, &command.map) && command.map.empty()) {
    refuse("--map: the name is empty", "It names a file of JSON lines, as fovea predict --json prints them.");
  }
  if (is_given(command, &command.rationales) && command.rationales.empty()) {
    refuse("--rationales: the name is empty", "It names a file of what people marked in the texts.");
  }
  if (!command.map.empty() && !command.method.empty()) {
    refuse("--map and --method exclude each other", "One map is audited at a time.");
  }
  if (is_given(command, &command.method) && command.method.empty()) {
    refuse("--method: the name is empty", "It names a method, such as --method contribution.");
  }
  if (is_given(command, &command.html) && command.html.empty()) {
    refuse("--html: the name is empty", "It names the page to write, such as --html audit.html.");
  }
}

void settle(TestCommand& command) {
  if (command.common.given.contains("nbest")) {
    throw options::CannotApply("nbest", "a test scores the best translation of each sentence");
  }
  if (command.fasttext && command.common.json) {
    refuse("--fasttext and --json exclude each other", "Choose one form of output.");
  }
  options::refuse_idle(options::described(command), command.common.given);
  check_decoding(command.decoding);
}

void settle(PredictCommand& command) {
  if (int{command.fasttext} + int{command.explain} + int{command.common.json} > 1) {
    refuse("--fasttext, --explain and --json exclude each other", "Choose one form of output.");
  }
  options::refuse_idle(options::described(command), command.common.given);
  check_decoding(command.decoding);
}

void settle(AlignCommand& command) {
  options::refuse_idle(options::described(command), command.common.given);
  if (!command.score.empty()) {
    if (command.score.size() != 2) refuse("--score wants two files", "Give them so: --score GOLD OUT.");
    if (!command.model.empty()) refuse("--score uses no model", "Leave MODEL and DATA out.");
    for (const char* name : {"alignment", "back", "symmetrise"}) {
      if (command.common.given.contains(name)) throw options::CannotApply(name, "--score uses links that are there");
    }
  } else if (command.model.empty() || command.paths.empty()) {
    refuse("fovea align: MODEL or DATA is missing",
           "Write fovea align MODEL SRC TGT, or fovea align --score GOLD OUT.");
  }
}

void settle(DemoCommand& command) {
  options::refuse_idle(options::described(command), command.common.given);
}

void settle(ExplainCommand& command) {
  if (command.text && !command.inputs.empty()) {
    refuse("fovea explain: both a text and an input were given", "Give one of the two.");
  }
  if (!command.text && command.inputs.empty()) {
    refuse("fovea explain: INPUT is missing", "Name a file, or give --text \"…\".");
  }
  if (command.steps && !command.html.empty()) {
    refuse("--steps and --html exclude each other", "The lesson is for the terminal; run it without --html.");
  }
  if (command.steps && !command.methods.empty()) {
    refuse("--steps and --method exclude each other",
           "The lesson is how attention makes the answer; run it without --method.");
  }
  options::refuse_idle(options::described(command), command.common.given);
}

}  // namespace fovea::cli
