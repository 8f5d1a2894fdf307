#include "tasks/decoding/paths.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"

namespace fovea::tasks::decoding {

int64_t Paths::keep(std::span<const float> weights) {
  FOVEA_CHECK(keeps_weights_ && static_cast<int64_t>(weights.size()) == parts_, weights.size(), "weights of", parts_);
  for (const float weight : weights) FOVEA_CHECK(std::isfinite(weight) && weight >= 0, "a weight is", weight);
  weights_.insert(weights_.end(), weights.begin(), weights.end());
  return looks_++;
}

int64_t Paths::add(int64_t before, int64_t symbol, float log_probability, int64_t look) {
  nodes_.push_back({.before = before, .symbol = symbol, .look = look, .log_probability = log_probability});
  return static_cast<int64_t>(nodes_.size()) - 1;
}

std::span<const float> Paths::look(int64_t number) const {
  return std::span(weights_).subspan(static_cast<size_t>(number * parts_), static_cast<size_t>(parts_));
}

std::span<const double> Paths::coverage(int64_t node) {
  FOVEA_CHECK(keeps_weights_, "coverage without weights");
  totals_.assign(static_cast<size_t>(parts_), 0.0);
  for (; node != kRoot; node = nodes_[static_cast<size_t>(node)].before) {
    const auto weights = look(nodes_[static_cast<size_t>(node)].look);
    for (size_t part = 0; part < weights.size(); ++part) totals_[part] += weights[part];
  }
  return totals_;
}

Hypothesis Paths::read(int64_t node, bool ended, bool with_weights) const {
  FOVEA_CHECK(keeps_weights_ || !with_weights, "weights that were not kept");
  Hypothesis hypothesis;
  hypothesis.ended = ended;
  for (; node != kRoot; node = nodes_[static_cast<size_t>(node)].before) {
    const Node& at = nodes_[static_cast<size_t>(node)];
    if (!ended || !hypothesis.log_probabilities.empty()) hypothesis.symbols.push_back(at.symbol);
    hypothesis.log_probabilities.push_back(at.log_probability);
    if (!with_weights) continue;
    const auto weights = look(at.look);
    hypothesis.weights.emplace_back(weights.begin(), weights.end());
  }
  std::reverse(hypothesis.symbols.begin(), hypothesis.symbols.end());
  std::reverse(hypothesis.log_probabilities.begin(), hypothesis.log_probabilities.end());
  std::reverse(hypothesis.weights.begin(), hypothesis.weights.end());
  return hypothesis;
}

}  // namespace fovea::tasks::decoding
