#include "study/comparison.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"
#include "metrics/bootstrap_difference.h"
#include "metrics/holm.h"
#include "metrics/randomisation.h"

namespace fovea::study {
namespace {

constexpr uint64_t kDrawSeed = 12345;
using Runs = std::vector<std::optional<Run>>;
using Texts = std::vector<size_t>;  // numbers of test texts

bool finished(const std::optional<Run>& run) {
  return run && run->failure.empty();
}

Spread spread(const std::vector<double>& values) {
  Spread result;
  result.seeds = values.size();
  if (values.empty()) return result;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) result.mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  if (values.size() > 1) result.sd = std::sqrt(squares / (n - 1));
  return result;
}

// The scores of `runs` on `texts`, less those of `others` where given, by the seeds that all have finished.
metrics::PairedDifferences paired(const Runs& runs, const Runs* others, const Texts& texts) {
  std::vector<size_t> seeds;
  for (size_t seed = 0; seed < runs.size(); ++seed) {
    if (finished(runs[seed]) && (!others || finished((*others)[seed]))) seeds.push_back(seed);
  }
  metrics::PairedDifferences out{seeds.empty() ? 0 : texts.size(), seeds.size(), {}};
  for (const size_t text : texts) {
    for (const size_t seed : seeds) {
      out.values.push_back(runs[seed]->right[text] - (others ? (*others)[seed]->right[text] : 0));
    }
  }
  return out;
}

// Where all texts and seeds are alike no draw differs from another, which says nothing of texts that were not drawn: a
// share of them that comes in n texts at least once with probability .975 may be different (Clopper & Pearson 1934).
metrics::Interval widened(const metrics::Interval& drawn, size_t texts) {
  if (drawn.low < drawn.high || texts == 0) return drawn;
  const double reach = 1 - std::pow(0.025, 1 / static_cast<double>(texts));
  return {drawn.low - reach, drawn.high + reach};
}

// Student's t has long tails with few seeds; beyond `low` and 1 nothing is possible.
metrics::Interval interval(const metrics::PairedDifferences& values, double low) {
  const metrics::Interval drawn =
      widened(metrics::bootstrap_difference(values, kDrawSeed, kResamples), values.seeds > 0 ? values.texts : 0);
  return {std::clamp(drawn.low, low, 1.0), std::clamp(drawn.high, low, 1.0)};
}

void fill_runs(VariantResult& result, const Runs& runs, const std::vector<uint64_t>& seeds) {
  std::vector<double> accuracy, macro_f1, seconds;
  for (size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i]) continue;
    const Run& run = *runs[i];
    if (!run.failure.empty()) {
      result.failures.push_back({seeds[i], run.failure});
      continue;
    }
    double loss = 0;
    for (const double one : run.loss) loss += one;
    result.points.push_back(
        {seeds[i], run.accuracy(), run.macro_f1, loss / static_cast<double>(std::max<size_t>(run.loss.size(), 1)),
         run.validation.count("accuracy") ? run.validation.at("accuracy") : 0, run.seconds, run.epochs, run.stopped});
    accuracy.push_back(run.accuracy());
    if (run.trust) result.trusts.push_back({seeds[i], *run.trust});
    macro_f1.push_back(run.macro_f1);
    seconds.push_back(run.seconds);
    result.model = run.model;
    result.parameters = run.parameters;
    result.bytes = run.bytes;
  }
  result.accuracy = spread(accuracy);
  result.macro_f1 = spread(macro_f1);
  result.seconds = spread(seconds);
}

std::vector<Texts> length_groups(const std::vector<int64_t>& lengths, std::vector<Quartile>* quartiles) {
  std::vector<int64_t> sorted = lengths;
  std::sort(sorted.begin(), sorted.end());
  std::vector<Texts> groups;
  int64_t above = -1;
  for (size_t quarter = 1; quarter <= 4; ++quarter) {
    const int64_t upto = sorted[std::max<size_t>(sorted.size() * quarter / 4, 1) - 1];
    Texts texts;
    for (size_t i = 0; i < lengths.size(); ++i) {
      if (lengths[i] > above && lengths[i] <= upto) texts.push_back(i);
    }
    if (texts.empty()) continue;  // as many texts of one length as fill a quarter
    int64_t shortest = upto;
    for (const size_t i : texts) shortest = std::min(shortest, lengths[i]);
    quartiles->push_back({shortest, upto, static_cast<int64_t>(texts.size())});
    groups.push_back(std::move(texts));
    above = upto;
  }
  return groups;
}

void fill_quartiles(VariantResult& result, const Runs& runs, const Runs* first, const std::vector<Texts>& groups) {
  for (const Texts& texts : groups) {
    QuartileScore score;
    score.accuracy = paired(runs, nullptr, texts).mean();
    if (first) {
      const metrics::PairedDifferences differences = paired(runs, first, texts);
      if (differences.seeds > 0) {
        score.difference = differences.mean();
        score.interval = interval(differences, -1);
      }
    }
    result.quartiles.push_back(score);
  }
}

// The test part must be the same for all, or pairs would not be pairs.
size_t test_texts(const CompareRuns& runs) {
  std::optional<size_t> texts;
  for (const Runs& variant : runs.runs) {
    for (const auto& run : variant) {
      if (!finished(run)) continue;
      FOVEA_CHECK(!texts || *texts == run->right.size(), *texts, run->right.size());
      texts = run->right.size();
    }
  }
  return texts.value_or(0);
}

}  // namespace

Comparison compare_runs(const ComparePlan& plan, const CompareRuns& runs) {
  Comparison result;
  result.seeds = plan.seeds;
  result.interrupted = runs.interrupted;
  const size_t texts = test_texts(runs);
  result.texts = static_cast<int64_t>(texts);
  Texts all(texts);
  for (size_t i = 0; i < texts; ++i) all[i] = i;

  const Runs& first = runs.runs.front();
  const auto measured = std::find_if(first.begin(), first.end(), finished);
  std::vector<Texts> groups;
  if (measured != first.end() && texts > 0) groups = length_groups((*measured)->lengths, &result.quartiles);

  std::vector<double> p;
  for (size_t i = 0; i < plan.variants.size(); ++i) {
    VariantResult variant;
    variant.settings = plan.variants[i];
    fill_runs(variant, runs.runs[i], plan.seeds);
    const auto own = paired(runs.runs[i], nullptr, all);
    variant.accuracy_interval = interval(own, 0);
    const auto differences = paired(runs.runs[i], &first, all);
    if (i > 0 && differences.seeds > 0) {
      variant.difference =
          Difference{differences.mean(), interval(differences, -1),
                     metrics::randomisation_test(differences, kDrawSeed, kDraws), 1, differences.seeds};
      p.push_back(variant.difference->p);
    }
    if (!variant.points.empty()) fill_quartiles(variant, runs.runs[i], i > 0 ? &first : nullptr, groups);
    result.variants.push_back(std::move(variant));
  }
  const std::vector<double> corrected = metrics::holm(p);
  size_t at = 0;
  for (VariantResult& variant : result.variants) {
    if (variant.difference) variant.difference->p_holm = corrected[at++];
  }
  return result;
}

}  // namespace fovea::study
