// chrF (Popović 2015): how many n-grams of characters a translation shares with its reference, recall weighing twice as
// much as precision. It needs no tokenizer, and so serves every script alike.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace fovea::metrics {

inline constexpr size_t kChrfOrders = 6;

struct ChrfCounts {
  struct Order {
    int64_t candidates = 0;  // n-grams of the translation; 0 where the reference is too short to have any
    int64_t references = 0;  // of the reference
    int64_t matches = 0;     // in both, each as often as in the one that has it less often
  };
  std::array<Order, kChrfOrders> orders = {};  // of 1 to 6 characters

  std::array<double, 3 * kChrfOrders> sums() const;  // order by order: candidates, references, matches
  static ChrfCounts from_sums(std::span<const double> sums);
};

// Counts of one sentence of UTF-8, white space left out; case counts. With several references those of the one with the
// best score, the first of two as good. At least one reference. O(length · log length).
ChrfCounts chrf_counts(std::string_view translation, std::span<const std::string> references);

// chrF2, from 0 to 1: precision and recall are means over the orders that both sides have n-grams of; their F with
// beta 2.
double chrf(const ChrfCounts& counts);

}  // namespace fovea::metrics
