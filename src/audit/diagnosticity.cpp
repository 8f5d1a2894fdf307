#include "audit/diagnosticity.h"

#include "metrics/trust/erasure.h"

namespace fovea::audit {
namespace {

using metrics::Better;
using Values = std::vector<double>;

// value(map) of one text.
template <typename Value>
double right_of_text(const std::vector<size_t>& sensible, const std::vector<size_t>& random, Better better,
                     Value value) {
  Values scores, others;
  for (const size_t map : sensible) scores.push_back(value(map));
  for (const size_t map : random) others.push_back(value(map));
  return metrics::diagnosticity(scores, others, better).value_or(kNone);
}

MetricTexts word_metric(const char* name, const std::vector<WordErasure>& of_map, const std::vector<size_t>& sensible,
                        const std::vector<size_t>& random, Values WordErasure::*values, Better better) {
  MetricTexts out{name, {}};
  for (size_t text = 0; text < (of_map.front().*values).size(); ++text) {
    out.right.push_back(
        right_of_text(sensible, random, better, [&](size_t map) { return (of_map[map].*values)[text]; }));
  }
  return out;
}

}  // namespace

std::vector<MetricTexts> word_metrics(const std::vector<WordErasure>& of_map, const std::vector<size_t>& sensible,
                                      const std::vector<size_t>& random) {
  const auto one = [&](const char* name, Values WordErasure::*values, Better better) {
    return word_metric(name, of_map, sensible, random, values, better);
  };
  return {one("comprehensiveness", &WordErasure::comprehensiveness, Better::kHigher),
          one("sufficiency", &WordErasure::sufficiency, Better::kLower),
          one("comprehensiveness_odds", &WordErasure::comprehensiveness_odds, Better::kHigher),
          one("sufficiency_odds", &WordErasure::sufficiency_odds, Better::kLower)};
}

MetricTexts bounds_metric(const Bounds& bounds, const std::vector<size_t>& sensible,
                          const std::vector<size_t>& random) {
  MetricTexts out{"normalised_aopc", {}};
  for (size_t text = 0; text < bounds.lowest.size(); ++text) {
    const bool none = std::isnan(bounds.normalised.front()[text]);
    out.right.push_back(none ? kNone : right_of_text(sensible, random, Better::kHigher, [&](size_t map) {
      return bounds.normalised[map][text];
    }));
  }
  return out;
}

MetricTexts attention_metric(const AttentionErasure& erasure) {
  MetricTexts out{"flip_fraction", {}};
  for (size_t text = 0; text < erasure.removed[0].size(); ++text) {
    out.right.push_back(
        right_of_text({1, 2}, {3}, Better::kLower, [&](size_t order) { return erasure.removed[order][text]; }));
  }
  return out;
}

MetricSight sight_of(const MetricTexts& metric, const Rows& rows) {
  MetricSight out{metric.metric, number_of(metric.right, rows), false};
  out.blind = out.diagnosticity.n == 0 || out.diagnosticity.mean < kDiagnosticity;
  return out;
}

MetricSight sight_of(const MetricTexts& metric) {
  return sight_of(metric, all_rows(metric.right.size()));
}

}  // namespace fovea::audit
