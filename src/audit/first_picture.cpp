#include "audit/first_picture.h"

#include <algorithm>

namespace fovea::audit {
namespace {

// For each input, whether another method is shown in place of its weights.
std::vector<bool> shown_instead(const FirstPictureRule& rule, const Answers& answers) {
  std::vector<bool> out;
  for (const Reading& reading : answers.readings) out.push_back(rule.instead(reading.weights));
  return out;
}

Scores mixed(const std::vector<bool>& instead, const Scores& weights, const Scores& others) {
  Scores out;
  for (size_t input = 0; input < instead.size(); ++input)
    out.push_back(instead[input] ? others[input] : weights[input]);
  return out;
}

// What each part says of the label that is answered.
Scores odds_of_answers(const GivenMaps& given, const Answers& answers) {
  Scores out;
  for (size_t input = 0; input < given.odds.size(); ++input) {
    std::vector<double>& of_input = out.emplace_back();
    for (const std::vector<double>& of_part : given.odds[input]) {
      of_input.push_back(of_part[static_cast<size_t>(answers.answer[input])]);
    }
  }
  return out;
}

const Map* find_named(const std::vector<Map>& maps, std::string_view name) {
  const auto found = std::find_if(maps.begin(), maps.end(), [&](const Map& map) { return map.name == name; });
  return found == maps.end() ? nullptr : &*found;
}

}  // namespace

void add_first_picture(const GivenMaps& given, const Answers& answers, std::vector<Map>& maps) {
  const FirstPictureRule& rule = given.first;
  if (!rule.stand_in || !rule.instead || given.audited || given.method) return;
  const Map* other = find_map(maps, *rule.stand_in);
  if (!other) return;
  const std::vector<bool> instead = shown_instead(rule, answers);
  const int64_t count = std::count(instead.begin(), instead.end(), true);
  if (count == 0) return;
  std::vector<Map> added;
  added.push_back(
      {kFirstPictureMap, MapKind::kFirst, mixed(instead, maps.front().scores, other->scores), rule.stand_in, count});
  const Map* odds = find_named(maps, kOddsMap);
  if (odds && attribution::facts_of(*rule.stand_in).is_signed) {
    added.push_back({kOddsMap, MapKind::kFirstPrior, mixed(instead, odds->scores, odds_of_answers(given, answers)),
                     attribution::Method::kPrior});
  }
  const Map* elsewhere = find_named(maps, kOtherModelMap);
  if (elsewhere && given.other_stand_in) {
    added.push_back({kOtherModelMap, MapKind::kFirstPrior, mixed(instead, elsewhere->scores, *given.other_stand_in),
                     attribution::Method::kPrior});
  }
  for (Map& map : added) maps.push_back(std::move(map));
}

size_t maps_told(const std::vector<Map>& maps) {
  return first_picture_among(maps).value_or(maps.size());
}

std::optional<size_t> first_picture_among(const std::vector<Map>& maps) {
  const auto found = std::find_if(maps.begin(), maps.end(), [](const Map& map) { return map.kind == MapKind::kFirst; });
  return found == maps.end() ? std::nullopt : std::optional<size_t>(found - maps.begin());
}

namespace {

// How far the bag of words that knows the label goes, beside the same best method.
Number odds_share(const AuditValues& values, const InputValues& inputs, const Rows& graded) {
  const bool knows = std::any_of(values.maps.begin(), values.maps.end(), [](const Map& map) {
    return map.kind == MapKind::kFirstPrior && map.name == kOddsMap;
  });
  const auto odds = std::find_if(inputs.baselines.begin(), inputs.baselines.end(),
                                 [](const Scored& baseline) { return baseline.name == kOddsMap; });
  if (!knows || odds == inputs.baselines.end()) return {};
  return ratio_of(difference_of(inputs.map_beyond, odds->values), inputs.best_beyond, graded);
}

}  // namespace

FirstEvidence evidence_of_first(const Evidence& whole, const Subject& subject, const AuditValues& values,
                                const ErasureValues& erasure, const AuditInput& input, const Rows& graded,
                                uint64_t seed) {
  const std::optional<size_t> first = first_picture_among(values.maps);
  if (!first) return {std::nullopt, values.beyond, {}};
  const InputValues inputs = input_values(subject, values, erasure, input.material, seed, *first);
  Evidence out = whole;
  out.map = "picture that explain shows first";
  // Where it is mostly another method, whether the model uses its weights is no question of it.
  out.of_weights = 2 * values.maps[*first].instead < std::ssize(values.answers.readings);
  out.recovery.best = inputs.best;
  out.beside_best.reset();
  if (!inputs.best.empty()) out.beside_best = BesideBest{inputs.best, {}};
  out.baselines = baselines_of(inputs, graded);
  out.parts.clear();
  out.trainings.clear();
  out.planted_precision.reset();
  out.fidelity_beside_best.reset();
  out = evidence_of_rows(out, inputs, graded);
  note_parts_and_halves(out, {}, inputs, graded, seed);
  return {std::move(out), {inputs.map_beyond, inputs.best_beyond}, odds_share(values, inputs, graded)};
}

FirstPicture judged_first(const FirstEvidence& first_evidence, const Result& result, const AuditValues& values,
                          const ErasureValues& erasure) {
  const std::optional<Evidence>& evidence = first_evidence.evidence;
  const std::optional<size_t> first = first_picture_among(values.maps);
  const Evidence& of_it = evidence ? *evidence : result.evidence;
  FirstPicture out;
  out.verdict = evidence ? decide(*evidence) : result.verdict;
  out.recovery = of_it.recovery;
  out.normalised = number_of(normalised_of(erasure, values.maps, static_cast<int>(first.value_or(0))));
  out.method = attribution::name_of(first ? *values.maps[*first].method : attribution::Method::kAttention);
  out.odds = first_evidence.odds;
  out.instead = first ? values.maps[*first].instead : 0;
  return out;
}

}  // namespace fovea::audit
