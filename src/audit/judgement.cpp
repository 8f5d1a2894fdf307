#include "audit/judgement.h"

#include <algorithm>

namespace fovea::audit {

namespace {

// Whether the metrics of words see anything is asked where the words were erased; one that a lie has fooled stays
// blind.
void take_sight_of(const ErasureTexts& erasure, std::vector<MetricSight>& metrics) {
  std::vector<MetricTexts> of_words = erasure.metrics;
  of_words.push_back(erasure.bounds_metric);
  for (const MetricTexts& texts : of_words) {
    const MetricSight there = sight_of(texts);
    for (MetricSight& metric : metrics) {
      if (metric.metric != there.metric) continue;
      const bool fooled = metric.blind && metric.diagnosticity.mean >= kDiagnosticity;
      metric = there;
      metric.blind = metric.blind || fooled;
    }
  }
}

}  // namespace

Evidence evidence_of(const Result& result, const AuditTexts& texts, const ErasureTexts& erasure) {
  Evidence out;
  out.depth = result.depth;
  out.answer_moves = result.answer_moves;
  out.metrics = result.metrics;
  if (&erasure != &texts.erasure) take_sight_of(erasure, out.metrics);
  out.permuted_median = result.gate.permuted_median;
  const std::vector<Map>& maps = texts.maps;
  out.weights_beyond_random = result.attention_erasure.top_beyond_random;
  out.beyond_random = number_of(difference_of(normalised_of(erasure, maps, 0), normalised_of(erasure, maps, -1)));
  out.beside_best = beside_best(erasure, maps);
  out.violation_rate = number_of(erasure.sign.front().violates).mean;
  out.seen_texts = result.seen_in_training + result.seen_in_validation;
  out.on_mask_twin = result.mask_twin && result.mask_twin->accepted;
  out.uniform_gap = result.uniform_gap;
  if (result.seeds) out.seeds = result.seeds->seeds;
  // What a twin's attention does says nothing of a map from a file, unless that map is the model's attention.
  constexpr double kSameMap = 1e-4;
  out.map_from_file = result.map_distance && !(result.map_distance->high < kSameMap);
  if (!out.map_from_file && result.planted && result.planted->taught()) {
    out.planted_precision = result.planted->precision();
  }
  return out;
}

SliceTexts slice_texts(const AuditTexts& texts, const ErasureTexts& erasure, const Material& material) {
  SliceTexts slices;
  for (const Text& text : material.texts) slices.words.push_back(text.size());
  slices.truth = material.truth;
  slices.right = texts.gate.own_right;
  slices.dependence = texts.dependence;
  slices.permuted = texts.gate.permuted;
  slices.comprehensiveness = erasure.of_map.front().comprehensiveness;
  slices.random = erasure.random.comprehensiveness;
  slices.violates = erasure.sign.front().violates;
  slices.metrics = erasure.metrics;
  const auto gradient = std::find_if(texts.maps.begin(), texts.maps.end(), [](const Map& map) {
    return map.name == attribution::facts_of(attribution::Method::kGradient).name;
  });
  slices.tau = taus_of(texts.maps.front(), *gradient);
  return slices;
}

}  // namespace fovea::audit
