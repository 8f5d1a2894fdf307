#include "metrics/sums.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"
#include "base/random.h"
#include "metrics/bootstrap_difference.h"
#include "metrics/randomisation.h"

namespace fovea::metrics {
namespace {

void check(const RowSums& sums, const Measure& measure) {
  FOVEA_CHECK(sums.values.size() == sums.rows * sums.seeds * sums.parts, measure.name, sums.values.size(), sums.rows,
              sums.seeds, sums.parts);
  const bool fits = measure.per_class ? sums.parts % measure.parts == 0 : sums.parts == measure.parts;
  FOVEA_CHECK(fits, measure.name, sums.parts, measure.parts);
}

void check_pair(const RowSums& a, const RowSums& b, const Measure& measure) {
  check(a, measure);
  check(b, measure);
  FOVEA_CHECK(a.rows == b.rows && a.seeds == b.seeds && a.parts == b.parts, measure.name, a.rows, b.rows, a.seeds,
              b.seeds, a.parts, b.parts);
}

void add(std::vector<double>& totals, std::span<const double> row) {
  for (size_t i = 0; i < row.size(); ++i) totals[i] += row[i];
}

// The mean over the seeds of the scores of `totals` [seed][part].
double score_of(const std::vector<double>& totals, size_t rows, size_t seeds, const Measure& measure) {
  const size_t parts = totals.size() / seeds;
  double sum = 0;
  for (size_t seed = 0; seed < seeds; ++seed) {
    sum += measure.score(std::span(totals).subspan(seed * parts, parts), static_cast<double>(rows));
  }
  return sum / static_cast<double>(seeds);
}

PairedDifferences as_differences(const RowSums& sums) {
  return {sums.rows, sums.seeds, sums.values};
}

PairedDifferences less(PairedDifferences a, const PairedDifferences& b) {
  for (size_t i = 0; i < a.values.size(); ++i) a.values[i] -= b.values[i];
  return a;
}

Interval percentiles(std::vector<double> scores, double level) {
  std::sort(scores.begin(), scores.end());
  const double tail = (1 - level) / 2;
  return {quantile(scores, tail), quantile(scores, 1 - tail)};
}

}  // namespace

std::vector<double> RowSums::totals() const {
  std::vector<double> sums(seeds * parts, 0);
  for (size_t i = 0; i < rows; ++i) add(sums, row(i));
  return sums;
}

std::vector<double> seed_scores(const RowSums& sums, const Measure& measure) {
  check(sums, measure);
  std::vector<double> scores(sums.seeds, 0);
  if (sums.rows == 0) return scores;
  const std::vector<double> totals = sums.totals();
  for (size_t seed = 0; seed < sums.seeds; ++seed) {
    scores[seed] =
        measure.score(std::span(totals).subspan(seed * sums.parts, sums.parts), static_cast<double>(sums.rows));
  }
  return scores;
}

double mean_score(const RowSums& sums, const Measure& measure) {
  check(sums, measure);
  if (sums.rows == 0 || sums.seeds == 0) return 0;
  if (measure.is_mean()) return as_differences(sums).mean();
  return score_of(sums.totals(), sums.rows, sums.seeds, measure);
}

double mean_difference(const RowSums& a, const RowSums& b, const Measure& measure) {
  if (measure.is_mean()) return pseudo_differences(a, b, measure).mean();
  check_pair(a, b, measure);
  return mean_score(a, measure) - mean_score(b, measure);
}

PairedDifferences pseudo_values(const RowSums& sums, const Measure& measure) {
  check(sums, measure);
  if (measure.is_mean() || sums.rows < 2) return as_differences(sums);
  const auto rows = static_cast<double>(sums.rows);
  const std::vector<double> totals = sums.totals(), scores = seed_scores(sums, measure);
  PairedDifferences pseudo{sums.rows, sums.seeds, {}};
  pseudo.values.reserve(sums.rows * sums.seeds);
  std::vector<double> others(sums.parts);
  for (size_t row = 0; row < sums.rows; ++row) {
    const std::span<const double> own = sums.row(row);
    for (size_t seed = 0; seed < sums.seeds; ++seed) {
      for (size_t part = 0; part < sums.parts; ++part) {
        others[part] = totals[seed * sums.parts + part] - own[seed * sums.parts + part];
      }
      pseudo.values.push_back(rows * scores[seed] - (rows - 1) * measure.score(others, rows - 1));
    }
  }
  return pseudo;
}

PairedDifferences pseudo_differences(const RowSums& a, const RowSums& b, const Measure& measure) {
  check_pair(a, b, measure);
  return less(pseudo_values(a, measure), pseudo_values(b, measure));
}

Interval bootstrap(const RowSums& sums, const Measure& measure, uint64_t seed, int resamples, double level) {
  check(sums, measure);
  if (measure.is_mean()) return bootstrap_difference(as_differences(sums), seed, resamples, level);
  FOVEA_CHECK(resamples > 0, resamples);
  FOVEA_CHECK(level > 0 && level < 1, level);
  if (sums.values.empty()) return {};
  const SeedLuck luck = seed_luck(pseudo_values(sums, measure));
  std::vector<double> scores, totals;
  for (int resample = 0; resample < resamples; ++resample) {
    const auto number = static_cast<uint64_t>(resample);
    const uint64_t base = stream_base({seed, Purpose::kBootstrap, number});
    totals.assign(sums.seeds * sums.parts, 0);
    for (size_t i = 0; i < sums.rows; ++i) add(totals, sums.row(uniform_below(base, i, sums.rows)));
    scores.push_back(score_of(totals, sums.rows, sums.seeds, measure) + luck.draw(seed, number));
  }
  return percentiles(std::move(scores), level);
}

Interval bootstrap_difference(const RowSums& a, const RowSums& b, const Measure& measure, uint64_t seed, int resamples,
                              double level) {
  check_pair(a, b, measure);
  const PairedDifferences differences = pseudo_differences(a, b, measure);
  if (measure.is_mean()) return bootstrap_difference(differences, seed, resamples, level);
  FOVEA_CHECK(resamples > 0, resamples);
  FOVEA_CHECK(level > 0 && level < 1, level);
  if (a.values.empty()) return {};
  const SeedLuck luck = seed_luck(differences);
  std::vector<double> scores, of_a, of_b;
  for (int resample = 0; resample < resamples; ++resample) {
    const auto number = static_cast<uint64_t>(resample);
    const uint64_t base = stream_base({seed, Purpose::kBootstrap, number});
    of_a.assign(a.seeds * a.parts, 0);
    of_b.assign(b.seeds * b.parts, 0);
    for (size_t i = 0; i < a.rows; ++i) {
      const size_t drawn = uniform_below(base, i, a.rows);
      add(of_a, a.row(drawn));
      add(of_b, b.row(drawn));
    }
    scores.push_back(score_of(of_a, a.rows, a.seeds, measure) - score_of(of_b, b.rows, b.seeds, measure) +
                     luck.draw(seed, number));
  }
  return percentiles(std::move(scores), level);
}

double randomisation(const RowSums& a, const RowSums& b, const Measure& measure, uint64_t seed, int draws) {
  check_pair(a, b, measure);
  const PairedDifferences differences = pseudo_differences(a, b, measure);
  if (measure.is_mean()) return randomisation_test(differences, seed, draws);
  FOVEA_CHECK(draws > 0, draws);
  if (a.values.empty()) return 1;
  // With m half of the sums of both and d half of what a row's differ by, a row gives m + d to the one and m − d to the
  // other: a swap turns the sign of d.
  std::vector<double> middle = a.totals(), halves;
  const std::vector<double> of_b = b.totals();
  const size_t width = middle.size();
  for (size_t i = 0; i < width; ++i) middle[i] = (middle[i] + of_b[i]) / 2;
  for (size_t row = 0; row < a.rows; ++row) {  // rows without a difference stay as they are whichever way they go
    const std::span<const double> one = a.row(row), other = b.row(row);
    if (std::equal(one.begin(), one.end(), other.begin())) continue;
    for (size_t i = 0; i < width; ++i) halves.push_back((one[i] - other[i]) / 2);
  }
  const size_t differing = halves.size() / width;
  const double found = mean_difference(a, b, measure);
  const double rounding = 1e-12 * (std::abs(mean_score(a, measure)) + std::abs(mean_score(b, measure)));
  const SeedLuck luck = seed_luck(differences);
  int as_far = 1;
  std::vector<double> first(width), second(width);
  for (int draw = 0; draw < draws; ++draw) {
    const uint64_t base = stream_base({seed, Purpose::kRandomisation, static_cast<uint64_t>(draw)});
    first = second = middle;
    uint64_t signs = 0;
    for (size_t row = 0; row < differing; ++row) {
      if (row % 64 == 0) signs = random_bits(base, row / 64);
      const double sign = (signs & 1) != 0 ? 1 : -1;
      signs >>= 1;
      const double* half = halves.data() + row * width;
      for (size_t i = 0; i < width; ++i) first[i] += sign * half[i];
    }
    for (size_t i = 0; i < width; ++i) second[i] = 2 * middle[i] - first[i];
    const double drawn = score_of(first, a.rows, a.seeds, measure) - score_of(second, b.rows, b.seeds, measure) +
                         luck.draw(seed, static_cast<uint64_t>(draw));
    as_far += std::abs(drawn) >= std::abs(found) - rounding;
  }
  return static_cast<double>(as_far) / static_cast<double>(draws + 1);
}

}  // namespace fovea::metrics
