#include "audit/erasure.h"

#include <algorithm>
#include <numeric>

#include "base/random.h"
#include "metrics/holm.h"
#include "metrics/trust/erasure.h"

namespace fovea::audit {
namespace {

Rows sample(size_t texts, size_t most, uint64_t seed) {
  Rows rows = all_rows(texts);
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

MapErasure row_of(const std::string& name, MapKind kind, const WordErasure& erasure) {
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

void note_sign(MapErasure& row, const SignTexts& sign) {
  row.violation = number_of(sign.violates);
  row.rises = number_of(sign.rises);
}

SignTexts mean_sign(const std::vector<SignTexts>& draws) {
  SignTexts mean = draws.front();
  for (size_t text = 0; text < mean.rises.size(); ++text) {
    for (size_t draw = 1; draw < draws.size(); ++draw) {
      mean.violates[text] += draws[draw].violates[text];
      mean.rises[text] += draws[draw].rises[text];
    }
    mean.violates[text] /= static_cast<double>(draws.size());
    mean.rises[text] /= static_cast<double>(draws.size());
  }
  return mean;
}

// Where the curves could lie, share by share.
void note_extremes(BoundsResult& out, const Bounds& bounds) {
  for (size_t bin = 0; bin < out.only_most.size(); ++bin) {
    std::vector<double> without_least, without_most, only_least, only_most;
    for (size_t text = 0; text < bounds.most.size(); ++text) {
      const size_t pieces = bounds.most[text].size() + 1, count = metrics::erasure_counts(pieces)[bin];
      without_least.push_back(bounds.least[text][count - 1]);
      without_most.push_back(bounds.most[text][count - 1]);
      only_least.push_back(bounds.least[text][pieces - count - 1]);
      only_most.push_back(bounds.most[text][pieces - count - 1]);
    }
    out.without_least[bin] = number_of(without_least);
    out.without_most[bin] = number_of(without_most);
    out.only_least[bin] = number_of(only_least);
    out.only_most[bin] = number_of(only_most);
  }
}

// Holm over all comparisons with the map audited.
void compare_with_first(WordErasureResult& out, const ErasureTexts& texts, const std::vector<Map>& maps) {
  std::vector<double> p;
  const std::vector<double> first = normalised_of(texts, maps, 0);
  for (size_t map = 1; map < maps.size(); ++map) {
    MapErasure& row = out.maps[map];
    const auto differences = difference_of(texts.of_map[0].comprehensiveness, texts.of_map[map].comprehensiveness);
    row.behind = number_of(differences);
    row.normalised_behind = number_of(difference_of(first, normalised_of(texts, maps, static_cast<int>(map))));
    p.push_back(row.p = p_of(differences));
  }
  const std::vector<double> corrected = metrics::holm(p);
  for (size_t map = 1; map < maps.size(); ++map) out.maps[map].p_holm = corrected[map - 1];
}

}  // namespace

ErasureTexts erase(Subject& subject, const ErasureOptions& options, const Material& material, const Answers& answers,
                   const std::vector<Map>& maps, const std::function<void(double)>& words_progress,
                   const std::function<void(double)>& bounds_progress) {
  std::vector<std::vector<std::vector<double>>> scores;
  std::vector<size_t> sensible, random;
  for (const Map& map : maps) {
    if (map.kind == MapKind::kAttribution) sensible.push_back(scores.size());
    scores.push_back(map.scores);
  }
  for (int64_t draw = 0; draw < options.random_draws; ++draw) {
    random.push_back(scores.size());
    scores.push_back(random_scores(material.texts, options.seed, static_cast<uint64_t>(draw)));
  }
  std::vector<std::vector<Order>> orders;
  for (const auto& of_map : scores) orders.push_back(orders_of(of_map, options.seed));

  ErasureTexts out;
  out.of_map = erase_words(subject, options.bounds.how, material.texts, answers, orders, words_progress);
  out.random = mean_of({out.of_map.begin() + std::ssize(maps), out.of_map.end()});
  out.sign = sign_of(subject, options.bounds.how, material.texts, answers, orders);
  const auto draws = out.sign.begin() + std::ssize(maps);
  *draws = mean_sign({draws, out.sign.end()});
  out.sign.erase(draws + 1, out.sign.end());
  out.metrics = word_metrics(out.of_map, sensible, random);

  out.bounded = sample(material.texts.size(), options.bound_texts, options.seed);
  Answers bounded_answers{pick(answers.readings, out.bounded), pick(answers.answer, out.bounded)};
  for (auto& of_map : scores) of_map = pick(of_map, out.bounded);
  out.bounds = bounds_of(subject, options.bounds, pick(material.texts, out.bounded), bounded_answers, scores,
                         options.seed, bounds_progress);
  out.bounds_metric = bounds_metric(out.bounds, sensible, random);
  return out;
}

std::vector<double> normalised_of(const ErasureTexts& texts, const std::vector<Map>& maps, int map) {
  if (map >= 0) return texts.bounds.normalised[static_cast<size_t>(map)];
  std::vector<double> mean(texts.bounded.size(), 0);
  const auto draws = static_cast<double>(texts.bounds.normalised.size() - maps.size());
  for (size_t draw = maps.size(); draw < texts.bounds.normalised.size(); ++draw) {
    for (size_t text = 0; text < mean.size(); ++text) mean[text] += texts.bounds.normalised[draw][text] / draws;
  }
  return mean;
}

std::optional<BesideBest> beside_best(const ErasureTexts& texts, const std::vector<Map>& maps) {
  std::optional<size_t> best;
  double highest = 0;
  for (size_t map = 1; map < maps.size(); ++map) {
    if (maps[map].kind != MapKind::kAttribution) continue;
    const Number number = number_of(normalised_of(texts, maps, static_cast<int>(map)));
    if (number.n == 0 || (best && number.mean <= highest)) continue;
    best = map;
    highest = number.mean;
  }
  if (!best) return std::nullopt;
  const auto difference =
      difference_of(normalised_of(texts, maps, 0), normalised_of(texts, maps, static_cast<int>(*best)));
  return BesideBest{maps[*best].name, number_of(difference)};
}

WordErasureResult erasure_result(const ErasureTexts& texts, const ErasureOptions& options,
                                 const std::vector<Map>& maps) {
  WordErasureResult out;
  out.masked = options.bounds.how == Erased::kMasked;
  out.random_draws = options.random_draws;
  for (size_t map = 0; map < maps.size(); ++map) {
    MapErasure& row = out.maps.emplace_back(row_of(maps[map].name, maps[map].kind, texts.of_map[map]));
    row.normalised = number_of(normalised_of(texts, maps, static_cast<int>(map)));
    note_sign(row, texts.sign[map]);
  }
  out.random = row_of("random", MapKind::kPrior, texts.random);
  out.random.normalised = number_of(normalised_of(texts, maps, -1));
  note_sign(out.random, texts.sign.back());
  out.beyond_random = number_of(difference_of(texts.of_map[0].comprehensiveness, texts.random.comprehensiveness));
  compare_with_first(out, texts, maps);

  BoundsResult& bounds = out.bounds;
  bounds.texts = std::ssize(texts.bounded);
  bounds.grouped = texts.bounds.grouped;
  bounds.exhaustive_up_to = static_cast<int64_t>(options.bounds.exhaustive_up_to);
  bounds.beam = static_cast<int64_t>(options.bounds.beam);
  bounds.most_pieces = static_cast<int64_t>(options.bounds.most_pieces);
  bounds.lowest = number_of(texts.bounds.lowest);
  bounds.highest = number_of(texts.bounds.highest);
  note_extremes(bounds, texts.bounds);
  const auto first = normalised_of(texts, maps, 0);
  bounds.no_order_matters = std::count_if(first.begin(), first.end(), [](double value) { return std::isnan(value); });
  bounds.beyond_random = number_of(difference_of(first, normalised_of(texts, maps, -1)));
  return out;
}

}  // namespace fovea::audit
