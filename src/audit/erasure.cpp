#include "audit/erasure.h"

#include <algorithm>
#include <numeric>

#include "audit/first_picture.h"
#include "base/random.h"
#include "metrics/holm.h"
#include "metrics/trust/erasure.h"

namespace fovea::audit {
namespace {

using metrics::Better;
using Values = std::vector<double>;

// value(map) of one input.
template <typename Value>
double right_of_text(const std::vector<size_t>& sensible, const std::vector<size_t>& random, Better better,
                     Value value) {
  Values scores, others;
  for (const size_t map : sensible) scores.push_back(value(map));
  for (const size_t map : random) others.push_back(value(map));
  return metrics::diagnosticity(scores, others, better).value_or(kNone);
}

MetricValues part_metric(const char* name, const std::vector<PartErasure>& of_map, const std::vector<size_t>& sensible,
                         const std::vector<size_t>& random, Values PartErasure::*values, Better better) {
  MetricValues out{name, {}};
  for (size_t input = 0; input < (of_map.front().*values).size(); ++input) {
    const bool none = std::isnan((of_map.front().*values)[input]);
    out.right.push_back(none ? kNone : right_of_text(sensible, random, better, [&](size_t map) {
      return (of_map[map].*values)[input];
    }));
  }
  return out;
}

}  // namespace

std::vector<MetricValues> part_metrics(const std::vector<PartErasure>& of_map, const std::vector<size_t>& sensible,
                                       const std::vector<size_t>& random) {
  const auto one = [&](const char* name, Values PartErasure::*values, Better better) {
    return part_metric(name, of_map, sensible, random, values, better);
  };
  return {one("comprehensiveness", &PartErasure::comprehensiveness, Better::kHigher),
          one("sufficiency", &PartErasure::sufficiency, Better::kLower),
          one("comprehensiveness_odds", &PartErasure::comprehensiveness_odds, Better::kHigher),
          one("sufficiency_odds", &PartErasure::sufficiency_odds, Better::kLower)};
}

MetricValues bounds_metric(const Bounds& bounds, const std::vector<size_t>& sensible,
                           const std::vector<size_t>& random) {
  MetricValues out{"normalised_aopc", {}};
  for (size_t input = 0; input < bounds.lowest.size(); ++input) {
    const bool none = std::isnan(bounds.normalised.front()[input]);
    out.right.push_back(none ? kNone : right_of_text(sensible, random, Better::kHigher, [&](size_t map) {
      return bounds.normalised[map][input];
    }));
  }
  return out;
}

MetricValues attention_metric(const AttentionErasure& erasure) {
  MetricValues out{"flip_fraction", {}};
  for (size_t input = 0; input < erasure.removed[0].size(); ++input) {
    out.right.push_back(
        right_of_text({1, 2}, {3}, Better::kLower, [&](size_t order) { return erasure.removed[order][input]; }));
  }
  return out;
}

MetricSight sight_of(const MetricValues& metric, const Rows& rows) {
  MetricSight out{metric.metric, number_of(metric.right, rows), false};
  out.blind = out.diagnosticity.n == 0 || out.diagnosticity.mean < kDiagnosticity;
  return out;
}

MetricSight sight_of(const MetricValues& metric) {
  return sight_of(metric, all_rows(metric.right.size()));
}

namespace {

Rows sample(Rows rows, size_t most, uint64_t seed) {
  shuffle(std::span<size_t>(rows), {seed, Purpose::kAuditSample, uint64_t{1} << 40});
  rows.resize(std::min(rows.size(), most));
  std::sort(rows.begin(), rows.end());
  return rows;
}

template <typename T>
std::vector<T> pick(const std::vector<T>& values, const Rows& rows) {
  std::vector<T> out;
  for (const size_t row : rows) out.push_back(values[row]);
  return out;
}

std::array<Number, 5> curve_of(const std::vector<std::array<double, 5>>& values) {
  std::array<Number, 5> out;
  for (size_t bin = 0; bin < out.size(); ++bin) {
    std::vector<double> of_bin;
    for (const auto& of_text : values) of_bin.push_back(of_text[bin]);
    out[bin] = number_of(of_bin);
  }
  return out;
}

MapErasure row_of(const std::string& name, MapKind kind, const PartErasure& erasure) {
  MapErasure out;
  out.name = name;
  out.kind = kind;
  out.comprehensiveness = number_of(erasure.comprehensiveness);
  out.sufficiency = number_of(erasure.sufficiency);
  out.comprehensiveness_odds = number_of(erasure.comprehensiveness_odds);
  out.sufficiency_odds = number_of(erasure.sufficiency_odds);
  out.without = curve_of(erasure.without);
  out.only = curve_of(erasure.only);
  return out;
}

void note_sign(MapErasure& row, const SignValues& sign) {
  row.violation = share_of(sign.violates);
  row.rises = share_of(sign.rises);
}

SignValues mean_sign(const std::vector<SignValues>& draws) {
  SignValues mean = draws.front();
  for (size_t input = 0; input < mean.rises.size(); ++input) {
    for (size_t draw = 1; draw < draws.size(); ++draw) {
      mean.violates[input] += draws[draw].violates[input];
      mean.rises[input] += draws[draw].rises[input];
    }
    mean.violates[input] /= static_cast<double>(draws.size());
    mean.rises[input] /= static_cast<double>(draws.size());
  }
  return mean;
}

// Where the curves could lie, share by share.
void note_extremes(BoundsResult& out, const Bounds& bounds) {
  for (size_t bin = 0; bin < out.only_most.size(); ++bin) {
    std::vector<double> without_least, without_most, only_least, only_most;
    for (size_t input = 0; input < bounds.most.size(); ++input) {
      const size_t pieces = bounds.most[input].size() + 1, count = metrics::erasure_counts(pieces)[bin];
      without_least.push_back(bounds.least[input][count - 1]);
      without_most.push_back(bounds.most[input][count - 1]);
      only_least.push_back(bounds.least[input][pieces - count - 1]);
      only_most.push_back(bounds.most[input][pieces - count - 1]);
    }
    out.without_least[bin] = number_of(without_least);
    out.without_most[bin] = number_of(without_most);
    out.only_least[bin] = number_of(only_least);
    out.only_most[bin] = number_of(only_most);
  }
}

// Holm over all comparisons with the map audited.
void compare_with_first(PartErasureResult& out, const ErasureValues& values, const std::vector<Map>& maps) {
  std::vector<double> p;
  const std::vector<double> first = normalised_of(values, maps, 0);
  for (size_t map = 1; map < out.maps.size(); ++map) {
    MapErasure& row = out.maps[map];
    const auto differences = difference_of(values.of_map[0].comprehensiveness, values.of_map[map].comprehensiveness);
    row.behind = number_of(differences);
    row.normalised_behind = number_of(difference_of(first, normalised_of(values, maps, static_cast<int>(map))));
    p.push_back(row.p = p_of(differences));
  }
  const std::vector<double> corrected = metrics::holm(p);
  for (size_t map = 1; map < out.maps.size(); ++map) out.maps[map].p_holm = corrected[map - 1];
}

// Of the highest mean; null where none has a value.
const Scored* best_of(const std::vector<Scored>& others, const Rows& rows) {
  const Scored* best = nullptr;
  double highest = 0;
  for (const Scored& other : others) {
    const Number number = number_of(other.values, rows);
    if (number.n == 0 || (best && number.mean <= highest)) continue;
    best = &other;
    highest = number.mean;
  }
  return best;
}

}  // namespace

ErasureValues erase(Subject& subject, const ErasureOptions& options, const Answers& answers,
                    const std::vector<Map>& maps, const std::function<void(double)>& words_progress,
                    const std::function<void(double)>& bounds_progress) {
  std::vector<std::vector<std::vector<double>>> scores;
  std::vector<size_t> sensible, random;
  for (const Map& map : maps) scores.push_back(map.scores);
  for (int64_t draw = 0; draw < options.random_draws; ++draw) {
    random.push_back(scores.size());
    scores.push_back(random_map(subject, options.seed, static_cast<uint64_t>(draw)));
  }
  std::vector<std::vector<Order>> orders;
  for (const auto& of_map : scores) orders.push_back(orders_of(of_map, options.seed));

  ErasureValues out;
  out.bounded = sample(options.among.value_or(all_rows(answers.answer.size())), options.bound_inputs, options.seed);
  Rows tabled = sample(out.bounded, options.table_inputs, options.seed + 1);
  out.of_map = erase_parts(subject, options.bounds.how, answers, tabled, orders, words_progress);
  out.random = mean_of({out.of_map.begin() + std::ssize(maps), out.of_map.end()});
  out.sign = sign_of(subject, options.bounds.how, answers, orders);
  const auto draws = out.sign.begin() + std::ssize(maps);
  *draws = mean_sign({draws, out.sign.end()});
  out.sign.erase(draws + 1, out.sign.end());
  Answers bounded_answers{pick(answers.readings, out.bounded), pick(answers.answer, out.bounded)};
  scores.resize(maps.size() + static_cast<size_t>(std::min(options.random_draws, options.bound_draws)));
  for (auto& of_map : scores) of_map = pick(of_map, out.bounded);
  out.bounds = bounds_of(subject, options.bounds, out.bounded, bounded_answers, scores, options.seed, bounds_progress);
  if (const auto best = best_method(out.bounds, maps)) sensible.push_back(*best);
  out.metrics = part_metrics(out.of_map, sensible, random);
  random.resize(scores.size() - maps.size());
  out.bounds_metric = bounds_metric(out.bounds, sensible, random);
  return out;
}

std::vector<double> normalised_of(const ErasureValues& values, const std::vector<Map>& maps, int map) {
  if (map >= 0) return values.bounds.normalised[static_cast<size_t>(map)];
  std::vector<double> mean(values.bounded.size(), 0);
  const auto draws = static_cast<double>(values.bounds.normalised.size() - maps.size());
  for (size_t draw = maps.size(); draw < values.bounds.normalised.size(); ++draw) {
    for (size_t input = 0; input < mean.size(); ++input) mean[input] += values.bounds.normalised[draw][input] / draws;
  }
  return mean;
}

std::optional<size_t> best_method(const Bounds& bounds, const std::vector<Map>& maps) {
  std::optional<size_t> best;
  double highest = 0;
  for (size_t map = 0; map < maps.size(); ++map) {
    if (maps[map].kind != MapKind::kAttribution) continue;
    const Number number = number_of(bounds.normalised[map]);
    if (number.n == 0 || (best && number.mean <= highest)) continue;
    best = map;
    highest = number.mean;
  }
  return best;
}

std::optional<Scored> best_elsewhere(const std::vector<Scored>& others, size_t inputs, uint64_t seed) {
  std::array<Rows, 2> halves;
  Rows drawn = all_rows(inputs);
  shuffle(std::span<size_t>(drawn), {seed, Purpose::kAuditSample, uint64_t{1} << 42});
  for (size_t i = 0; i < drawn.size(); ++i) halves[i % 2].push_back(drawn[i]);
  std::array<const Scored*, 2> best = {best_of(others, halves[0]), best_of(others, halves[1])};
  for (size_t half = 0; half < 2; ++half) {
    if (!best[half]) best[half] = best[1 - half];  // too few inputs to choose on
  }
  if (!best[0]) return std::nullopt;
  Scored out{best[0] == best[1] ? best[0]->name : best[0]->name + " or " + best[1]->name, {}};
  out.values.assign(inputs, kNone);
  for (size_t half = 0; half < 2; ++half) {
    for (const size_t row : halves[half]) out.values[row] = best[1 - half]->values[row];
  }
  return out;
}

std::optional<Scored> best_elsewhere(const ErasureValues& values, const std::vector<Map>& maps, uint64_t seed,
                                     size_t map) {
  std::vector<Scored> others;
  for (size_t other = 1; other < maps.size(); ++other) {
    if (maps[other].kind != MapKind::kAttribution || other == map || maps[other].method == maps[map].method) continue;
    others.push_back({maps[other].name, normalised_of(values, maps, static_cast<int>(other))});
  }
  return best_elsewhere(others, values.bounded.size(), seed);
}

std::optional<BesideBest> beside_best(const std::vector<double>& audited, const std::vector<Scored>& others,
                                      uint64_t seed) {
  const std::optional<Scored> best = best_elsewhere(others, audited.size(), seed);
  if (!best) return std::nullopt;
  return BesideBest{best->name, number_of(difference_of(audited, best->values))};
}

PartErasureResult erasure_result(const ErasureValues& values, const ErasureOptions& options,
                                 const std::vector<Map>& maps) {
  PartErasureResult out;
  out.masked = options.bounds.how == Erased::kMasked;
  out.random_draws = options.random_draws;
  for (size_t map = 0; map < maps_told(maps); ++map) {
    MapErasure& row = out.maps.emplace_back(row_of(maps[map].name, maps[map].kind, values.of_map[map]));
    row.normalised = number_of(normalised_of(values, maps, static_cast<int>(map)));
    note_sign(row, values.sign[map]);
  }
  out.random = row_of("random", MapKind::kPrior, values.random);
  out.random.normalised = number_of(normalised_of(values, maps, -1));
  note_sign(out.random, values.sign.back());
  out.beyond_random = number_of(difference_of(values.of_map[0].comprehensiveness, values.random.comprehensiveness));
  compare_with_first(out, values, maps);

  BoundsResult& bounds = out.bounds;
  bounds.inputs = std::ssize(values.bounded);
  bounds.grouped = values.bounds.grouped;
  bounds.exhaustive_up_to = static_cast<int64_t>(options.bounds.exhaustive_up_to);
  bounds.beam = static_cast<int64_t>(options.bounds.beam);
  bounds.most_pieces = static_cast<int64_t>(options.bounds.most_pieces);
  bounds.lowest = number_of(values.bounds.lowest);
  bounds.highest = number_of(values.bounds.highest);
  note_extremes(bounds, values.bounds);
  const auto first = normalised_of(values, maps, 0);
  bounds.no_order_matters = std::count_if(first.begin(), first.end(), [](double value) { return std::isnan(value); });
  bounds.beyond_random = number_of(difference_of(first, normalised_of(values, maps, -1)));
  return out;
}

}  // namespace fovea::audit
