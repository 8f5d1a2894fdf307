#include "metrics/sequence/bleu.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

using Ngram = std::span<const std::string>;

struct Before {
  bool operator()(const Ngram& a, const Ngram& b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
  }
};
using NgramCounts = std::map<Ngram, int64_t, Before>;

NgramCounts ngrams(Ngram words, size_t order) {
  NgramCounts counts;
  for (size_t begin = 0; begin + order <= words.size(); ++begin) ++counts[words.subspan(begin, order)];
  return counts;
}

int64_t nearest_length(int64_t length, std::span<const std::vector<std::string>> references) {
  int64_t nearest = std::ssize(references.front());
  for (const std::vector<std::string>& reference : references) {
    const int64_t other = std::ssize(reference), off = std::abs(other - length), least = std::abs(nearest - length);
    if (off < least || (off == least && other < nearest)) nearest = other;
  }
  return nearest;
}

}  // namespace

BleuCounts& BleuCounts::operator+=(const BleuCounts& other) {
  for (size_t n = 0; n < kBleuOrders; ++n) {
    matches[n] += other.matches[n];
    candidates[n] += other.candidates[n];
  }
  length += other.length;
  reference_length += other.reference_length;
  return *this;
}

std::array<double, 2 * kBleuOrders + 2> BleuCounts::sums() const {
  std::array<double, 2 * kBleuOrders + 2> sums;
  for (size_t n = 0; n < kBleuOrders; ++n) {
    sums[n] = static_cast<double>(matches[n]);
    sums[kBleuOrders + n] = static_cast<double>(candidates[n]);
  }
  sums[2 * kBleuOrders] = static_cast<double>(length);
  sums[2 * kBleuOrders + 1] = static_cast<double>(reference_length);
  return sums;
}

BleuCounts BleuCounts::from_sums(std::span<const double> sums) {
  FOVEA_CHECK(sums.size() == 2 * kBleuOrders + 2, sums.size());
  BleuCounts counts;
  for (size_t n = 0; n < kBleuOrders; ++n) {
    counts.matches[n] = std::llround(sums[n]);
    counts.candidates[n] = std::llround(sums[kBleuOrders + n]);
  }
  counts.length = std::llround(sums[2 * kBleuOrders]);
  counts.reference_length = std::llround(sums[2 * kBleuOrders + 1]);
  return counts;
}

BleuCounts bleu_counts(std::span<const std::string> translation, std::span<const std::vector<std::string>> references) {
  FOVEA_CHECK(!references.empty());
  BleuCounts counts;
  counts.length = std::ssize(translation);
  counts.reference_length = nearest_length(counts.length, references);
  for (size_t order = 1; order <= kBleuOrders; ++order) {
    NgramCounts allowed;
    for (const std::vector<std::string>& reference : references) {
      for (const auto& [ngram, count] : ngrams(reference, order)) {
        allowed[ngram] = std::max(allowed[ngram], count);
      }
    }
    for (const auto& [ngram, count] : ngrams(translation, order)) {
      counts.candidates[order - 1] += count;
      const auto known = allowed.find(ngram);
      if (known != allowed.end()) counts.matches[order - 1] += std::min(count, known->second);
    }
  }
  return counts;
}

BleuCounts bleu_counts(std::span<const std::string> translation, const std::vector<std::string>& reference) {
  return bleu_counts(translation, std::span(&reference, 1));
}

double bleu(const BleuCounts& counts, bool effective_order) {
  if (counts.matches == decltype(counts.matches){}) return 0;
  double logarithms = 0, without_match = 1;
  size_t orders = 0;
  for (; orders < kBleuOrders && counts.candidates[orders] > 0; ++orders) {
    double matches = static_cast<double>(counts.matches[orders]);
    if (matches == 0) matches = without_match /= 2;
    logarithms += std::log(matches / static_cast<double>(counts.candidates[orders]));
  }
  if (orders < kBleuOrders && !effective_order) return 0;
  const double longer = static_cast<double>(counts.reference_length) / static_cast<double>(counts.length);
  return std::exp(logarithms / static_cast<double>(orders) + std::min(0.0, 1 - longer));
}

}  // namespace fovea::metrics
