#include "audit/number.h"

#include <algorithm>
#include <numeric>

#include "base/random.h"
#include "metrics/bootstrap.h"
#include "metrics/bootstrap_difference.h"
#include "metrics/randomisation.h"
#include "metrics/share_interval.h"

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

Number share_of(const std::vector<double>& values, const Rows& rows) {
  Number out = number_of(values, rows);
  int64_t hits = 0;
  for (const double value : present(chosen(values, rows))) {
    if (value != 0 && value != 1) return out;  // a mean of several shares
    hits += value == 1;
  }
  if (out.n == 0) return out;
  const metrics::Interval interval = metrics::exact_share_interval(hits, out.n);
  out.low = interval.low;
  out.high = interval.high;
  return out;
}

Number share_of(const std::vector<double>& values) {
  return share_of(values, all_rows(values.size()));
}

// The median of a distribution lies below the k-th of n values with the probability of fewer than k heads of n coins.
Number median_number(const std::vector<double>& values, const Rows& rows) {
  std::vector<double> sorted = present(chosen(values, rows));
  Number out = number_of(sorted);
  if (out.n == 0) return out;
  std::sort(sorted.begin(), sorted.end());
  out.mean = metrics::quantile(sorted, 0.5);
  const auto n = static_cast<double>(out.n);
  size_t below = 0;  // values left out at either end
  double fewer = 0;
  for (; 2 * below + 1 < sorted.size(); ++below) {
    const auto k = static_cast<double>(below);
    fewer += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) - n * std::log(2.0));
    if (fewer > 0.025) break;
  }
  if (below > 0) --below;
  out.low = sorted[below];
  out.high = sorted[sorted.size() - 1 - below];
  return out;
}

namespace {

struct Both {
  std::vector<double> above, below;
};

Both both_present(const std::vector<double>& above, const std::vector<double>& below, const Rows& rows) {
  Both out;
  for (const size_t row : rows) {
    if (std::isnan(above[row]) || std::isnan(below[row])) continue;
    out.above.push_back(above[row]);
    out.below.push_back(below[row]);
  }
  return out;
}

double mean_of_values(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// visit(sum of above, sum of below) of every resample.
template <typename Visit>
void resample(const Both& both, const Visit& visit) {
  const size_t n = both.above.size();
  for (int i = 0; i < kResamples; ++i) {
    const uint64_t base = stream_base({kSeed, Purpose::kBootstrap, static_cast<uint64_t>(i)});
    double above = 0, below = 0;
    for (size_t k = 0; k < n; ++k) {
      const size_t row = uniform_below(base, k, n);
      above += both.above[row];
      below += both.below[row];
    }
    visit(above, below);
  }
}

}  // namespace

Number ratio_of(const std::vector<double>& above, const std::vector<double>& below, const Rows& rows) {
  const Both both = both_present(above, below, rows);
  Number out;
  if (!number_of(both.below).above(0)) return out;
  out.n = std::ssize(both.above);
  out.mean = mean_of_values(both.above) / mean_of_values(both.below);
  std::vector<double> ratios;
  resample(both, [&](double sum_above, double sum_below) {
    if (sum_below > 0) ratios.push_back(sum_above / sum_below);  // nearly all, since its mean is surely above 0
  });
  std::sort(ratios.begin(), ratios.end());
  out.low = std::min(metrics::quantile(ratios, 0.025), out.mean);
  out.high = std::max(metrics::quantile(ratios, 0.975), out.mean);
  return out;
}

double p_of_ratio(const std::vector<double>& above, const std::vector<double>& below, const Rows& rows, double limit) {
  const Both both = both_present(above, below, rows);
  if (both.above.empty()) return 1;
  int at_most = 0;
  resample(both, [&](double sum_above, double sum_below) { at_most += sum_above <= limit * sum_below; });
  return (at_most + 1.0) / (kResamples + 1.0);
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

Number resampled(const std::vector<std::vector<double>>& columns,
                 const std::function<double(const std::vector<double>& means)>& statistic) {
  const size_t n = columns.front().size();
  Number out;
  out.n = static_cast<int64_t>(n);
  if (n == 0) return out;
  std::vector<double> means(columns.size());
  for (size_t c = 0; c < columns.size(); ++c) means[c] = mean_of_values(columns[c]);
  out.mean = statistic(means);
  std::vector<double> drawn;
  for (int i = 0; i < kResamples; ++i) {
    const uint64_t base = stream_base({kSeed, Purpose::kBootstrap, static_cast<uint64_t>(i)});
    std::fill(means.begin(), means.end(), 0);
    for (size_t k = 0; k < n; ++k) {
      const size_t row = uniform_below(base, k, n);
      for (size_t c = 0; c < columns.size(); ++c) means[c] += columns[c][row] / static_cast<double>(n);
    }
    drawn.push_back(statistic(means));
  }
  std::sort(drawn.begin(), drawn.end());
  out.low = std::min(metrics::quantile(drawn, 0.025), out.mean);
  out.high = std::max(metrics::quantile(drawn, 0.975), out.mean);
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
