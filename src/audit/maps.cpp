#include "audit/maps.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "audit/first_picture.h"
#include "metrics/trust/rank_correlation.h"

namespace fovea::audit {
namespace {

using attribution::Attribution;
using attribution::Method;
using attribution::name_of;

constexpr double kSameScore = 2e-6;  // scores in a file are rounded
constexpr size_t kMostLooks = 8;     // maps of single looks; of more, the first ones

// What a sensible map is made by.
constexpr Method kWanted[] = {Method::kContribution,        Method::kGradient,
                              Method::kGradientInput,       Method::kAttentionGradient,
                              Method::kIntegratedGradients, Method::kLeaveOneOut};

void add_looks(const Answers& answers, std::vector<Map>& maps) {
  size_t looks = 0;
  for (const Reading& reading : answers.readings) looks = std::max(looks, reading.looks.size());
  if (looks < 2) return;
  for (size_t look = 0; look < std::min(looks, kMostLooks); ++look) {
    Map map{"look " + std::to_string(look + 1), MapKind::kLook, {}};
    for (const Reading& reading : answers.readings) map.scores.push_back(reading.looks[look]);
    maps.push_back(std::move(map));
  }
}

bool has_sign(const Scores& scores) {
  return std::any_of(scores.begin(), scores.end(), [](const std::vector<double>& of_input) {
    return std::any_of(of_input.begin(), of_input.end(), [](double score) { return score < 0; });
  });
}

void add_odds(const GivenMaps& given, const Answers& answers, Maps& out, const attribution::Nouns& nouns) {
  if (given.odds.empty()) return;
  const bool with_sign = has_sign(out.maps.front().scores);
  Map map{kOddsMap, MapKind::kPrior, {}, Method::kPrior};
  for (size_t input = 0; input < given.odds.size(); ++input) {
    std::vector<double>& scores = map.scores.emplace_back();
    for (const std::vector<double>& of_part : given.odds[input]) {
      double most = 0;
      for (const double odds : of_part) most = std::max(most, std::abs(odds));
      scores.push_back(with_sign ? of_part[static_cast<size_t>(answers.answer[input])] : most);
    }
  }
  out.priors.push_back(std::string(kOddsMap) +
                       nouns.in(" (what each {part} says of the labels in the training {inputs}, the most first)"));
  out.maps.push_back(std::move(map));
}

void add_priors(Subject& subject, Maps& out) {
  std::vector<Map> priors;
  for (int64_t input = 0; input < subject.inputs(); ++input) {
    std::vector<attribution::Prior> of_input = subject.priors(input);
    for (size_t i = 0; i < of_input.size(); ++i) {
      if (input == 0) {
        const std::string name(of_input[i].name);
        priors.push_back({name, MapKind::kPrior, {}, Method::kPrior});
        out.priors.push_back(name + " (" + subject.nouns().in(of_input[i].order) + ")");
      }
      priors[i].scores.push_back(std::move(of_input[i].scores));
    }
  }
  for (Map& prior : priors) out.maps.push_back(std::move(prior));
}

}  // namespace

Scores scores_by(attribution::Attributor& attributor, Method method, const std::vector<int64_t>& towards,
                 uint64_t seed) {
  Scores out;
  for (Attribution& of_input : attributor.attribute(method, towards, seed)) out.push_back(std::move(of_input.scores));
  return out;
}

Maps maps_of(Subject& subject, attribution::Attributor& attributor, const GivenMaps& given, const Answers& answers,
             uint64_t seed, const std::function<void(double)>& progress) {
  Map own{std::string(name_of(Method::kAttention)), MapKind::kAudited, {}, Method::kAttention};
  for (const Reading& reading : answers.readings) own.scores.push_back(reading.weights);
  Maps out;
  if (given.audited) {
    out.maps.push_back({"map", MapKind::kAudited, *given.audited});
    own.kind = MapKind::kOwn;
  }
  if (given.method) {
    out.maps.push_back({std::string(name_of(*given.method)), MapKind::kAudited,
                        scores_by(attributor, *given.method, answers.answer, seed), given.method});
    own.kind = MapKind::kOwn;
  }
  out.maps.push_back(std::move(own));
  add_looks(answers, out.maps);
  double done = 0;
  for (const Method method : kWanted) {
    if (method == given.method) {
      // It is there already, and not beside itself.
    } else if (attributor.offers(method)) {
      Map& made = out.maps.emplace_back(Map{std::string(name_of(method)), MapKind::kAttribution, {}, method});
      for (Attribution& of_input : attributor.attribute(method, answers.answer, seed)) {
        made.scores.push_back(std::move(of_input.scores));
        out.gradient_gap = std::max(out.gradient_gap, of_input.gap);
        out.gradient_steps = std::max(out.gradient_steps, of_input.steps);
      }
    } else {
      out.left_out.push_back(std::string(name_of(method)));
    }
    progress(++done / static_cast<double>(std::size(kWanted)));
  }
  add_priors(subject, out);
  add_odds(given, answers, out, subject.nouns());
  if (given.other_model) out.maps.push_back({kOtherModelMap, MapKind::kPrior, *given.other_model, Method::kPrior});
  add_first_picture(given, answers, out.maps);
  return out;
}

bool same_order(const Scores& first, const Scores& second) {
  for (size_t input = 0; input < first.size(); ++input) {
    const std::vector<double>&a = first[input], &b = second[input];
    std::vector<size_t> order(a.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t i, size_t j) { return a[i] > a[j]; });
    for (size_t k = 1; k < order.size(); ++k) {
      const size_t i = order[k - 1], j = order[k];
      const double ahead = b[i] - b[j];
      if (a[i] == a[j] ? std::abs(ahead) > kSameScore : ahead < -kSameScore) return false;
    }
  }
  return true;
}

namespace {

using attribution::Method;

PairAgreement compare(const Map& first, const Map& second, size_t top) {
  std::vector<double> tau, significant, tau_top;
  for (size_t input = 0; input < first.scores.size(); ++input) {
    const auto whole = metrics::kendall_tau(first.scores[input], second.scores[input]);
    tau.push_back(whole ? whole->tau : kNone);
    significant.push_back(whole ? (whole->p < 0.05 ? 1 : 0) : kNone);
    const auto upper = metrics::kendall_tau_top(first.scores[input], second.scores[input], top);
    tau_top.push_back(upper ? upper->tau : kNone);
  }
  return {.first = first.name,
          .second = second.name,
          .first_method = first.method,
          .second_method = second.method,
          .tau = number_of(tau),
          .significant = number_of(significant),
          .tau_top = number_of(tau_top)};
}

size_t top_words(const Map& map) {
  double words = 0;
  for (const auto& scores : map.scores) words += static_cast<double>(scores.size());
  const double mean = map.scores.empty() ? 0 : words / static_cast<double>(map.scores.size());
  return std::max<size_t>(10, static_cast<size_t>(std::lround(mean / 10)));
}

}  // namespace

std::vector<double> taus_of(const Map& first, const Map& second) {
  std::vector<double> out;
  for (size_t input = 0; input < first.scores.size(); ++input) {
    const auto tau = metrics::kendall_tau(first.scores[input], second.scores[input]);
    out.push_back(tau ? tau->tau : kNone);
  }
  return out;
}

Agreement agreement_of(const std::vector<Map>& maps) {
  Agreement out;
  const size_t top = top_words(maps.front());
  out.top = static_cast<int64_t>(top);
  for (size_t i = 1; i < maps.size(); ++i) out.pairs.push_back(compare(maps.front(), maps[i], top));
  const Map *gradient = find_map(maps, Method::kGradient), *without = find_map(maps, Method::kLeaveOneOutDistance);
  if (gradient && without) out.pairs.push_back(compare(*gradient, *without, top));
  return out;
}

}  // namespace fovea::audit
