#include "metrics/trust/plausibility.h"

#include <algorithm>
#include <numeric>

#include "base/errors.h"

namespace fovea::metrics {

double f1_of(double precision, double recall) {
  return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

Overlap overlap_of(const std::vector<bool>& named, const std::vector<bool>& marked) {
  FOVEA_CHECK(named.size() == marked.size(), named.size(), marked.size());
  double in_both = 0, of_named = 0, of_marked = 0;
  for (size_t word = 0; word < named.size(); ++word) {
    in_both += named[word] && marked[word];
    of_named += named[word];
    of_marked += marked[word];
  }
  Overlap out;
  out.precision = of_named > 0 ? in_both / of_named : 0;
  out.recall = of_marked > 0 ? in_both / of_marked : 0;
  out.f1 = f1_of(out.precision, out.recall);
  return out;
}

std::vector<WordSpan> runs_of(const std::vector<bool>& flags) {
  std::vector<WordSpan> runs;
  for (size_t word = 0; word < flags.size(); ++word) {
    if (!flags[word]) continue;
    if (runs.empty() || runs.back().end != word) runs.push_back({word, word});
    runs.back().end = word + 1;
  }
  return runs;
}

size_t spans_found(std::span<const WordSpan> named, std::span<const WordSpan> marked) {
  size_t found = 0, first = 0;  // first: of those that end behind the beginning of the named one
  for (const WordSpan& span : named) {
    while (first < marked.size() && marked[first].end <= span.begin) ++first;
    for (size_t i = first; i < marked.size() && marked[i].begin < span.end; ++i) {
      const size_t in_both = std::min(span.end, marked[i].end) - std::max(span.begin, marked[i].begin);
      const size_t in_either = std::max(span.end, marked[i].end) - std::min(span.begin, marked[i].begin);
      if (2 * in_both < in_either) continue;
      ++found;
      break;
    }
  }
  return found;
}

PrecisionRecall precision_recall(const std::vector<double>& scores, const std::vector<bool>& marked) {
  FOVEA_CHECK(scores.size() == marked.size(), scores.size(), marked.size());
  const auto of_marked = static_cast<double>(std::count(marked.begin(), marked.end(), true));
  FOVEA_CHECK(of_marked > 0, scores.size());
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  PrecisionRecall out;
  double recall = 0, precision = 1, hits = 0;
  for (size_t named = 0; named < order.size();) {
    const double score = scores[order[named]];
    for (; named < order.size() && scores[order[named]] == score; ++named) hits += marked[order[named]];
    const double recall_here = hits / of_marked, precision_here = hits / static_cast<double>(named);
    out.trapezoid += (recall_here - recall) * (precision + precision_here) / 2;
    out.average_precision += (recall_here - recall) * precision_here;
    recall = recall_here;
    precision = precision_here;
  }
  return out;
}

}  // namespace fovea::metrics
