#include "metrics/sequence/scores.h"

#include <algorithm>

#include "base/errors.h"
#include "base/version.h"
#include "metrics/sequence/bleu.h"
#include "metrics/sequence/chrf.h"
#include "metrics/sequence/ter.h"

namespace fovea::metrics {
namespace {

// "1", or "var" where not all sentences have as many.
std::string reference_count(std::span<const std::vector<std::string>> references) {
  if (references.empty()) return "0";
  const size_t first = references.front().size();
  const bool same =
      std::all_of(references.begin(), references.end(), [&](const auto& of) { return of.size() == first; });
  return same ? std::to_string(first) : "var";
}

TranslationMetric begun(const Measure& measure, const std::string& references, const std::string& settings) {
  return {.measure = measure,
          .sums = {.parts = measure.parts},
          .signature = "nrefs:" + references + "|" + settings + "|version:fovea-" + version()};
}

void add_row(std::span<const double> row, RowSums* sums) {
  ++sums->rows;
  sums->values.insert(sums->values.end(), row.begin(), row.end());
}

std::vector<std::vector<std::string>> all_words(std::span<const std::string> texts, Tokenizer tokenizer) {
  std::vector<std::vector<std::string>> words;
  for (const std::string& text : texts) words.push_back(words_of(text, tokenizer));
  return words;
}

}  // namespace

double TranslationMetric::sentence_score(size_t row) const {
  FOVEA_CHECK(row < sums.rows, row, sums.rows);
  if (measure.score == kBleu.score) return bleu(BleuCounts::from_sums(sums.row(row)), true);
  return measure.score(sums.row(row), 1);
}

TranslationMetrics score_translations(std::span<const std::string> translations,
                                      std::span<const std::vector<std::string>> references,
                                      const TranslationOptions& options) {
  FOVEA_CHECK(translations.size() == references.size(), translations.size(), references.size());
  const std::string count = reference_count(references), mixed = options.lowercase ? "case:lc" : "case:mixed";
  const std::string tokenizer = tokenizer_name(options.tokenizer);
  TranslationMetrics metrics{
      .bleu = begun(kBleu, count, mixed + "|eff:no|tok:" + tokenizer + "|smooth:exp"),
      .chrf = begun(kChrf, count, mixed + "|eff:yes|nc:6|nw:0|space:no"),
      .ter = begun(kTer, count,
                   std::string(options.ter_case_sensitive ? "case:mixed" : "case:lc") +
                       "|tok:tercom|norm:no|punct:yes|asian:no"),
  };
  for (size_t row = 0; row < translations.size(); ++row) {
    // The translation, then its references.
    std::vector<std::string> texts{translations[row]}, lower;
    texts.insert(texts.end(), references[row].begin(), references[row].end());
    for (const std::string& text : texts) lower.push_back(lower_case(text));
    const std::vector<std::string>& cased = options.lowercase ? lower : texts;
    const auto words = all_words(cased, options.tokenizer);
    const auto plain = all_words(options.ter_case_sensitive ? texts : lower, Tokenizer::kNone);
    add_row(bleu_counts(words.front(), std::span(words).subspan(1)).sums(), &metrics.bleu.sums);
    add_row(chrf_counts(cased.front(), std::span(cased).subspan(1)).sums(), &metrics.chrf.sums);
    add_row(ter_counts(plain.front(), std::span(plain).subspan(1)).sums(), &metrics.ter.sums);
  }
  return metrics;
}

TranslationMetrics score_translations(std::span<const std::string> translations,
                                      std::span<const std::string> references, const TranslationOptions& options) {
  std::vector<std::vector<std::string>> single;
  for (const std::string& reference : references) single.push_back({reference});
  return score_translations(translations, std::span<const std::vector<std::string>>(single), options);
}

}  // namespace fovea::metrics
