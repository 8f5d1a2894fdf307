#include "audit/planted.h"

#include <algorithm>
#include <numeric>

#include "audit/first_picture.h"
#include "audit/maps.h"
#include "audit/material.h"
#include "base/random.h"

namespace fovea::audit {
namespace {

double share_right(Subject& subject, const std::vector<int64_t>& classes) {
  const std::vector<std::vector<double>> logits = subject.logits(attribution::whole_inputs(subject));
  double right = 0;
  for (size_t i = 0; i < logits.size(); ++i) right += largest(logits[i]) == classes[i] ? 1 : 0;
  return right / static_cast<double>(logits.size());
}

}  // namespace

PlantedRow planted_row(const Map& map, const Places& places, const std::vector<double>& used, uint64_t seed) {
  const std::vector<Order> orders = orders_of(map.scores, seed);
  std::vector<double> first(orders.size(), kNone), rank(orders.size(), kNone);
  bool shares = true;  // of one part: it is first or it is not
  for (size_t i = 0; i < orders.size(); ++i) {
    shares = shares && places[i].size() == 1;
    if (used[i] != 1) continue;
    const auto parts = static_cast<double>(places[i].size());
    first[i] = rank[i] = 0;
    for (const int64_t place : places[i]) {
      const auto ahead = std::find(orders[i].begin(), orders[i].end(), place) - orders[i].begin();
      first[i] += ahead < std::ssize(places[i]) ? 1 / parts : 0;
      rank[i] += static_cast<double>(ahead + 1) / parts;
    }
  }
  return {map.name, shares ? share_of(first) : number_of(first), number_of(rank)};
}

PlantedOutcome ask_planted(const PlantedTwin& twin, const std::vector<std::string>& classes, const GivenMaps& given,
                           uint64_t seed, const std::function<void(double)>& progress) {
  Subject& subject = *twin.twin.subject;
  PlantedOutcome out;
  out.answers = answers_of(subject);
  out.used = right_of({twin.classes, classes}, out.answers);
  out.result.shortcut = twin.shortcut;
  out.result.used = number_of(out.used).mean;
  out.result.untaught = share_right(*twin.untaught, twin.classes);
  if (twin.incomplete) out.result.incomplete = share_right(*twin.incomplete, twin.classes);
  GivenMaps alike;
  alike.method = given.method;
  alike.first = given.first;
  std::vector<Map> maps = maps_of(subject, *twin.twin.attributor, alike, out.answers, seed, progress).maps;
  std::erase_if(maps, [](const Map& map) { return map.kind == MapKind::kLook; });
  const auto row_of = [&](const Map& map) { return planted_row(map, twin.places, out.used, seed); };
  for (size_t map = 0; map < maps_told(maps); ++map) out.result.rows.push_back(row_of(maps[map]));
  const std::optional<size_t> first = first_picture_among(maps);
  out.first_precision = first ? row_of(maps[*first]).precision : out.result.precision();
  out.result.rows.push_back(row_of({"random", MapKind::kPrior, random_map(subject, seed, 0)}));
  if (given.method) maps.front().kind = MapKind::kAttribution;  // beside the attention, which is what lies
  std::erase_if(maps, [](const Map& map) { return map.kind != MapKind::kAttribution; });
  out.methods = std::move(maps);
  return out;
}

Map swapped(const Map& map, const std::string& inputs) {
  std::vector<size_t> order(map.scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return map.scores[a].size() < map.scores[b].size(); });
  Map out{"swapped between " + inputs, map.kind, map.scores};
  for (size_t k = 0; k < order.size(); ++k) {
    const size_t from = order[(k + 1) % order.size()], to = order[k];
    out.scores[to] = map.scores[from];
    out.scores[to].resize(map.scores[to].size(), 0);
  }
  return out;
}

Map permuted(const Map& map, const std::string& inputs, uint64_t seed) {
  Map out{"permuted within " + inputs, map.kind, map.scores};
  for (size_t i = 0; i < out.scores.size(); ++i) {
    shuffle(std::span<double>(out.scores[i]), {seed, Purpose::kPlanting, i + 1});
  }
  return out;
}

namespace {

using Values = std::vector<double>;

struct Metric {
  std::string name;
  Values ahead;  // of the true map over the lying one, input by input; higher is better for the truth
};

std::vector<Metric> ahead_of(const ErasureValues& values, const std::vector<Map>& maps, size_t true_map, size_t lying) {
  const PartErasure &truth = values.of_map[true_map], &lie = values.of_map[lying];
  return {{"comprehensiveness", difference_of(truth.comprehensiveness, lie.comprehensiveness)},
          {"sufficiency", difference_of(lie.sufficiency, truth.sufficiency)},
          {"comprehensiveness_odds", difference_of(truth.comprehensiveness_odds, lie.comprehensiveness_odds)},
          {"sufficiency_odds", difference_of(lie.sufficiency_odds, truth.sufficiency_odds)},
          {"normalised_aopc", difference_of(normalised_of(values, maps, static_cast<int>(true_map)),
                                            normalised_of(values, maps, static_cast<int>(lying)))}};
}

}  // namespace

FalsificationResult falsify(Subject& subject, const Places& places, const Answers& answers,
                            const std::vector<double>& used, const std::vector<Map>& methods,
                            const FalsificationOptions& options, const std::function<void(double)>& progress) {
  Map truth{"attention", MapKind::kAudited, {}};
  for (const Reading& reading : answers.readings) truth.scores.push_back(reading.weights);
  const std::string inputs = subject.nouns().inputs;
  std::vector<Map> maps = {truth, swapped(truth, inputs), permuted(truth, inputs, options.seed)};
  const size_t controls = maps.size();
  maps.insert(maps.end(), methods.begin(), methods.end());
  const auto share = [&](double from, double size) {
    return [&progress, from, size](double done) { progress(from + size * done); };
  };
  const ErasureValues erased = erase(subject, options.erasure, answers, maps, share(0, 0.3), share(0.3, 0.7));
  size_t true_map = 0;
  double most = planted_row(maps[0], places, used, options.seed).precision.mean;
  for (size_t map = controls; map < maps.size(); ++map) {
    const double precision = planted_row(maps[map], places, used, options.seed).precision.mean;
    if (precision > most) true_map = map, most = precision;
  }
  const std::optional<Scored> best = best_elsewhere(erased, maps, options.seed);
  const Values random = normalised_of(erased, maps, -1);
  FalsificationResult out;
  for (size_t control = 1; control < controls; ++control) {
    Evidence evidence;
    evidence.nouns = subject.nouns();
    evidence.depth = Depth::kStandard;
    evidence.on_mask_twin = true;  // asked on the model that the inputs are planted for
    evidence.answers.moved.mean = evidence.permuted.mean = 1;
    const Values beyond = difference_of(normalised_of(erased, maps, static_cast<int>(control)), random);
    evidence.recovery.inputs = number_of(beyond).n;
    if (best) {
      evidence.recovery.best = best->name;
      evidence.recovery.share = ratio_of(beyond, difference_of(best->values, random), all_rows(beyond.size()));
    }
    for (const MetricValues& metric : erased.metrics) evidence.metrics.push_back(sight_of(metric));
    const PlantedRow row = planted_row(maps[control], places, used, options.seed);
    evidence.planted_precision = row.precision;
    Falsification outcome{maps[control].name, decide(evidence).grade, row.precision, {}};
    for (const Metric& metric : ahead_of(erased, maps, true_map, control)) {
      if (!number_of(metric.ahead).above(0)) outcome.fooled.push_back(metric.name);
    }
    out.controls.push_back(std::move(outcome));
  }
  progress(1);
  return out;
}

}  // namespace fovea::audit
