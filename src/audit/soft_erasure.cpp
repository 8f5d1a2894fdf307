#include "audit/soft_erasure.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "audit/deep.h"
#include "audit/erasure.h"
#include "audit/first_picture.h"
#include "metrics/trust/distance.h"
#include "metrics/trust/erasure.h"

namespace fovea::audit {
namespace {

using attribution::Softened;

// One value per input of the rows; kNone where it is skipped.
struct SoftValues {
  std::vector<double> comprehensiveness, sufficiency, kept;
};

class SoftErasure {
 public:
  SoftErasure(attribution::Attributor& attributor, const Answers& answers, const Rows& rows,
              const SoftErasureOptions& options)
      : attributor_(attributor), answers_(answers), rows_(rows), options_(options) {
    std::vector<Softened> nothing;
    for (const size_t row : rows) {
      nothing.push_back({static_cast<int64_t>(row), Weights(answers.readings[row].weights.size(), 0), 0});
    }
    nothing_ = probabilities(nothing);
  }

  const std::vector<double>& nothing() const { return nothing_; }

  SoftValues values_of(const Scores& scores) {
    std::vector<Softened> questions;  // for each row and draw: what stays for sufficiency, then for comprehensiveness
    SoftValues out;
    for (const size_t row : rows_) {
      const std::vector<double> scaled = metrics::scaled_to_one(scores[row]);
      std::vector<double> others;
      double sum = 0;
      for (const double share : scaled) {
        others.push_back(1 - share);
        sum += share;
      }
      out.kept.push_back(sum / static_cast<double>(scaled.size()));
      for (int draw = 0; draw < options_.draws; ++draw) {
        questions.push_back({static_cast<int64_t>(row), scaled, static_cast<uint64_t>(draw)});
        questions.push_back({static_cast<int64_t>(row), others, static_cast<uint64_t>(draw)});
      }
    }
    const std::vector<double> p = probabilities(questions);
    size_t at = 0;
    for (size_t i = 0; i < rows_.size(); ++i) {
      const double whole = answers_.probability(rows_[i]);
      double only = 0, without = 0;
      for (int draw = 0; draw < options_.draws; ++draw, at += 2) {
        only += metrics::soft_sufficiency(whole, nothing_[i], p[at]).value_or(kNone);
        without += metrics::soft_comprehensiveness(whole, nothing_[i], p[at + 1]).value_or(kNone);
      }
      out.sufficiency.push_back(only / options_.draws);
      out.comprehensiveness.push_back(without / options_.draws);
    }
    return out;
  }

 private:
  std::vector<double> probabilities(const std::vector<Softened>& questions) {
    std::vector<double> out;
    const std::vector<std::vector<double>> logits = attributor_.logits_softened(questions, options_.seed);
    for (size_t q = 0; q < questions.size(); ++q) {
      const auto answer = static_cast<size_t>(answers_.answer[static_cast<size_t>(questions[q].input)]);
      out.push_back(metrics::probabilities_of(logits[q])[answer]);
    }
    return out;
  }

  attribution::Attributor& attributor_;
  const Answers& answers_;
  const Rows& rows_;
  const SoftErasureOptions& options_;
  std::vector<double> nothing_;  // p(c | nothing in any part), one per row
};

SoftRow row_of(const std::string& name, MapKind kind, const SoftValues& values) {
  return {name, kind, number_of(values.comprehensiveness), number_of(values.sufficiency), number_of(values.kept)};
}

SoftValues mean_of_draws(const std::vector<SoftValues>& draws) {
  SoftValues out = draws.front();
  for (const auto part : {&SoftValues::comprehensiveness, &SoftValues::sufficiency, &SoftValues::kept}) {
    for (size_t i = 0; i < (out.*part).size(); ++i) {
      double sum = 0;
      for (const SoftValues& draw : draws) sum += (draw.*part)[i];
      (out.*part)[i] = sum / static_cast<double>(draws.size());
    }
  }
  return out;
}

MetricSight soft_sight(const char* name, const SoftValues& sensible, const std::vector<SoftValues>& random,
                       std::vector<double> SoftValues::*part) {
  MetricValues out{name, {}};
  for (size_t i = 0; i < (sensible.*part).size(); ++i) {
    const double best = (sensible.*part)[i];
    std::vector<double> others;
    for (const SoftValues& draw : random) others.push_back((draw.*part)[i]);
    const bool none = best != best;
    out.right.push_back(
        none ? kNone : metrics::diagnosticity(std::span(&best, 1), others, metrics::Better::kHigher).value_or(kNone));
  }
  return sight_of(out);
}

}  // namespace

SoftErasureResult erase_softly(const Subject& subject, attribution::Attributor& attributor, const Answers& answers,
                               const std::vector<Map>& maps, const Rows& rows, std::optional<size_t> best,
                               const SoftErasureOptions& options, const DeepDone& done) {
  SoftErasureResult out;
  out.inputs = std::ssize(rows);
  out.draws = options.draws;
  SoftErasure erasure(attributor, answers, rows, options);
  std::vector<double> nothing;
  for (size_t i = 0; i < rows.size(); ++i) {
    const double whole = answers.probability(rows[i]), left = erasure.nothing()[i];
    nothing.push_back(1 - std::max(0.0, whole - left));
    out.skipped += metrics::soft_sufficiency(whole, left, left) ? 0 : 1;
  }
  out.nothing = number_of(nothing);
  const size_t told = maps_told(maps);
  const double all = static_cast<double>(told + options.random_maps);
  double asked = 0;
  std::optional<SoftValues> sensible;
  for (size_t map = 0; map < told; ++map) {
    const bool is_best = best && *best == map;
    if (maps[map].kind != MapKind::kLook) {
      const SoftValues values = erasure.values_of(maps[map].scores);
      if (is_best) sensible = values;
      out.maps.push_back(row_of(maps[map].name, maps[map].kind, values));
    }
    done(++asked / all);
  }
  std::vector<SoftValues> random;
  for (uint64_t draw = 0; draw < options.random_maps; ++draw) {
    random.push_back(erasure.values_of(random_map(subject, options.seed, draw)));
    done(++asked / all);
  }
  out.random = row_of("random", MapKind::kPrior, mean_of_draws(random));
  if (sensible) {
    out.metrics = {soft_sight("soft_comprehensiveness", *sensible, random, &SoftValues::comprehensiveness),
                   soft_sight("soft_sufficiency", *sensible, random, &SoftValues::sufficiency)};
  }
  return out;
}

void erase_in_shares(const DeepWork& work, const DeepDone& done) {
  const ErasureValues& erased = work.values.erasure;
  if (!work.attributor.softens() || erased.bounded.empty()) return;
  SoftErasureOptions options;
  options.seed = work.seed();
  work.result.soft_erasure = erase_softly(work.subject, work.attributor, work.values.answers, work.values.maps,
                                          erased.bounded, best_method(erased.bounds, work.values.maps), options, done);
}

}  // namespace fovea::audit
