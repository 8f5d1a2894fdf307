#include "audit/number.h"

#include <algorithm>
#include <numeric>

#include "metrics/bootstrap.h"
#include "metrics/bootstrap_difference.h"
#include "metrics/randomisation.h"

namespace fovea::audit {
namespace {

constexpr uint64_t kSeed = 12345;
constexpr int kResamples = 2000;

std::vector<double> present(const std::vector<double>& values) {
  std::vector<double> out;
  for (const double value : values)
    if (!std::isnan(value)) out.push_back(value);
  return out;
}

}  // namespace

Rows all_rows(size_t inputs) {
  Rows rows(inputs);
  std::iota(rows.begin(), rows.end(), size_t{0});
  return rows;
}

std::vector<double> chosen(const std::vector<double>& values, const Rows& rows) {
  std::vector<double> out;
  for (const size_t row : rows) out.push_back(values[row]);
  return out;
}

Number number_of(const std::vector<double>& values) {
  const std::vector<double> kept = present(values);
  Number out;
  out.n = std::ssize(kept);
  if (kept.empty()) return out;
  const double n = static_cast<double>(kept.size());
  out.mean = std::accumulate(kept.begin(), kept.end(), 0.0) / n;
  double squares = 0;
  for (const double value : kept) squares += (value - out.mean) * (value - out.mean);
  out.sd = kept.size() > 1 ? std::sqrt(squares / (n - 1)) : 0;
  const metrics::Interval interval = metrics::bootstrap_mean(kept, kSeed, kResamples);
  // Of equal values the sums of a resample and of all differ in the last digit.
  out.low = std::min(interval.low, out.mean);
  out.high = std::max(interval.high, out.mean);
  return out;
}

Number number_of_seeds(const std::vector<std::vector<double>>& by_seed) {
  metrics::PairedDifferences paired;
  paired.seeds = by_seed.size();
  for (size_t input = 0; !by_seed.empty() && input < by_seed.front().size(); ++input) {
    const bool known = std::none_of(by_seed.begin(), by_seed.end(),
                                    [input](const std::vector<double>& values) { return std::isnan(values[input]); });
    if (!known) continue;
    for (const std::vector<double>& values : by_seed) paired.values.push_back(values[input]);
    ++paired.texts;
  }
  Number out = number_of(paired.text_means());
  if (out.n == 0) return out;
  const metrics::Interval interval = metrics::bootstrap_difference(paired, kSeed, kResamples);
  out.low = std::min(interval.low, out.mean);
  out.high = std::max(interval.high, out.mean);
  return out;
}

Number number_of(const std::vector<double>& values, const Rows& rows) {
  return number_of(chosen(values, rows));
}

std::vector<double> difference_of(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> out(a.size());
  for (size_t i = 0; i < a.size(); ++i) out[i] = a[i] - b[i];
  return out;
}

double median_of(std::vector<double> values) {
  values = present(values);
  if (values.empty()) return kNone;
  std::sort(values.begin(), values.end());
  return metrics::quantile(values, 0.5);
}

double p_of(const std::vector<double>& differences) {
  metrics::PairedDifferences paired;
  paired.values = present(differences);
  paired.texts = paired.values.size();
  paired.seeds = 1;
  return paired.values.empty() ? 1 : metrics::randomisation_test(paired, kSeed);
}

}  // namespace fovea::audit
