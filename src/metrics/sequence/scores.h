// Translations scored as they are published: BLEU, chrF2 and TER over raw texts, with sacreBLEU's numbers (Post 2018,
// version 2.4) and with the signatures that say how they were come to.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "metrics/measures.h"
#include "metrics/sequence/words.h"
#include "metrics/sums.h"

namespace fovea::metrics {

struct TranslationOptions {
  Tokenizer tokenizer = Tokenizer::k13a;  // of BLEU; chrF needs none, and TER divides at white space
  bool lowercase = false;                 // BLEU and chrF in lower case
  bool ter_case_sensitive = false;        // TER is in lower case unless this is set
};

// One metric of all sentences. `measure` and `sums` are what intervals and paired tests want (metrics/sums.h).
struct TranslationMetric {
  Measure measure;
  RowSums sums;           // a row for each sentence
  std::string signature;  // "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:fovea-0.1.0"

  double score() const { return mean_score(sums, measure); }  // of all sentences together
  // Of one by itself: the score of its sums, BLEU with effective order (metrics/sequence/bleu.h).
  double sentence_score(size_t row) const;
};

struct TranslationMetrics {
  TranslationMetric bleu, chrf, ter;
};

// references[row] are the one or more of translations[row]. All of them UTF-8, on one line each.
TranslationMetrics score_translations(std::span<const std::string> translations,
                                      std::span<const std::vector<std::string>> references,
                                      const TranslationOptions& options = {});

// The same with one reference each.
TranslationMetrics score_translations(std::span<const std::string> translations,
                                      std::span<const std::string> references, const TranslationOptions& options = {});

}  // namespace fovea::metrics
