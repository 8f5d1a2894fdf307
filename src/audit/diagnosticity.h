// Can an erasure metric tell a sensible map from a random one on this model? (Chan et al. 2022)
#pragma once

#include <string>
#include <vector>

#include "audit/attention_erasure.h"
#include "audit/bounds.h"
#include "audit/verdict.h"
#include "audit/word_erasure.h"

namespace fovea::audit {

// One value per text, kNone where there is none: the share of (sensible map, random map) pairs ranked rightly, a tie
// counting half.
struct MetricTexts {
  std::string metric;
  std::vector<double> right;
};

// `sensible`, `random`: numbers of maps in `of_map`.
std::vector<MetricTexts> word_metrics(const std::vector<WordErasure>& of_map, const std::vector<size_t>& sensible,
                                      const std::vector<size_t>& random);
MetricTexts bounds_metric(const Bounds& bounds, const std::vector<size_t>& sensible, const std::vector<size_t>& random);
// The sensible orders are the gradient by the weight, and weight times it.
MetricTexts attention_metric(const AttentionErasure& erasure);

MetricSight sight_of(const MetricTexts& metric, const Rows& rows);
MetricSight sight_of(const MetricTexts& metric);

}  // namespace fovea::audit
