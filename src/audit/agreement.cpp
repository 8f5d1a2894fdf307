#include "audit/agreement.h"

#include <algorithm>
#include <cmath>

#include "metrics/trust/rank_correlation.h"

namespace fovea::audit {
namespace {

constexpr const char* kGradient = "gradient";
constexpr const char* kLeaveOneOut = "loo-distance";

PairAgreement compare(const Map& first, const Map& second, size_t top) {
  std::vector<double> tau, significant, tau_top;
  for (size_t text = 0; text < first.scores.size(); ++text) {
    const auto whole = metrics::kendall_tau(first.scores[text], second.scores[text]);
    tau.push_back(whole ? whole->tau : kNone);
    significant.push_back(whole ? (whole->p < 0.05 ? 1 : 0) : kNone);
    const auto upper = metrics::kendall_tau_top(first.scores[text], second.scores[text], top);
    tau_top.push_back(upper ? upper->tau : kNone);
  }
  return {first.name, second.name, number_of(tau), number_of(significant), number_of(tau_top)};
}

size_t top_words(const Map& map) {
  double words = 0;
  for (const auto& scores : map.scores) words += static_cast<double>(scores.size());
  const double mean = map.scores.empty() ? 0 : words / static_cast<double>(map.scores.size());
  return std::max<size_t>(10, static_cast<size_t>(std::lround(mean / 10)));
}

const Map* find(const std::vector<Map>& maps, const std::string& name) {
  const auto found = std::find_if(maps.begin(), maps.end(), [&](const Map& map) { return map.name == name; });
  return found == maps.end() ? nullptr : &*found;
}

}  // namespace

std::vector<double> taus_of(const Map& first, const Map& second) {
  std::vector<double> out;
  for (size_t text = 0; text < first.scores.size(); ++text) {
    const auto tau = metrics::kendall_tau(first.scores[text], second.scores[text]);
    out.push_back(tau ? tau->tau : kNone);
  }
  return out;
}

Agreement agreement_of(const std::vector<Map>& maps) {
  Agreement out;
  const size_t top = top_words(maps.front());
  out.top = static_cast<int64_t>(top);
  for (size_t i = 1; i < maps.size(); ++i) out.pairs.push_back(compare(maps.front(), maps[i], top));
  const Map *gradient = find(maps, kGradient), *without = find(maps, kLeaveOneOut);
  if (gradient && without) out.pairs.push_back(compare(*gradient, *without, top));
  return out;
}

}  // namespace fovea::audit
