#include "tasks/translation/test.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/text.h"
#include "draw/columns.h"
#include "draw/terminal.h"
#include "metrics/sequence/bleu.h"

namespace fovea::tasks {
namespace {

constexpr size_t kWorstShown = 3, kWorstWritten = 20;
constexpr int kRoleWidth = 12;

// In lower case, for scores whose systems were trained on such. The name tells the two BLEUs apart.
constexpr metrics::Measure kBleuLowercase = {.name = "bleu_lowercase",
                                             .shown = "BLEU in lower case",
                                             .plural = "BLEU scores in lower case",
                                             .parts = metrics::kBleu.parts,
                                             .score = metrics::kBleu.score,
                                             .unit = metrics::Unit::kHundredth};

metrics::TranslationMetrics scores_of(const std::vector<TestedPair>& pairs,
                                      const metrics::TranslationOptions& options) {
  std::vector<std::string> translations, references;
  for (const TestedPair& pair : pairs) {
    translations.push_back(pair.translation);
    references.push_back(pair.reference);
  }
  return metrics::score_translations(translations, references, options);
}

metrics::TranslationMetric lower_case_of(const std::vector<TestedPair>& pairs, metrics::Tokenizer tokenizer,
                                         std::string signature) {
  constexpr std::string_view kMixed = "case:mixed";
  signature.replace(signature.find(kMixed), kMixed.size(), "case:lc");
  metrics::TranslationMetric metric{kBleuLowercase, {.parts = kBleuLowercase.parts}, std::move(signature)};
  const auto cut = [&](const std::string& text) { return metrics::words_of(metrics::lower_case(text), tokenizer); };
  for (const TestedPair& pair : pairs) {
    const auto sums = metrics::bleu_counts(cut(pair.translation), cut(pair.reference)).sums();
    ++metric.sums.rows;
    metric.sums.values.insert(metric.sums.values.end(), sums.begin(), sums.end());
  }
  return metric;
}

// Words that follow themselves at once.
int64_t repetitions(const std::vector<std::string>& words) {
  int64_t count = 0;
  for (size_t i = 1; i < words.size(); ++i) count += words[i] == words[i - 1];
  return count;
}

}  // namespace

TranslationTest::TranslationTest(std::vector<TestedPair> pairs, metrics::Tokenizer tokenizer, const Nouns& nouns)
    : pairs_(std::move(pairs)),
      of_characters_(tokenizer == metrics::Tokenizer::kChar),
      metrics_(scores_of(pairs_, {.tokenizer = tokenizer})),
      lower_(lower_case_of(pairs_, tokenizer, metrics_.bleu.signature)) {
  Scored loss{metrics::kLoss, {.rows = pairs_.size(), .parts = metrics::kLoss.parts}};
  for (const TestedPair& pair : pairs_) {
    loss.sums.values.insert(loss.sums.values.end(), {pair.nats, static_cast<double>(pair.subwords)});
    cut_off_ += pair.complete ? 0 : 1;
    seen_in_training_ += pair.seen > 0 ? 1 : 0;
    seen_in_validation_ += pair.seen < 0 ? 1 : 0;
    const auto made = metrics::words_of(metrics::lower_case(pair.translation), tokenizer),
               meant = metrics::words_of(metrics::lower_case(pair.reference), tokenizer);
    repeated_ += std::max<int64_t>(repetitions(made) - repetitions(meant), 0);
    std::map<std::string, int64_t> left;
    for (const std::string& word : meant) ++left[word];
    for (const std::string& word : made) --left[word];
    for (const auto& [word, count] : left) dropped_ += std::max<int64_t>(count, 0);
  }
  for (const metrics::TranslationMetric* one : {&metrics_.bleu, &lower_, &metrics_.chrf, &metrics_.ter}) {
    scored_.push_back({one->measure, one->sums});
  }
  scored_.push_back(std::move(loss));
  measured_ = std::make_unique<Measured>(nouns, scored_, sizes());
}

std::vector<int64_t> TranslationTest::sizes() const {
  std::vector<int64_t> sizes;
  for (const TestedPair& pair : pairs_) sizes.push_back(pair.words);
  return sizes;
}

double TranslationTest::perplexity() const {
  const Scored& loss = scored_.back();
  return std::exp(metrics::mean_score(loss.sums, loss.measure));
}

std::vector<size_t> TranslationTest::worst(size_t count) const {
  std::vector<double> scores;
  for (size_t row = 0; row < pairs_.size(); ++row) scores.push_back(metrics_.bleu.sentence_score(row));
  std::vector<size_t> order(pairs_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] < scores[b]; });
  order.resize(std::min(count, order.size()));
  return order;
}

Json TranslationTest::json() const {
  Json json = measured_->json();
  json.erase("unknown_labels");
  json.erase("layout_difference");
  json["signature"] = metrics_.bleu.signature;
  json["signatures"] = {{"bleu", metrics_.bleu.signature},
                        {"bleu_lowercase", lower_.signature},
                        {"chrf", metrics_.chrf.signature},
                        {"ter", metrics_.ter.signature}};
  json["perplexity"] = perplexity();
  json["repeated_words"] = repeated_;
  json["dropped_words"] = dropped_;
  json["cut_off"] = cut_off_;
  json["seen_in_training"] = seen_in_training_;
  json["seen_in_validation"] = seen_in_validation_;
  json["worst"] = Json::array();
  for (const size_t row : worst(kWorstWritten)) {
    const TestedPair& pair = pairs_[row];
    json["worst"].push_back({{"line", pair.line},
                             {"bleu", 100 * metrics_.bleu.sentence_score(row)},
                             {"source", pair.source},
                             {"translation", pair.translation},
                             {"reference", pair.reference}});
  }
  return json;
}

std::vector<Told> TranslationTest::told() const {
  std::vector<Told> told = measured_->told();
  told.front().text += "\nperplexity " + fixed(perplexity(), 2) + " of a subword\nBLEU is " + metrics_.bleu.signature;
  return told;
}

std::string TranslationTest::report(const draw::Style& style) const {
  std::string text;
  for (const Told& told : this->told()) text += draw::summary_lines(told.name, told.text);
  text += draw::summary_lines(of_characters_ ? "characters" : "words",
                              with_commas(repeated_) + " repeated, " + with_commas(dropped_) +
                                  " of the references left out\n" + counted(cut_off_, "translation", "translations") +
                                  " cut off");
  for (const size_t row : worst(kWorstShown)) {
    const TestedPair& pair = pairs_[row];
    if (pair.translation == pair.reference) continue;
    const auto shown = [](const char* role, const std::string& of) {
      return std::string(role) +
             draw::wrapped(of.empty() ? "(nothing)" : draw::safe_text(of), draw::kSummaryTextWidth, kRoleWidth);
    };
    text += draw::summary_lines("worst", shown("source      ", pair.source) + shown("translation ", pair.translation) +
                                             shown("reference   ", pair.reference));
  }
  const auto warn = [&](int64_t count, const std::string& what) {
    if (count == 0) return;
    text += draw::wrapped("warning: " + with_commas(count) + " of the " +
                              counted(std::ssize(pairs_), "sentence was", "sentences were") + " in the " + what,
                          style.width, 9);
  };
  warn(seen_in_training_,
       "training part: the model has seen their translations, so these scores are too good for new sentences.");
  warn(seen_in_validation_, "validation part, by which the model was chosen.");
  return text;
}

void TranslationTest::name(const std::string& model, const std::string& data) {
  measured_->name(model, data);
}

}  // namespace fovea::tasks
