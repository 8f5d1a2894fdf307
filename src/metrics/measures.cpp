#include "metrics/measures.h"

#include <algorithm>

#include "base/errors.h"
#include "base/text.h"
#include "metrics/sequence/bleu.h"
#include "metrics/sequence/chrf.h"
#include "metrics/sequence/links.h"
#include "metrics/sequence/ter.h"

namespace fovea::metrics {

double mean_of_rows(std::span<const double> sums, double rows) {
  return rows == 0 ? 0 : sums[0] / rows;
}

double macro_f1_of_counts(std::span<const double> sums, double rows) {
  FOVEA_CHECK(sums.size() % 3 == 0, sums.size());
  double sum = 0, occurring = 0;
  for (size_t c = 0; c < sums.size(); c += 3) {
    const double right = sums[c], decisions = 2 * right + sums[c + 1] + sums[c + 2];
    if (decisions == 0) continue;
    sum += 2 * right / decisions;
    ++occurring;
  }
  return occurring == 0 ? 0 : sum / occurring;
}

double ratio_of_sums(std::span<const double> sums, double rows) {
  return sums[0] / std::max(sums[1], 1.0);  // where there is nothing to get right, every edit counts whole
}

double bleu_of_counts(std::span<const double> sums, double rows) {
  return bleu(BleuCounts::from_sums(sums));
}

double chrf_of_counts(std::span<const double> sums, double rows) {
  return chrf(ChrfCounts::from_sums(sums));
}

double ter_of_counts(std::span<const double> sums, double rows) {
  return ter(sums[0], sums[1]);
}

double aer_of_counts(std::span<const double> sums, double rows) {
  return LinkCounts::from_sums(sums).error_rate();
}

double link_precision_of_counts(std::span<const double> sums, double rows) {
  return LinkCounts::from_sums(sums).precision();
}

double link_recall_of_counts(std::span<const double> sums, double rows) {
  return LinkCounts::from_sums(sums).recall();
}

double link_f1_of_counts(std::span<const double> sums, double rows) {
  return LinkCounts::from_sums(sums).f1();
}

double published(const Measure& measure, double score) {
  return measure.unit == Unit::kHundredth ? 100 * score : score;
}

std::string score_text(const Measure& measure, double score) {
  switch (measure.unit) {
    case Unit::kShare:
      return per_cent(score);
    case Unit::kHundredth:
      return fixed(100 * score, 1);
    case Unit::kNats:
      break;
  }
  return fixed(score, 3);
}

std::string named_score_text(const Measure& measure, double score) {
  const std::string text = score_text(measure, score);
  return measure.unit == Unit::kHundredth ? std::string(measure.shown) + " " + text : text;
}

}  // namespace fovea::metrics
