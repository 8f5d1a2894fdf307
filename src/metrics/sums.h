// Scores of a set of rows that are functions of sums over the rows: accuracy, macro F1, loss, BLEU, word errors. What
// asks how far such a score could be luck resamples or swaps whole rows with their sums and scores anew, for a score of
// a corpus is no mean of scores of its sentences.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/bootstrap.h"
#include "metrics/paired.h"

namespace fovea::metrics {

// How a score is shown: a share in per cent, a score that people read on a scale to 100 without a unit, or nats.
enum class Unit { kShare, kHundredth, kNats };

struct Measure {
  const char* name = "";    // as options and JSON have it: "macro_f1"
  const char* shown = "";   // as people read it: "macro F1"
  const char* plural = "";  // "macro F1 scores"
  size_t parts = 1;         // numbers that a row adds
  bool per_class = false;   // so many for each class

  // From the sums over `rows` rows, part by part. A measure of one part is the mean of the rows.
  double (*score)(std::span<const double> sums, double rows) = nullptr;

  bool lower_is_better = false;
  Unit unit = Unit::kShare;
  double most = 1;  // no score is above it; none is below 0

  bool is_mean() const { return parts == 1 && !per_class; }
  bool better(double a, double b) const { return lower_is_better ? a < b : a > b; }
  // How much better `a` is than `b`: above 0 where it is better.
  double gain(double a, double b) const { return lower_is_better ? b - a : a - b; }
};

// What each row added, of a model trained with several seeds: values[(row · seeds + seed) · parts + part].
struct RowSums {
  size_t rows = 0, seeds = 1, parts = 1;
  std::vector<double> values = {};

  std::span<const double> row(size_t row) const {  // [seed][part]
    return std::span(values).subspan(row * seeds * parts, seeds * parts);
  }
  std::vector<double> totals() const;  // [seed][part]
};

// The score with each seed, and their mean: 0 without rows.
std::vector<double> seed_scores(const RowSums& sums, const Measure& measure);
double mean_score(const RowSums& sums, const Measure& measure);
// Of `a` less that of `b`.
double mean_difference(const RowSums& a, const RowSums& b, const Measure& measure);

// The jackknife's pseudo-values (Tukey 1958; Efron & Tibshirani 1993, section 11.5), one for each row and seed: n times
// the score less n − 1 times that without the row. Of a mean they are the rows themselves; of another score rows that
// can be treated like those of a mean, as seed_luck() does. O(rows · seeds · parts). The differences are those of `a`
// less those of `b`.
PairedDifferences pseudo_values(const RowSums& sums, const Measure& measure);
PairedDifferences pseudo_differences(const RowSums& a, const RowSums& b, const Measure& measure);

// The `level` interval of the mean score over the seeds: percentiles of `resamples` scores of rows drawn with
// replacement, the same for all seeds, each with a draw for the luck of the seeds. Without rows: {0, 0}.
// O(resamples · rows · seeds · parts); deterministic. Of one part and one seed it is bootstrap_mean.
Interval bootstrap(const RowSums& sums, const Measure& measure, uint64_t seed = 12345, int resamples = 4000,
                   double level = 0.95);

// The same of the score of `a` less that of `b`, on the same rows with the same seeds, row by row (Koehn 2004). Of one
// part it is bootstrap_difference of the differences.
Interval bootstrap_difference(const RowSums& a, const RowSums& b, const Measure& measure, uint64_t seed = 12345,
                              int resamples = 4000, double level = 0.95);

// The two-sided p of the difference of the mean scores: the share of `draws` at least as far from 0, itself counted
// once. A draw swaps whole rows of the two, with all their seeds, at random (approximate randomisation; Noreen 1989,
// Riezler & Maxwell 2005) and adds a draw for the luck of the seeds. 1 where no row differs. O(draws · rows that differ
// · seeds · parts); deterministic. Of one part it is randomisation_test of the differences.
double randomisation(const RowSums& a, const RowSums& b, const Measure& measure, uint64_t seed = 12345,
                     int draws = 10'000);

}  // namespace fovea::metrics
