#include "cli/start_model.h"

#include <algorithm>

#include "base/errors.h"
#include "base/files.h"
#include "checkpoint/load.h"
#include "cli/check_command.h"

namespace fovea::cli {
namespace {

[[noreturn]] void refuse_change(const TrainCommand& command, const std::string& option) {
  throw UserError(ExitCode::kUsage,
                  "--" + option + " differs from the model that training goes on from, " + command.init,
                  "Leave --" + option + " out: it is taken from the model.");
}

// Every setting of the network is part of the architecture, but for the shares that are dropped in training.
void take_architecture(TrainCommand& command, const tasks::TextModelOptions& known) {
  const Json given = command.model.to_json();
  Json taken = known.to_json();
  for (auto& [key, value] : taken.items()) {
    std::string option = key;
    std::replace(option.begin(), option.end(), '_', '-');
    if (!command.common.given.count(option)) continue;
    const bool of_training = option.ends_with("dropout") || option == "dropout-kind" || option == "row-penalty";
    if (!of_training && given.at(key) != value) refuse_change(command, option);
    value = given.at(key);
  }
  command.model = tasks::TextModelOptions::from_json(taken);
}

void take_text(TrainCommand& command, const data::TextOptions& known) {
  const data::TextOptions& given = command.data.text;
  const auto check = [&](const char* option, bool differs) {
    if (command.common.given.count(option) && differs) refuse_change(command, option);
  };
  check("tokenizer", given.tokenizer != known.tokenizer);
  check("pieces", given.pieces != known.pieces);
  check("no-nfkc", given.nfkc != known.nfkc);
  check("no-case-fold", given.case_fold != known.case_fold);
  check("markup", given.markup != data::Markup::kAuto && given.markup != known.markup);
  check("max-tokens", given.max_tokens != known.max_tokens);
  command.data.text = known;
}

void take_labels(TrainCommand& command, const tasks::TextClassifierParts& parts) {
  if (command.data.table.multi_label && !parts.multi_label) refuse_change(command, "multi-label");
  command.data.table.multi_label = parts.multi_label;
  if (!command.common.given.count("label-separator")) {
    command.data.table.label_separator = parts.layout.label_separator;
  }
  if (parts.multi_label && !command.common.given.count("metric")) command.train.metric = "loss";
  const int64_t longest = parts.ngrams.width() > 0 ? parts.ngrams.counts().longest : 0;
  if (command.common.given.count("ngrams") && command.data.ngrams.longest != longest) refuse_change(command, "ngrams");
  command.data.ngrams.longest = longest;
  const bool weights = !parts.ngrams.weights().mean.empty();
  if (command.common.given.count("ngram-folds") && (command.data.ngrams.folds > 0) != weights) {
    refuse_change(command, "ngram-folds");
  }
  if (!weights) command.data.ngrams.folds = 0;
  const int64_t letters = parts.ngrams.letters().longest();
  if (command.common.given.count("char-ngrams") && command.data.ngrams.letters != letters) {
    refuse_change(command, "char-ngrams");
  }
  command.data.ngrams.letters = letters;
}

}  // namespace

void take_settings(TrainCommand& command, const tasks::TextClassifier& model) {
  if (command.preset != "fast" && command.common.given.count("preset")) {
    throw UserError(ExitCode::kUsage,
                    "--preset " + command.preset + " cannot apply: with --init the network is the model's",
                    "Leave --preset out.");
  }
  take_architecture(command, model.parts().model);
  take_text(command, model.parts().text);
  take_labels(command, model.parts());
  check_together(command);
}

StartModel read_start_model(const std::string& init) {
  const checkpoint::Files files = checkpoint::load_model(init);
  tasks::TextClassifier model = tasks::TextClassifier::load(files, init);
  std::string state;
  for (const char* name : {"config.json", "vocab.txt", "weights.safetensors"}) state += sha256(files.at(name));
  if (const auto pieces = files.find(tasks::kPiecesFile); pieces != files.end()) state += sha256(pieces->second);
  tasks::TextBase base = tasks::base_of(model, init, sha256(state));
  return {std::move(model), std::move(base)};
}

}  // namespace fovea::cli
