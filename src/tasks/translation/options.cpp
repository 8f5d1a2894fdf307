#include "tasks/translation/options.h"

#include <array>

#include "base/errors.h"

namespace fovea::tasks {
namespace {

using options::idle_if;
using options::Part;

constexpr std::array<std::pair<data::SubwordKind, const char*>, 3> kSubwords = {
    {{data::SubwordKind::kUnigram, "unigram"}, {data::SubwordKind::kBpe, "bpe"}, {data::SubwordKind::kWord, "word"}}};
constexpr std::array<std::pair<bool, const char*>, 2> kVocabularies = {{{true, "joint"}, {false, "separate"}}};
constexpr std::array<std::pair<ops::Cell, const char*>, 2> kCells = {
    {{ops::Cell::kLstm, "lstm"}, {ops::Cell::kGru, "gru"}}};
constexpr std::array<std::pair<SourceLook, const char*>, 5> kLooks = {{{SourceLook::kAdditive, "additive"},
                                                                       {SourceLook::kDot, "dot"},
                                                                       {SourceLook::kScaledDot, "scaled-dot"},
                                                                       {SourceLook::kGeneral, "general"},
                                                                       {SourceLook::kNone, "none"}}};
constexpr std::array<std::pair<bool, const char*>, 2> kClear = {{{true, "clear"}, {false, "plain"}}};
constexpr std::array<std::pair<data::BadRows, const char*>, 2> kBadRows = {
    {{data::BadRows::kStop, "stop"}, {data::BadRows::kSkip, "skip"}}};

}  // namespace

const char* attention_name(SourceLook look) {
  return options::name_in(kLooks, look);
}

void visit(TranslationDataOptions& options, options::Visitor& visitor) {
  visit_files(options, visitor,
              "Two files whose lines belong together, source first, or one table with two columns (.gz; -)");
  visit_shares(options, visitor);
  visitor.text({.name = "source-column",
                .says = "Of a table: the column of the source, by name or number",
                .part = Part::kReading,
                .or_number = true},
               options.pairs.source_column);
  visitor.text({.name = "target-column",
                .says = "Of a table: the column of the translation",
                .part = Part::kReading,
                .or_number = true},
               options.pairs.target_column);
  visitor.word({.name = "on-bad-row",
                .says = "Of a table: stop, or skip: leave bad rows out, and count them",
                .part = Part::kReading},
               options.pairs.on_bad_row, kBadRows);
  visitor.number({.name = "max-ratio",
                  .says = "Pairs are left out of training where one side has so many times the words of the other",
                  .part = Part::kReading},
                 options.pairs.longest_ratio, {1, 1000});
  visitor.word({.name = "tokenizer",
                .says = "Subwords learnt inside: unigram or bpe; or word: the words between blanks",
                .part = Part::kText},
               options.subwords, kSubwords);
  visitor.whole(
      {.name = "vocabulary",
       .says = "Subwords that are learnt, at most; 0: 4,000, from 200,000 pairs on 8,000, from 2 million on 16,000",
       .part = Part::kText},
      options.vocabulary, {0, 1'000'000});
  visitor.word({.name = "vocabularies",
                .says = "joint: one vocabulary for both languages; separate: one for each",
                .part = Part::kText},
               options.joint, kVocabularies);
  visitor.whole({.name = "max-length",
                 .says = "Subwords of a sentence; longer pairs are left out of training, longer inputs are cut",
                 .part = Part::kText},
                options.max_length, {4, 10'000});
}

void visit(TranslationModelOptions& options, options::Visitor& visitor) {
  visitor.word(
      {.name = "encoder", .says = "Cells of encoder and decoder: lstm or gru", .part = Part::kModel, .row = 10},
      options.cell, kCells);
  visitor.word({.name = "attention",
                .says = "Score: additive, dot, scaled-dot or general; or none: the decoder begins where the encoder "
                        "ended and never looks back",
                .part = Part::kModel,
                .row = 10},
               options.attention, kLooks);
  visitor.word({.name = "look",
                .says = "clear: what is looked at is of its word, and the states choose where; plain: the states",
                .part = Part::kModel,
                .row = 5,
                .idle = idle_if(!options.attends(), "--attention none looks at nothing")},
               options.clear, kClear);
  visitor.whole({.name = "embedding-size", .says = "Features of a subword", .part = Part::kModel, .row = 40},
                options.embedding_size, options::kSize);
  visitor.whole({.name = "hidden-size",
                 .says = "Units of the encoder per direction; the decoder has twice as many",
                 .part = Part::kModel,
                 .row = 40},
                options.hidden_size, options::kSize);
  visitor.whole({.name = "layers", .says = "Layers of encoder and decoder", .part = Part::kModel, .row = 60},
                options.layers, {1, 8});
  visitor.whole({.name = "attention-size",
                 .says = "Width in which a place of the source is scored",
                 .part = Part::kModel,
                 .row = 50,
                 .idle = idle_if(!options.attends(), "--attention none scores nothing")},
                options.attention_size, options::kSize);
  const auto dropout = [&](const char* name, const char* says, double& value) {
    visitor.number({.name = name, .says = says, .part = Part::kModel, .row = 65, .of_training = true}, value,
                   options::kShare);
  };
  dropout("embedding-dropout", "Dropout on the vectors of subwords", options.embedding_dropout);
  dropout("word-dropout", "Share of subwords read as unknown in training", options.word_dropout);
  dropout("state-dropout", "Dropout on the states of encoder and decoder", options.state_dropout);
  dropout("output-dropout", "Dropout on what chooses the next subword", options.output_dropout);
  visitor.number({.name = "label-smoothing",
                  .says = "Share of the target's probability that is spread over all subwords",
                  .part = Part::kLoss,
                  .of_training = true},
                 options.label_smoothing, {0, 0.9});
}

void TranslationSettings::visit(options::Visitor& visitor) {
  visitor.inside("data", [&] { tasks::visit(data, visitor); });
  visit_split(data, visitor);
  visitor.inside("model", [&] { tasks::visit(model, visitor); });
}

void TranslationSettings::settle(const options::Given& given) {
  for (const auto* paths : {&data.paths, &data.valid_paths, &data.test_paths}) {
    if (paths->size() <= 2) continue;
    throw UserError(ExitCode::kUsage, std::to_string(paths->size()) + " files are given where sentence pairs are read",
                    "Give two files whose lines belong together, or one table with two columns.");
  }
  for (const char* name : {"source-column", "target-column", "on-bad-row"}) {
    if (data.paths.size() == 2 && given.contains(name)) {
      throw options::CannotApply(name, "it is for a table, and two files are given");
    }
  }
  if (data.pairs.source_column.empty() != data.pairs.target_column.empty()) {
    throw UserError(ExitCode::kUsage, "--source-column and --target-column belong together",
                    "Name both columns, or none.");
  }
  if (given.contains("quantize")) {
    throw options::CannotApply("quantize", "translators are not yet written as 8-bit numbers");
  }
}

void TranslationSettings::choose_best(const options::Given&) {
  throw options::CannotApply("preset", "translators have no larger preset yet");
}

std::string TranslationSettings::architecture() const {
  const std::string cell = model.cell == ops::Cell::kLstm ? "LSTM" : "GRU";
  const std::string h = std::to_string(model.hidden_size), layers = std::to_string(model.layers);
  const std::string name = attention_name(model.attention);
  return "Bi" + cell + " " + h + "+" + h + ", " + cell + " " + std::to_string(2 * model.hidden_size) +
         (model.layers > 1 ? ", " + layers + " layers" : "") +
         (model.attends() ? ", " + name + " attention" : ", no attention");
}

void TranslationSettings::drop_little() {
  for (double* share : {&model.embedding_dropout, &model.state_dropout, &model.output_dropout}) *share /= 3;
}

const TranslationSettings& as_translation(const Settings& settings) {
  const auto* own = dynamic_cast<const TranslationSettings*>(&settings);
  FOVEA_CHECK(own != nullptr, "settings of another kind");
  return *own;
}

}  // namespace fovea::tasks
