#include "audit/judgement.h"

#include <algorithm>

namespace fovea::audit {

Evidence evidence_of(const Result& result, const AuditTexts& texts, const ErasureTexts& erasure) {
  Evidence out;
  out.depth = result.depth;
  out.answer_moves = result.answer_moves;
  out.metrics = result.metrics;
  out.permuted_median = result.gate.permuted_median;
  const std::vector<Map>& maps = texts.maps;
  out.erased_beyond_random =
      number_of(difference_of(erasure.of_map[0].comprehensiveness, erasure.random.comprehensiveness));
  out.beyond_random = number_of(difference_of(normalised_of(erasure, maps, 0), normalised_of(erasure, maps, -1)));
  out.beside_best = beside_best(erasure, maps);
  out.violation_rate = number_of(erasure.sign.front().violates).mean;
  out.seen_texts = result.seen_in_training + result.seen_in_validation;
  out.on_mask_twin = result.mask_twin && result.mask_twin->accepted;
  out.uniform_gap = result.uniform_gap;
  if (result.seeds) out.seeds = result.seeds->trained;
  if (result.planted && result.planted->taught()) out.planted_precision = result.planted->precision();
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
