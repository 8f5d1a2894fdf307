#include "attribution/integrated_gradients.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "attribution/input_gradients.h"
#include "attribution/quadrature.h"

namespace fovea::attribution {
namespace {

// p(c | x) − p(c | 0) of each text that has words.
std::vector<double> differences(TextSubject& subject, std::span<const Text> texts, std::span<const int64_t> towards,
                                std::span<const int64_t> numbers) {
  std::vector<double> found(texts.size(), 0);
  std::vector<Point> ends;
  for (const int64_t t : numbers) {
    for (const double scale : {0.0, 1.0}) ends.push_back({t, scale, towards[static_cast<size_t>(t)]});
  }
  input_products(subject, texts, ends, Attention::kMoves,
                 [&](size_t point, std::span<const double>, double probability) {
                   found[static_cast<size_t>(ends[point].text)] += ends[point].scale > 0 ? probability : -probability;
                 });
  return found;
}

}  // namespace

std::vector<Attribution> integrated_gradients(TextSubject& subject, std::span<const Text> texts,
                                              std::span<const int64_t> towards) {
  std::vector<Attribution> all(texts.size());
  std::vector<int64_t> open;  // texts whose gap is too large still
  for (size_t t = 0; t < texts.size(); ++t) {
    if (!texts[t].ids.empty()) open.push_back(static_cast<int64_t>(t));
  }
  const std::vector<double> wanted = differences(subject, texts, towards, open);
  for (int64_t steps = kFewestSteps; !open.empty() && steps <= kMostSteps; steps *= 2) {
    const std::vector<Node> nodes = gauss_legendre(steps);
    std::vector<Point> points;
    for (const int64_t t : open) {
      all[static_cast<size_t>(t)] = {std::vector<double>(texts[static_cast<size_t>(t)].ids.size(), 0), steps, 0};
      for (const Node& node : nodes) points.push_back({t, node.at, towards[static_cast<size_t>(t)]});
    }
    input_products(subject, texts, points, Attention::kMoves,
                   [&](size_t point, std::span<const double> products, double) {
                     std::vector<double>& scores = all[static_cast<size_t>(points[point].text)].scores;
                     const double weight = nodes[point % nodes.size()].weight;
                     for (size_t i = 0; i < products.size(); ++i) scores[i] += weight * products[i];
                   });
    std::erase_if(open, [&](int64_t t) {
      Attribution& one = all[static_cast<size_t>(t)];
      const double sum = std::accumulate(one.scores.begin(), one.scores.end(), 0.0);
      const double difference = wanted[static_cast<size_t>(t)];
      one.gap = std::abs(sum - difference) / std::max(std::abs(difference), kLeastDifference);
      return one.gap < kGapWanted;
    });
  }
  return all;
}

}  // namespace fovea::attribution
