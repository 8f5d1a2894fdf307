#include "metrics/sequence/chrf.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/errors.h"
#include "metrics/sequence/words.h"

namespace fovea::metrics {
namespace {

using CharacterNgrams = std::vector<std::u32string_view>;

CharacterNgrams sorted_ngrams(std::u32string_view text, size_t order) {
  CharacterNgrams ngrams;
  for (size_t begin = 0; begin + order <= text.size(); ++begin) ngrams.push_back(text.substr(begin, order));
  std::sort(ngrams.begin(), ngrams.end());
  return ngrams;
}

int64_t shared(const CharacterNgrams& a, const CharacterNgrams& b) {
  int64_t count = 0;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const int order = a[i].compare(b[j]);
    count += order == 0;
    i += order <= 0;
    j += order >= 0;
  }
  return count;
}

}  // namespace

std::array<double, 3 * kChrfOrders> ChrfCounts::sums() const {
  std::array<double, 3 * kChrfOrders> sums;
  for (size_t n = 0; n < kChrfOrders; ++n) {
    sums[3 * n] = static_cast<double>(orders[n].candidates);
    sums[3 * n + 1] = static_cast<double>(orders[n].references);
    sums[3 * n + 2] = static_cast<double>(orders[n].matches);
  }
  return sums;
}

ChrfCounts ChrfCounts::from_sums(std::span<const double> sums) {
  FOVEA_CHECK(sums.size() == 3 * kChrfOrders, sums.size());
  ChrfCounts counts;
  for (size_t n = 0; n < kChrfOrders; ++n) {
    counts.orders[n] = {std::llround(sums[3 * n]), std::llround(sums[3 * n + 1]), std::llround(sums[3 * n + 2])};
  }
  return counts;
}

ChrfCounts chrf_counts(std::string_view translation, std::span<const std::string> references) {
  FOVEA_CHECK(!references.empty());
  const std::u32string characters = code_points_without_space(translation);
  std::array<CharacterNgrams, kChrfOrders> own;
  for (size_t n = 0; n < kChrfOrders; ++n) own[n] = sorted_ngrams(characters, n + 1);
  ChrfCounts best;
  double best_score = -1;
  for (const std::string& reference : references) {
    const std::u32string wanted = code_points_without_space(reference);
    ChrfCounts counts;
    for (size_t n = 0; n < kChrfOrders; ++n) {
      const CharacterNgrams ngrams = sorted_ngrams(wanted, n + 1);
      counts.orders[n] = {ngrams.empty() ? 0 : std::ssize(own[n]), std::ssize(ngrams), shared(own[n], ngrams)};
    }
    const double score = chrf(counts);
    if (score <= best_score) continue;
    best = counts;
    best_score = score;
  }
  return best;
}

double chrf(const ChrfCounts& counts) {
  double precision = 0, recall = 0, orders = 0;
  for (const ChrfCounts::Order& order : counts.orders) {
    if (order.candidates == 0 || order.references == 0) continue;
    precision += static_cast<double>(order.matches) / static_cast<double>(order.candidates);
    recall += static_cast<double>(order.matches) / static_cast<double>(order.references);
    ++orders;
  }
  if (precision + recall == 0) return 0;
  precision /= orders;
  recall /= orders;
  return 5 * precision * recall / (4 * precision + recall);
}

}  // namespace fovea::metrics
