#include "tasks/translation/options.h"

#include <array>

#include "base/errors.h"
#include "tasks/translation/trained.h"

namespace fovea::tasks {
namespace {

using options::idle_if;
using options::Part;

constexpr std::array<std::pair<data::SubwordKind, const char*>, 3> kSubwords = {
    {{data::SubwordKind::kUnigram, "unigram"}, {data::SubwordKind::kBpe, "bpe"}, {data::SubwordKind::kWord, "word"}}};
constexpr std::array<std::pair<bool, const char*>, 2> kVocabularies = {{{true, "joint"}, {false, "separate"}}};
constexpr std::array<std::pair<TranslatorKind, const char*>, 3> kNetworks = {
    {{TranslatorKind::kLstm, "lstm"}, {TranslatorKind::kGru, "gru"}, {TranslatorKind::kTransformer, "transformer"}}};
constexpr std::array<std::pair<SourceLook, const char*>, 5> kLooks = {{{SourceLook::kAdditive, "additive"},
                                                                       {SourceLook::kDot, "dot"},
                                                                       {SourceLook::kScaledDot, "scaled-dot"},
                                                                       {SourceLook::kGeneral, "general"},
                                                                       {SourceLook::kNone, "none"}}};
constexpr std::array<std::pair<nn::Positions, const char*>, 2> kPositions = {
    {{nn::Positions::kSines, "sines"}, {nn::Positions::kRotary, "rotary"}}};
constexpr std::array<std::pair<bool, const char*>, 2> kClear = {{{true, "clear"}, {false, "plain"}}};
constexpr int64_t kTransformerSize = 128, kTransformerLayers = 4;
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
  visitor.text(
      {.name = "align-train",
       .says = "Links of the words of DATA, a line for each of its lines (0-0 1-2 …): attention is taught by them",
       .part = Part::kLoss,
       .shown = "FILE",
       .late = true},
      options.links);
  visitor.number({.name = "align-weight",
                  .says = "What those links add to the loss counts so much",
                  .part = Part::kLoss,
                  .late = true,
                  .idle = idle_if(options.links.empty(), "no links are given by --align-train")},
                 options.links_weight, {0, 1000});
  visitor.text({.name = "align-valid",
                .says = "Links that people made of the files of --valid, line by line (1-1 2p3 …): which of the looks "
                        "is told as links is "
                        "chosen by them",
                .part = Part::kLoss,
                .shown = "FILE",
                .late = true},
               options.gold);
  visitor.whole({.name = "gold-base",
                 .says = "The number of a sentence's first word in them: 0 or 1",
                 .part = Part::kLoss,
                 .late = true,
                 .idle = idle_if(options.gold.empty(), "no links are given by --align-valid")},
                options.gold_base, {0, 1});
}

void visit(TranslationModelOptions& options, options::Visitor& visitor) {
  const char* of_stack = idle_if(options.transformer(), "a Transformer scores by scaled products");
  visitor.word({.name = "encoder",
                .says = "Encoder and decoder: of lstm or gru cells, or transformer",
                .part = Part::kModel,
                .row = 10},
               options.network, kNetworks);
  visitor.word({.name = "attention",
                .says = "Score: additive, dot, scaled-dot or general; or none: the decoder begins where the encoder "
                        "ended and never looks back",
                .part = Part::kModel,
                .row = 10,
                .idle = of_stack},
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
                 .says = "Units of the encoder per direction, the decoder has twice as many; of a Transformer: the "
                         "features of a state",
                 .part = Part::kModel,
                 .row = 40},
                options.hidden_size, options::kSize);
  visitor.whole({.name = "layers", .says = "Layers of encoder and decoder", .part = Part::kModel, .row = 60},
                options.layers, {1, 16});
  visitor.whole({.name = "heads",
                 .says = "Heads of every attention of a Transformer",
                 .part = Part::kModel,
                 .row = 55,
                 .late = true,
                 .idle = idle_if(!options.transformer(), "a recurrent decoder has one look")},
                options.heads, {1, 64});
  visitor.word(
      {.name = "positions",
       .says = "How a Transformer is told the order: sines added to the first states, or rotary: queries and keys "
               "turned by their place",
       .part = Part::kModel,
       .row = 56,
       .late = true,
       .idle = idle_if(!options.transformer(), "a recurrent network reads in order")},
      options.positions, kPositions);
  visitor.whole(
      {.name = "attention-size",
       .says = "Width in which a place of the source is scored",
       .part = Part::kModel,
       .row = 50,
       .idle = options.transformer() ? of_stack : idle_if(!options.attends(), "--attention none scores nothing")},
      options.attention_size, options::kSize);
  visitor.flag(
      {.name = "input-feeding",
       .says = "Each step of the decoder reads what chose the subword before, its look included; slower to train",
       .part = Part::kModel,
       .row = 62,
       .late = true,
       .idle = options.transformer() ? "a Transformer reads all that stands before"
                                     : idle_if(!options.attends(), "--attention none has no look to read")},
      options.input_feeding, options::Flag::kEither);
  visitor.number(
      {.name = "coverage",
       .says = "The decoder knows where it has looked, and looking there again adds to the loss with this weight; "
               "0: neither; slower to train",
       .part = Part::kModel,
       .row = 63,
       .late = true,
       .idle = options.transformer() ? "a Transformer looks from every layer"
                                     : idle_if(!options.attends(), "--attention none looks at nothing")},
      options.coverage, {0, 100});
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
  if (model.transformer() && model.hidden_size % model.heads != 0) {
    throw options::CannotApply("heads " + std::to_string(model.heads),
                               "--hidden-size " + std::to_string(model.hidden_size) + " is no multiple of it");
  }
  if (model.transformer() && model.positions == nn::Positions::kRotary && model.hidden_size / model.heads % 2 != 0) {
    throw options::CannotApply("positions", "rotary turns pairs of features, and a head has " +
                                                std::to_string(model.hidden_size / model.heads));
  }
  if (!data.links.empty() && data.paths.size() == 1) {
    throw options::CannotApply("align-train", "its lines are those of two files, and DATA is a table");
  }
  if (!data.gold.empty() && data.valid_paths.size() != 2) {
    throw options::CannotApply("align-valid", "its lines are those of two files of --valid");
  }
  if (!model.attends() && !(data.links.empty() && data.gold.empty())) {
    throw options::CannotApply(data.links.empty() ? "align-valid" : "align-train", "--attention none links nothing");
  }
}

std::optional<std::string> TranslationSettings::adopt(const Model& start, const options::Given& given) {
  const auto* trained = dynamic_cast<const TrainedTranslator*>(&start);
  if (!trained) {
    throw UserError(ExitCode::kUsage, "--init: the model is of another kind of task", "Name a translator.");
  }
  TranslationModelOptions network = trained->parts().model;
  if (const auto* other = options::take_over(options::described(model), options::described(network), given)) {
    return other->facts.name;
  }
  TranslationDataOptions text = data;
  text.subwords = trained->parts().subwords;
  text.vocabulary = trained->parts().vocabulary;
  text.joint = trained->parts().vocabularies.joint;
  text.max_length = trained->parts().max_length;
  if (const auto* other = options::take_over(options::described(data), options::described(text), given)) {
    return other->facts.name;
  }
  return std::nullopt;
}

void TranslationSettings::choose_best(const options::Given& given) {
  if (!is_given(given, &model.network)) model.network = TranslatorKind::kTransformer;
}

// A Transformer is narrower and deeper than recurrent layers.
void TranslationSettings::choose_usual(const options::Given& given) {
  const bool stack = model.transformer();
  const auto usually = [&](int64_t& field, int64_t recurrent, int64_t of_stack) {
    if (!is_given(given, &field)) field = stack ? of_stack : recurrent;
  };
  const TranslationModelOptions usual;
  usually(model.hidden_size, usual.hidden_size, kTransformerSize);
  usually(model.embedding_size, usual.embedding_size, kTransformerSize);
  usually(model.layers, usual.layers, kTransformerLayers);
  if (!is_given(given, &model.clear)) model.clear = !stack;
  if (!is_given(given, &model.output_dropout)) model.output_dropout = stack ? 0 : usual.output_dropout;
}

bool TranslationSettings::is_given(const options::Given& given, const void* field) {
  return options::is_given(options::described(model), given, field);
}

std::optional<std::string> TranslationSettings::why_no_second_reading() const {
  if (const auto why = Settings::why_no_second_reading()) return why;
  if (!data.valid_paths.empty() && !data.links.empty()) return "the pairs of --valid have no links of --align-train";
  return std::nullopt;
}

std::string TranslationSettings::architecture() const {
  const std::string h = std::to_string(model.hidden_size), layers = std::to_string(model.layers);
  if (model.transformer()) {
    return "Transformer " + h + ", " + layers + (model.layers > 1 ? " layers" : " layer") + ", " +
           std::to_string(model.heads) + (model.heads > 1 ? " heads" : " head");
  }
  const std::string cell = model.network == TranslatorKind::kLstm ? "LSTM" : "GRU";
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
