#include "metrics/trust/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <vector>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

constexpr size_t kExactUpTo = 33;  // as SciPy's kendalltau

// Sums over the groups of equal values: of pairs t(t−1)/2, and of the two terms of the variance.
struct Ties {
  double pairs = 0, triples = 0, weighted = 0;  // t(t−1)/2, t(t−1)(t−2), t(t−1)(2t+5)
  void add(double t) {
    pairs += t * (t - 1) / 2;
    triples += t * (t - 1) * (t - 2);
    weighted += t * (t - 1) * (2 * t + 5);
  }
};

template <typename Same>
Ties ties_of(size_t n, Same same_as_before) {
  Ties ties;
  size_t begin = 0;
  for (size_t i = 1; i <= n; ++i) {
    if (i < n && same_as_before(i)) continue;
    ties.add(static_cast<double>(i - begin));
    begin = i;
  }
  return ties;
}

// Sorts `values` and counts the pairs that stood in falling order.
double sort_and_count(std::vector<double>& values, std::vector<double>& scratch, size_t begin, size_t end) {
  if (end - begin < 2) return 0;
  const size_t middle = begin + (end - begin) / 2;
  double swaps = sort_and_count(values, scratch, begin, middle) + sort_and_count(values, scratch, middle, end);
  size_t left = begin, right = middle;
  for (size_t at = begin; at < end; ++at) {
    const bool take_right = left == middle || (right < end && values[right] < values[left]);
    if (take_right) swaps += static_cast<double>(middle - left);
    scratch[at] = values[take_right ? right++ : left++];
  }
  std::copy(scratch.begin() + static_cast<std::ptrdiff_t>(begin), scratch.begin() + static_cast<std::ptrdiff_t>(end),
            values.begin() + static_cast<std::ptrdiff_t>(begin));
  return swaps;
}

// The share of the n! orders with at most `discordant` pairs out of order, doubled: both tails.
double exact_p(size_t n, double discordant) {
  const size_t pairs = n * (n - 1) / 2;
  const size_t fewest = std::min(static_cast<size_t>(discordant), pairs - static_cast<size_t>(discordant));
  std::vector<double> share(fewest + 1, 0);  // of orders of the first i things, by pairs out of order
  share[0] = 1;
  for (size_t i = 2; i <= n; ++i) {  // the i-th thing passes 0 … i − 1 of those before it
    std::vector<double> next(fewest + 1, 0);
    for (size_t d = 0; d <= fewest; ++d) {
      for (size_t passed = 0; passed < i && passed <= d; ++passed)
        next[d] += share[d - passed] / static_cast<double>(i);
    }
    share = std::move(next);
  }
  return std::min(1.0, 2 * std::accumulate(share.begin(), share.end(), 0.0));
}

double normal_p(double n, double score, const Ties& a, const Ties& b) {
  const double m = n * (n - 1);
  double variance = (m * (2 * n + 5) - a.weighted - b.weighted) / 18 + 2 * a.pairs * b.pairs / m;
  if (n > 2) variance += a.triples * b.triples / (9 * m * (n - 2));
  return variance > 0 ? std::erfc(std::abs(score) / std::sqrt(variance) / std::numbers::sqrt2) : 1;
}

}  // namespace

std::optional<RankCorrelation> kendall_tau(std::span<const double> a, std::span<const double> b) {
  FOVEA_CHECK(a.size() == b.size(), a.size(), b.size());
  const size_t n = a.size();
  if (n < 2) return std::nullopt;
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t x, size_t y) { return a[x] != a[y] ? a[x] < a[y] : b[x] < b[y]; });
  const auto same_a = [&](size_t i) { return a[order[i]] == a[order[i - 1]]; };
  const Ties in_a = ties_of(n, same_a);
  const Ties in_both = ties_of(n, [&](size_t i) { return same_a(i) && b[order[i]] == b[order[i - 1]]; });
  std::vector<double> second(n), scratch(n);
  for (size_t i = 0; i < n; ++i) second[i] = b[order[i]];
  const double discordant = sort_and_count(second, scratch, 0, n);
  const Ties in_b = ties_of(n, [&](size_t i) { return second[i] == second[i - 1]; });

  const double size = static_cast<double>(n), pairs = size * (size - 1) / 2;
  if (in_a.pairs == pairs || in_b.pairs == pairs) return std::nullopt;
  const double score = pairs - in_a.pairs - in_b.pairs + in_both.pairs - 2 * discordant;  // C − D
  RankCorrelation out;
  out.tau = std::clamp(score / std::sqrt(pairs - in_a.pairs) / std::sqrt(pairs - in_b.pairs), -1.0, 1.0);
  const bool exact = n <= kExactUpTo && in_a.pairs == 0 && in_b.pairs == 0;
  out.p = exact ? exact_p(n, discordant) : normal_p(size, score, in_a, in_b);
  return out;
}

std::optional<RankCorrelation> kendall_tau_top(std::span<const double> a, std::span<const double> b, size_t k) {
  FOVEA_CHECK(a.size() == b.size(), a.size(), b.size());
  std::vector<size_t> order(a.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t x, size_t y) { return a[x] > a[y]; });
  order.resize(std::min(k, order.size()));
  std::vector<double> top_a, top_b;
  for (const size_t at : order) {
    top_a.push_back(a[at]);
    top_b.push_back(b[at]);
  }
  return kendall_tau(top_a, top_b);
}

}  // namespace fovea::metrics
