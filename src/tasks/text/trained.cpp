#include "tasks/text/trained.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"
#include "base/text.h"
#include "data/readers/label_prefix.h"
#include "data/readers/look.h"
#include "data/readers/utf8.h"
#include "draw/terminal.h"
#include "metrics/measures.h"
#include "tasks/text/json.h"
#include "tasks/text/kind.h"
#include "tasks/text/map.h"
#include "tasks/text/priors.h"
#include "tasks/text/render.h"
#include "tasks/text/report.h"
#include "tasks/text/scores.h"
#include "tasks/text/subject.h"

namespace fovea::tasks {
namespace {

constexpr int kDigits = 4;  // of a probability

const TextInputs& as_texts(const Inputs& inputs) {
  const auto* texts = dynamic_cast<const TextInputs*>(&inputs);
  FOVEA_CHECK(texts != nullptr, "inputs of another kind");
  return *texts;
}

// How many labels of an answer are shown in JSON: all where a text may have several and nothing else is asked for.
int labels_in_json(const TextAnswer& answer, const Shown& shown) {
  if (shown.top) return *shown.top;
  return answer.multi_label ? static_cast<int>(answer.ranking.size()) : 1;
}

// As many labels as asked for, or of several all that are given. Thresholds differ, so that one given may stand behind
// one that is not.
std::vector<LabelProbability> entries_shown(const TextAnswer& answer, const Shown& shown) {
  const bool all_given = answer.multi_label && !shown.top;
  std::vector<LabelProbability> entries;
  for (const LabelProbability& entry : answer.ranking) {
    if (all_given ? entry.given : std::ssize(entries) < shown.top.value_or(1)) entries.push_back(entry);
  }
  return entries;
}

std::string plain_line(const TextAnswer& answer, const Shown& shown) {
  if (answer.abstained) return "\t" + fixed(answer.probability(), kDigits);
  std::string text;
  for (const LabelProbability& entry : entries_shown(answer, shown)) {
    text += (text.empty() ? "" : "\t") + draw::safe_text(entry.label) + "\t" + fixed(entry.probability, kDigits);
  }
  return text;
}

std::string fasttext_line(const TextAnswer& answer, const Shown& shown, const std::string& prefix) {
  if (answer.abstained) return "";  // as fastText where no label reaches its threshold
  std::string text;
  for (const LabelProbability& entry : entries_shown(answer, shown)) {
    text += (text.empty() ? "" : " ") + prefix + draw::safe_text(entry.label) + " " + fixed(entry.probability, 5);
  }
  return text;
}

// Of all texts together: it is shown, and never compared.
Scored macro_f1_of(const TextTestResult& test) {
  metrics::RowSums sums{.rows = 1, .parts = metrics::kMacroF1.parts * test.classes.size()};
  for (const ClassRow& row : test.classes) {
    const double right = std::round(row.recall * static_cast<double>(row.support));
    sums.values.insert(sums.values.end(),
                       {right, static_cast<double>(row.predicted) - right, static_cast<double>(row.support) - right});
  }
  return {metrics::kMacroF1, std::move(sums)};
}

// The word that comes first in the picture shown first is deleted, and the text read once more.
void note_without_top(const TextClassifier& classifier, std::span<const std::unique_ptr<Answer>> answers) {
  attribution::TextSubject subject(classifier);
  std::vector<attribution::Question> questions;
  std::vector<Answer*> asked;
  for (const auto& answer : answers) {
    const TextAnswer& text = static_cast<const AnsweredText&>(*answer).answer;
    if (text.tokens.size() < 2) continue;
    questions.push_back(
        {.input = subject.add(text.text), .gone = {top_token(text)}, .how = attribution::Erased::kDeleted});
    asked.push_back(answer.get());
  }
  const std::vector<std::vector<double>> logits = subject.logits(questions);
  for (size_t i = 0; i < asked.size(); ++i) {
    const auto best = std::max_element(logits[i].begin(), logits[i].end()) - logits[i].begin();
    asked[i]->stays_without_top = best == asked[i]->decided();
  }
}

constexpr size_t kLabelsShown = 12;

std::string labels_text(const TextClassifierParts& parts) {
  std::string text;
  for (size_t c = 0; c < parts.labels.size() && c < kLabelsShown; ++c) {
    text += (c ? ", " : "") + draw::ellipsize(draw::safe_text(parts.labels[c]), 20) + " (" +
            with_commas(parts.label_counts[c]) + ")";
  }
  if (parts.labels.size() > kLabelsShown) text += ", … (" + std::to_string(parts.labels.size()) + " in all)";
  return text;
}

}  // namespace

// "changes without “bad”"
std::string AnsweredText::note_of_top() const {
  const std::string& word = answer.tokens[static_cast<size_t>(top_token(answer))].text;
  return std::string(*stays_without_top ? "stays" : "changes") + " without “" + draw::safe_text(word) + "”";
}

Json AnsweredText::json(const Shown& shown) const {
  Json out = answer_json(answer, labels_in_json(answer, shown));
  if (stays_without_top) out["stays_without_top"] = *stays_without_top;
  return out;
}

std::string AnsweredText::line(Form form, const Shown& shown, const draw::Style& style) const {
  switch (form) {
    case Form::kPlain:
      return plain_line(answer, shown);
    case Form::kFasttext:
      return fasttext_line(answer, shown, label_prefix_);
    case Form::kLinks:
      FOVEA_CHECK(false, "a label has no links to its input");
    case Form::kExplained:
      break;
  }
  return explained_line(answer, style);
}

draw::Headline AnsweredText::headline() const {
  draw::Headline out = headline_of(answer);
  if (stays_without_top) out.notes.push_back(note_of_top());
  return out;
}

draw::Picture AnsweredText::picture() const {
  return picture_of(answer);
}

Json ExplainedText::json(const Shown& shown) const {
  return mechanism_json(mechanism, labels_in_json(mechanism.answer, shown));
}

std::string ExplainedText::lesson(const draw::Style& style) const {
  return mechanism_lesson(mechanism, style);
}

std::vector<Scored> TestedTexts::scored() const {
  Scored accuracy{metrics::kAccuracy, {.rows = texts_.size(), .parts = metrics::kAccuracy.parts}};
  Scored loss{metrics::kLoss, {.rows = texts_.size(), .parts = metrics::kLoss.parts}};
  for (const TextScore& text : texts_) {
    accuracy.sums.values.push_back(text.right ? 1 : 0);
    loss.sums.values.insert(loss.sums.values.end(), {text.loss, 1});
  }
  return {std::move(accuracy), macro_f1_of(result), std::move(loss)};
}

std::vector<int64_t> TestedTexts::sizes() const {
  std::vector<int64_t> sizes;
  for (const TextScore& text : texts_) sizes.push_back(text.length);
  return sizes;
}

Json TestedTexts::json() const {
  return test_json(result);
}

std::string TestedTexts::report(const draw::Style& style) const {
  return test_report(result, style);
}

std::string TestedTexts::fasttext_report() const {
  return test_report_fasttext(result);
}

std::vector<Told> TestedTexts::told() const {
  const TextTestResult& t = result;
  std::vector<Told> told = {
      {"test", per_cent(t.accuracy) + "  (" + fixed(100 * t.accuracy_low, 1) + " to " +
                   fixed(100 * t.accuracy_high, 1) + ")   " +
                   (t.multi_label ? "exact match; micro F1 " + fixed(t.micro_f1, 3) + ", " : "") + "macro F1 " +
                   fixed(t.macro_f1, 3) + "\non " + with_commas(t.n) + " texts " +
                   (t.seen_in_training > 0 ? "(" + with_commas(t.seen_in_training) + " of them known from training)"
                                           : std::string("not used before")) +
                   "\nalways “" + draw::ellipsize(draw::safe_text(t.majority_label), 20) + "” would be right in " +
                   per_cent(t.majority_share)}};
  if (t.accuracy_low <= t.majority_share) told.push_back({"", "not surely better than that: more rows may help"});
  return told;
}

std::optional<double> TestedTexts::score(std::string_view name) const {
  if (name == "accuracy") return result.accuracy;
  if (name == "macro_f1") return result.macro_f1;
  if (name == "micro_f1") return result.micro_f1;
  if (name == "loss") return result.loss;
  return std::nullopt;
}

void TestedTexts::name(const std::string& model, const std::string& data) {
  result.model = model;
  result.data = data;
}

const Kind& TrainedText::kind() const {
  return text_kind();
}

ModelFacts TrainedText::facts() const {
  const TextClassifierParts& parts = classifier_.parts();
  ModelFacts facts;
  facts.architecture = parts.model.describe();
  facts.parameters = classifier_.parameter_count();
  facts.attention = attention_name(parts.model.attention);
  if (!nn::attends(parts.model.attention)) {
    facts.why_no_weights = "the model was trained with --attention " + facts.attention;
  }
  facts.weights_are_shares =
      parts.model.attention == nn::PoolingKind::kMax || parts.model.attention == nn::PoolingKind::kLast;
  const int64_t pieces = parts.pieces ? parts.pieces.size() : 0;
  facts.knows = with_commas(parts.vocabulary.size() - 1) + " words" +
                (pieces > 0 ? "\n" + with_commas(pieces) + " pieces by SentencePiece" : "");
  facts.told = {{"labels", labels_text(parts)}};
  facts.own = {{"labels", parts.labels},
               {"label_counts", parts.label_counts},
               {"multi_label", parts.multi_label},
               {"temperature", parts.temperature},
               {"tokenizer", data::name_of(parts.text.tokenizer)},
               {"pieces", pieces},
               {"vocabulary", parts.vocabulary.size() - 1},
               {"layout", parts.layout.describe()}};
  return facts;
}

std::unique_ptr<Inputs> TrainedText::read(const InputSource& source) const {
  const data::TableLayout& layout = classifier_.parts().layout;
  if (source.like_training) {
    std::string difference;
    data::Table table = data::read_table_like(source.paths, source.table, layout, &difference);
    return std::make_unique<TextInputs>(std::move(table), std::move(difference));
  }
  data::TableOptions options = source.table;
  options.multi_label = layout.multi_label;
  options.label_separator = layout.label_separator;
  return std::make_unique<TextInputs>(data::read_table(source.paths, options), "");
}

std::unique_ptr<Inputs> TrainedText::take(std::span<const std::string> inputs) const {
  data::Table table;
  for (const std::string& input : inputs) {
    data::Row row;
    row.text = data::is_utf8(input) ? input : data::repair_utf8(input, &table.report.bad_bytes);
    table.rows.push_back(std::move(row));
  }
  return std::make_unique<TextInputs>(std::move(table), "");
}

// A file made for training may be asked about as it is, as in fastText.
LineForm TrainedText::line_form(std::string_view beginning, const std::string& path) const {
  const data::TableLayout& layout = classifier_.parts().layout;
  const std::string_view first = beginning.substr(0, beginning.find('\n'));
  const bool lines = path == kStandardInput;  // of which only the first is at hand
  const data::Looks looks = lines ? data::Looks::kLines : data::look_of_lines(path, beginning, layout);
  if (looks == data::Looks::kTrainedTable) {
    throw UserError(ExitCode::kBadData,
                    path + ": is a table like the one the model was trained on, and predict reads one text a line",
                    "Read it by its columns with --format " + std::string(data::format_name(layout.format)) + ".");
  }
  LineForm form;
  if (!lines && (looks == data::Looks::kTable || first.find('\t') != std::string_view::npos)) {
    form.warned = path +
                  " looks like a table with labels; predict reads one text a line (for columns: --format, "
                  "--text-column)";
  }
  if (data::without_labels(first, layout.label_prefix).size() != first.size()) {
    form.label_prefix = layout.label_prefix;
    form.told = path + ": lines begin with " + layout.label_prefix + ": their labels are not read";
  }
  return form;
}

void TrainedText::require(const AnswerOptions& options) const {
  if (options.abstain == 0 || !classifier_.parts().multi_label) return;
  throw UserError(ExitCode::kUsage,
                  "--abstain cannot apply: this model gives each label that reaches its own threshold",
                  "Leave --abstain out.");
}

std::vector<std::unique_ptr<Answer>> TrainedText::answer(const Inputs& inputs, int64_t first, int64_t count,
                                                         const AnswerOptions& options) const {
  require(options);
  const data::Table& table = as_texts(inputs).table;
  const auto begin = static_cast<size_t>(first), end = static_cast<size_t>(first + count);
  std::vector<std::string> texts;
  for (size_t i = begin; i < end; ++i) texts.push_back(table.rows[i].text);
  // An empty cell of a table says so; a JSON object or a line without a label says nothing.
  const bool may_have_none = table.layout.multi_label && table.layout.label_column >= 0 &&
                             table.layout.format != data::Format::kJsonl &&
                             table.layout.format != data::Format::kLabelPrefix;
  std::vector<std::unique_ptr<Answer>> answers;
  for (TextAnswer& answer : classifier_.answer(texts, options.contributions || options.without_top)) {
    const data::Row& row = table.rows[begin + answers.size()];
    if (options.truths) {
      answer.truth = row.label.empty() && may_have_none ? kNoLabel : row.label;
      answer.line = row.line;
    }
    answer.abstained = answer.probability() < options.abstain;
    answer.adds_first = stand_in().always;
    const int64_t decided = class_of(answer.shown().label);
    answers.push_back(
        std::make_unique<AnsweredText>(std::move(answer), classifier_.parts().layout.label_prefix, decided));
  }
  const bool one_label = !classifier_.parts().multi_label && nn::attends(classifier_.parts().model.attention);
  if (options.without_top && one_label) note_without_top(classifier_, answers);
  return answers;
}

std::unique_ptr<Explanation> TrainedText::explain(const Inputs& inputs, int64_t input, std::optional<int64_t>) const {
  return std::make_unique<ExplainedText>(
      classifier_.explain(as_texts(inputs).table.rows[static_cast<size_t>(input)].text));
}

std::unique_ptr<TestResult> TrainedText::test(const Inputs& inputs, const AnswerOptions& options) const {
  require(options);
  const TextInputs& texts = as_texts(inputs);
  const data::Table& table = texts.table;
  std::vector<TextScore> each;
  TextTestResult result =
      test_rows(classifier_, table.rows, table.report.paths, {.abstain = options.abstain, .texts = &each});
  if (texts.labels_expected && result.unknown_labels > 0 && !result.some_label_known) {
    throw UserError(ExitCode::kBadData,
                    joined(table.report.paths) + ": no label of this file is known to the model (" +
                        result.unknown_label_names.front() + ", …)",
                    "The model knows: " + draw::ellipsize(joined(classifier_.parts().labels), 200) +
                        ". Is the label in another column? See --label-column.");
  }
  result.layout = table.layout.describe();
  result.layout_difference = texts.difference();
  result.empty_texts = table.report.empty_texts;
  result.bad_rows = table.report.bad_rows;
  return std::make_unique<TestedTexts>(std::move(result), std::move(each));
}

int TrainedText::seen(const Inputs& inputs, int64_t input) const {
  return classifier_.seen(as_texts(inputs).table.rows[static_cast<size_t>(input)].text);
}

int64_t TrainedText::class_of(const std::string& label) const {
  const std::vector<std::string>& labels = classifier_.parts().labels;
  const auto found = std::find(labels.begin(), labels.end(), label);
  return found == labels.end() ? -1 : found - labels.begin();
}

int64_t TrainedText::truth(const Inputs& inputs, int64_t input) const {
  return class_of(as_texts(inputs).table.rows[static_cast<size_t>(input)].label);
}

int64_t TrainedText::parts(const Inputs& inputs, int64_t input) const {
  return classifier_.word_count(as_texts(inputs).table.rows[static_cast<size_t>(input)].text);
}

Spelled TrainedText::spelled(const Inputs& inputs, int64_t input) const {
  const data::Row& row = as_texts(inputs).table.rows[static_cast<size_t>(input)];
  Spelled spelled{.text = row.text, .parts = {}, .truth = row.label};
  for (const WeightedToken& token : classifier_.answer({&row.text, 1}).front().tokens) {
    spelled.parts.emplace_back(token.start, token.end);
  }
  return spelled;
}

Asked TrainedText::ask(const Inputs& inputs, std::span<const int64_t> chosen) const {
  const auto subject = std::make_shared<attribution::TextSubject>(classifier_);
  for (const int64_t input : chosen) subject->add(as_texts(inputs).table.rows[static_cast<size_t>(input)].text);
  return asked(subject);
}

std::vector<attribution::MethodFacts> TrainedText::methods() const {
  const auto methods = attribution::text_methods();
  return {methods.begin(), methods.end()};
}

// Where values are of words alone, contributions say what each word adds; a state says something of all words, and its
// contribution nothing of its own.
StandIn TrainedText::stand_in() const {
  const TextClassifierParts& parts = classifier_.parts();
  if (parts.multi_label || !nn::weighs_rows(parts.model.attention)) return {};
  const nn::EncoderKind encoder = parts.model.encoder;
  const bool by_itself = encoder == nn::EncoderKind::kAverage || encoder == nn::EncoderKind::kWord;
  const bool own = parts.model.clear() || (by_itself && parts.model.structure != Structure::kHierarchical);
  return {attribution::name_of(own ? attribution::Method::kContribution : attribution::Method::kIntegratedGradients),
          own};
}

std::vector<std::vector<double>> TrainedText::read_map(const std::string& path, const std::string& data,
                                                       const Inputs& inputs, std::span<const int64_t> chosen) const {
  std::vector<const data::Row*> rows;
  for (const int64_t input : chosen) rows.push_back(&as_texts(inputs).table.rows[static_cast<size_t>(input)]);
  return read_text_map(path, data, rows, classifier_);
}

bool TrainedText::knows_the_same(const Data& data) const {
  const auto* loaded = dynamic_cast<const LoadedText*>(&data);
  return loaded && loaded->texts.labels == classifier_.parts().labels &&
         loaded->texts.vocabulary.serialize() == classifier_.parts().vocabulary.serialize();
}

}  // namespace fovea::tasks
