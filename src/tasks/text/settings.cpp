#include "tasks/text/settings.h"

#include <algorithm>

#include "base/errors.h"
#include "base/options/json.h"
#include "tasks/text/trained.h"

namespace fovea::tasks {
namespace {

using options::idle_if;
using options::Part;

// Said of options that make no sense where a text may have several labels.
constexpr const char* kNoNgrams =
    "with --multi-label a text may have several labels, and n-gram ratios are of one class against the others";
constexpr const char* kNoWeights = "with --multi-label a text may have several labels; --weight-column weighs rows";

const char* why_no_ngrams(const TextDataOptions& data) {
  return idle_if(data.table.multi_label, kNoNgrams);
}

const char* why_no_ratios(const TextDataOptions& data) {
  if (data.table.multi_label) return kNoNgrams;
  return idle_if(data.ngrams.longest == 0, "with --ngrams 0 there are no ratios to drop");
}

// Chosen on held-out parts of the training rows of four data sets: docs/accuracy.md.
constexpr int64_t kBestMembers = 5;

// Takes what is the model's; the name of an option given that says otherwise.
std::optional<std::string> take(const std::vector<options::Described>& options,
                                const std::vector<options::Described>& known, const options::Given& given) {
  const options::Described* other = options::take_over(options, known, given);
  if (!other) return std::nullopt;
  return other->facts.name;
}

}  // namespace

Json TextDataOptions::to_json() const {
  return options::to_json(*this);
}

void visit(TextDataOptions& options, options::Visitor& visitor) {
  visit_files(options, visitor,
              "Files of labelled texts (__label__ lines, TSV, CSV, JSONL; .gz; - for standard input)");
  visitor.inside("table", [&] { visit(options.table, visitor); });
  visit_shares(options, visitor);
  visitor.inside("vocabulary", [&] { visit(options.vocabulary, visitor); });
  visit(options.ngrams, visitor, why_no_ngrams(options));
  visit(options.vectors, visitor);
}

void TextSettings::visit(options::Visitor& visitor) {
  visitor.inside("data", [&] { tasks::visit(data, visitor); });
  visit_split(data, visitor);
  visitor.inside("text", [&] { data::visit(data.text, visitor); });
  visitor.inside("model", [&] { tasks::visit(model, visitor, why_no_ratios(data)); });
  visitor.inside(
      "loss", [&] { tasks::visit(loss, visitor, idle_if(data.table.multi_label, kNoWeights)); },
      /*late=*/true);
}

void TextSettings::settle(const options::Given& given) {
  data.text.sentences = model.structure == Structure::kHierarchical;
  if (data.table.multi_label && data.table.label_separator.empty()) {
    throw UserError(ExitCode::kUsage, "--label-separator: is empty", "Give what stands between two labels.");
  }
  if (data.table.multi_label) data.ngrams.longest = 0;
  check(data.ngrams);
  check_structure(model);
}

void TextSettings::read_written() {
  parse_class_weights(loss.written_weights, &loss);
}

std::optional<std::string> TextSettings::adopt(const Model& start, const options::Given& given) {
  const auto* trained = dynamic_cast<const TrainedText*>(&start);
  if (!trained) {
    throw UserError(ExitCode::kUsage, "--init: the model is of another kind of task", "Name a model of texts.");
  }
  const TextClassifierParts& parts = trained->classifier().parts();
  TextModelOptions network = parts.model;
  if (const auto other = take(options::described(model), options::described(network), given)) return other;
  data::TextOptions text = parts.text;
  if (data.text.markup == data::Markup::kAuto) data.text.markup = text.markup;  // what the model found in its data
  if (const auto other = take(options::described(data.text), options::described(text), given)) return other;
  data::TableOptions table = data.table;
  table.multi_label = parts.multi_label;
  if (!options::is_given(options::described(data.table), given, &data.table.label_separator)) {
    table.label_separator = parts.layout.label_separator;
  }
  if (const auto other = take(options::described(data.table), options::described(table), given)) return other;
  const bool weighed = !parts.ngrams.weights().mean.empty();
  data::NgramOptions ngrams = data.ngrams;
  ngrams.longest = parts.ngrams.width() > 0 ? parts.ngrams.counts().longest : 0;
  ngrams.folds = weighed ? std::max<int64_t>(data.ngrams.folds, 1) : 0;  // how many is no part of the model
  ngrams.letters = parts.ngrams.letters().longest();
  return take(options::described(data.ngrams), options::described(ngrams), given);
}

void TextSettings::choose_best(const options::Given& given) {
  if (!options::is_given(options::described(model), given, &model.members)) model.members = kBestMembers;
}

// A threshold is not known yet.
std::string TextSettings::usual_metric() const {
  return data.table.multi_label ? "loss" : "";
}

Json TextSettings::reading() const {
  Json options = data.to_json();
  for (const char* name : {"vocabulary", "ngrams", "ngram_folds", "char_ngrams", "freeze_vectors"}) options.erase(name);
  return options;
}

Json TextSettings::loading() const {
  const Json json = to_json();
  return {json.at("data"), json.at("text")};
}

// The file of word vectors has their size.
bool TextSettings::is_decided(std::string_view option) const {
  return option == "embedding-size" && !data.vectors.path.empty();
}

SettingList TextSettings::preset_settings() const {
  return {{"members", std::to_string(model.members)}};
}

std::optional<std::string> TextSettings::why_no_second_reading() const {
  if (const auto why = Settings::why_no_second_reading()) return why;
  if (!data.valid_paths.empty() && !data.table.weight_column.empty()) {
    return "the rows of --valid have no weights of --weight-column";
  }
  return std::nullopt;
}

void TextSettings::make_even() {
  model.attention = nn::PoolingKind::kMean;
  model.heads = 1;
  if (model.structure == Structure::kRows) model.structure = Structure::kFlat;
}

void TextSettings::drop_little() {
  model.word_dropout = 0;
  for (double* share : {&model.embedding_dropout, &model.state_dropout, &model.output_dropout}) *share /= 3;
}

TextSettings& as_text(Settings& settings) {
  auto* text = dynamic_cast<TextSettings*>(&settings);
  FOVEA_CHECK(text != nullptr, "settings of another kind");
  return *text;
}

const TextSettings& as_text(const Settings& settings) {
  return as_text(const_cast<Settings&>(settings));
}

}  // namespace fovea::tasks
