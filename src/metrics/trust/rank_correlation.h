// Do two scores of the same words put them in the same order? Kendall's tau-b (Kendall 1945), counted by a merge sort
// (Knight 1966).
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace fovea::metrics {

struct RankCorrelation {
  double tau = 0;  // −1 … 1: (C − D) / sqrt((C + D + Ta)(C + D + Tb))
  double p = 1;    // two-sided; exact for at most 33 values without ties, else by the normal approximation with ties
};

// None where one of the two has a single value throughout, or fewer than two values: there is no order to compare.
// O(n log n).
std::optional<RankCorrelation> kendall_tau(std::span<const double> a, std::span<const double> b);

// The same on the `k` places where `a` is largest (the first of equal ones); on all where k ≥ n.
std::optional<RankCorrelation> kendall_tau_top(std::span<const double> a, std::span<const double> b, size_t k);

}  // namespace fovea::metrics
