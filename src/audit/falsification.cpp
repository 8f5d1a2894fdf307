#include "audit/falsification.h"

#include <algorithm>

namespace fovea::audit {
namespace {

using Values = std::vector<double>;

struct Metric {
  std::string name;
  Values ahead;  // of the true map over the lying one, text by text; higher is better for the truth
};

std::vector<Metric> ahead_of(const ErasureTexts& texts, const std::vector<Map>& maps, size_t lying) {
  const WordErasure &truth = texts.of_map[0], &lie = texts.of_map[lying];
  return {{"comprehensiveness", difference_of(truth.comprehensiveness, lie.comprehensiveness)},
          {"sufficiency", difference_of(lie.sufficiency, truth.sufficiency)},
          {"comprehensiveness_odds", difference_of(truth.comprehensiveness_odds, lie.comprehensiveness_odds)},
          {"sufficiency_odds", difference_of(lie.sufficiency_odds, truth.sufficiency_odds)},
          {"normalised_aopc",
           difference_of(normalised_of(texts, maps, 0), normalised_of(texts, maps, static_cast<int>(lying)))}};
}

}  // namespace

FalsificationResult falsify(Subject& subject, const PlantedTexts& texts, const Answers& answers,
                            const std::vector<double>& used, const std::vector<Map>& methods,
                            const FalsificationOptions& options, const std::function<void(double)>& progress) {
  Map truth{"attention", MapKind::kAudited, {}};
  for (const Reading& reading : answers.readings) truth.scores.push_back(reading.weights);
  std::vector<Map> maps = {truth, swapped(truth, texts.material.texts), permuted(truth, options.seed)};
  const size_t controls = maps.size();
  maps.insert(maps.end(), methods.begin(), methods.end());
  const auto share = [&](double from, double size) {
    return [&progress, from, size](double done) { progress(from + size * done); };
  };
  const ErasureTexts erased =
      erase(subject, options.erasure, texts.material, answers, maps, share(0, 0.3), share(0.3, 0.7));
  FalsificationResult out;
  for (size_t control = 1; control < controls; ++control) {
    Evidence evidence;
    evidence.depth = Depth::kStandard;
    evidence.on_mask_twin = true;  // asked on the model that the texts are planted for
    evidence.answer_moves = 1;
    evidence.permuted_median = 1;
    evidence.beyond_random = number_of(
        difference_of(normalised_of(erased, maps, static_cast<int>(control)), normalised_of(erased, maps, -1)));
    for (const MetricTexts& metric : erased.metrics) evidence.metrics.push_back(sight_of(metric));
    const PlantedRow row = planted_row(maps[control], texts, used, options.seed);
    evidence.planted_precision = row.precision.mean;
    Falsification one{maps[control].name, decide(evidence).grade, row.precision, {}};
    for (const Metric& metric : ahead_of(erased, maps, control)) {
      if (number_of(metric.ahead).above(0)) continue;
      one.fooled.push_back(metric.name);
      if (std::find(out.fooled.begin(), out.fooled.end(), metric.name) == out.fooled.end()) {
        out.fooled.push_back(metric.name);
      }
    }
    out.controls.push_back(std::move(one));
  }
  progress(1);
  return out;
}

}  // namespace fovea::audit
