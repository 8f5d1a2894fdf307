#include "study/choice.h"

#include <algorithm>
#include <numeric>

namespace fovea::study {
namespace {

// Lower comes first.
int standing_of(const Candidate& one, const std::vector<Candidate>& all, const metrics::Measure& measure) {
  if (one.no_weights) return 3;
  if (!one.recovered) return 2;
  return within_margin(one, all, measure) ? 0 : 1;
}

}  // namespace

bool within_margin(const Candidate& one, const std::vector<Candidate>& all, const metrics::Measure& measure) {
  constexpr double kRounding = 1e-9;
  return std::none_of(all.begin(), all.end(), [&](const Candidate& other) {
    return other.recovered && measure.gain(other.score, one.score) > kTrustMargin + kRounding;
  });
}

std::vector<size_t> ranked_by_trust(const std::vector<Candidate>& candidates, const metrics::Measure& measure) {
  std::vector<int> standing;
  for (const Candidate& one : candidates) standing.push_back(standing_of(one, candidates, measure));
  std::vector<size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    if (standing[a] != standing[b]) return standing[a] < standing[b];
    const Candidate &one = candidates[a], &other = candidates[b];
    if (standing[a] == 0 && *one.recovered != *other.recovered) return *one.recovered > *other.recovered;
    return measure.better(one.score, other.score);
  });
  return order;
}

}  // namespace fovea::study
