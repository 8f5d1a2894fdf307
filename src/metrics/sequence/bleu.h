// BLEU (Papineni, Roukos, Ward & Zhu 2002): how many n-grams of a translation stand in its reference. It is a score of
// a corpus: counts are added up over the sentences before anything is divided.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fovea::metrics {

inline constexpr size_t kBleuOrders = 4;

struct BleuCounts {
  std::array<int64_t, kBleuOrders> matches = {};  // n-grams of 1 to 4 words that the reference has, each as often as it
                                                  // has it at most
  std::array<int64_t, kBleuOrders> candidates = {};  // n-grams of the translation
  int64_t length = 0, reference_length = 0;          // words

  BleuCounts& operator+=(const BleuCounts& other);
  std::array<double, 2 * kBleuOrders + 2> sums() const;  // matches, candidates, length, reference length
  static BleuCounts from_sums(std::span<const double> sums);
};

// Counts of one sentence, in words as a tokenizer has cut them; case counts. With several references an n-gram counts
// as often as the one that has it most often, and the reference length is the one nearest to the translation's, the
// shorter of two as near. At least one reference.
BleuCounts bleu_counts(std::span<const std::string> translation, std::span<const std::vector<std::string>> references);
BleuCounts bleu_counts(std::span<const std::string> translation, const std::vector<std::string>& reference);

// From 0 to 1: the geometric mean of the four precisions, times exp(1 − reference length / length) where the
// translation is the shorter. N-grams of one length without a match count as half a match, those of the next length
// without one as a quarter, and so on (NIST's smoothing, method 3 of Chen & Cherry 2014); 0 where no word matches, and
// where there are no n-grams of four words. With `effective_order`, for a sentence by itself, only the lengths that the
// translation has n-grams of are looked at. These are sacreBLEU's numbers (Post 2018).
double bleu(const BleuCounts& counts, bool effective_order = false);

}  // namespace fovea::metrics
