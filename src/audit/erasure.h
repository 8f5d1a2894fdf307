// All erasing of words for one model and one way of erasing: every map and the random draws, their curves, their place
// between the bounds, the sign of their top word, and what each metric can see.
#pragma once

#include "audit/bounds.h"
#include "audit/diagnosticity.h"
#include "audit/result.h"
#include "audit/sign.h"
#include "audit/word_erasure.h"

namespace fovea::audit {

struct ErasureOptions {
  int64_t random_draws = 10;
  size_t bound_texts = 50;  // of which bounds are searched, drawn with the seed
  BoundsOptions bounds;     // its `how` says how words are erased throughout
  uint64_t seed = 1;
};

// One value per text, but for `bounds`: there one per text of `bounded`. The maps in the order given, then the draws.
struct ErasureTexts {
  std::vector<WordErasure> of_map;
  WordErasure random;  // the mean of the draws
  std::vector<SignTexts> sign;
  Rows bounded;
  Bounds bounds;
  std::vector<MetricTexts> metrics;  // of all texts; that of the bounds is apart
  MetricTexts bounds_metric;
};

// maps: the one audited first. Those of kind kAttribution are the sensible ones by which a metric is judged.
ErasureTexts erase(Subject& subject, const ErasureOptions& options, const Material& material, const Answers& answers,
                   const std::vector<Map>& maps, const std::function<void(double)>& words_progress,
                   const std::function<void(double)>& bounds_progress);

WordErasureResult erasure_result(const ErasureTexts& texts, const ErasureOptions& options,
                                 const std::vector<Map>& maps);

// Normalised AOPC of map number `map` (the mean of the draws: -1) on the texts of `bounded`.
std::vector<double> normalised_of(const ErasureTexts& texts, const std::vector<Map>& maps, int map);

// The map audited beside the best other that was computed from the model, by normalised AOPC; none without another.
std::optional<BesideBest> beside_best(const ErasureTexts& texts, const std::vector<Map>& maps);

}  // namespace fovea::audit
