#include "audit/standard.h"

#include <algorithm>
#include <cmath>

#include "audit/first_picture.h"
#include "audit/judgement.h"
#include "audit/planted.h"
#include "audit/twin_evidence.h"
#include "base/random.h"
#include "base/timing.h"
#include "metrics/trust/erasure.h"

namespace fovea::audit {
namespace {

constexpr double kQuickShare = 0.3;  // of the time that all takes

class StandardAudit {
 public:
  StandardAudit(Subject& subject, attribution::Attributor& attributor, const AuditInput& input,
                const StandardOptions& options, Twins* twins, const Progress& progress)
      : subject_(subject),
        attributor_(attributor),
        input_(input),
        options_(options),
        twins_(twins),
        progress_(progress) {}

  Result go() {
    if (twins_) {
      tell("trainings with other seeds", 0);
      ask_other_training();
    }
    const Progress quick = [this](const std::string& part, double share) { tell(part, share * kQuickShare); };
    out_ = audit_quickly(subject_, attributor_, input_, options_.quick, quick, &values_);
    out_.depth = out_.evidence.depth = Depth::kStandard;
    if (!twins_) {
      out_.evidence.has_training_data = false;
      out_.verdict = decide(out_.evidence);
      for (Slice& slice : out_.slices) slice.grade.reset();
      return std::move(out_);
    }
    part("trainings with other seeds", 0.3, 0.5, [&](const auto& done) { compare_seeds(done); });
    if (subject_.can(Erased::kMasked)) {
      part("twin trained with masks", 0.55, 0.75, [&](const auto& done) { erase_on_mask_twin(done); });
      part("F-Fidelity", 0.75, 0.85, [&](const auto& done) { measure_fidelity(done); });
    }
    part(out_.nouns.in("planted {parts}"), 0.85, 1, [&](const auto& done) { plant(done); });
    judge();
    tell("verdict", 1);
    return std::move(out_);
  }

  AuditValues take_values() { return std::move(values_); }

 private:
  void tell(const std::string& part, double share) {
    if (progress_) progress_(part, share);
  }

  // Where another training looks, or what it says by the methods that are graded, of the answers of the model audited.
  void ask_other_training() {
    GivenMaps& given = input_.given;
    const Twin other = twins_->seed(1);
    const std::optional<attribution::Method> stand_in = given.first.stand_in;
    std::vector<int64_t> towards;
    if (given.method || stand_in) towards = answers_of(subject_).answer;
    if (stand_in && other.attributor->offers(*stand_in)) {
      given.other_stand_in = scores_by(*other.attributor, *stand_in, towards, options_.quick.seed);
    }
    if (given.method) {
      given.other_model = scores_by(*other.attributor, *given.method, towards, options_.quick.seed);
      return;
    }
    given.other_model.emplace();
    for (const Reading& reading : answers_of(*other.subject).readings) given.other_model->push_back(reading.weights);
  }

  // Runs `work`, which is told how to say how much of it is done, from the share `from` of all to the share `to`.
  template <typename Work>
  void part(const std::string& name, double from, double to, Work work) {
    const Stopwatch watch;
    tell(name, from);
    work([this, &name, from, to](double share) { tell(name, from + share * (to - from)); });
    out_.cost.push_back({name, 0, 0, watch.seconds()});
  }

  // Five trainings and as many with even weights.
  template <typename Done>
  void compare_seeds(const Done& done) {
    std::vector<Training> learned = {training_of(input_.material, values_.answers)}, even;
    const double all = static_cast<double>(2 * options_.seeds - 1);
    for (int64_t i = 0; i < options_.seeds; ++i) {
      if (i > 0) learned.push_back(audit_training(i));
      even.push_back(training_of(input_.material, answers_of(*twins_->even(i).subject)));
      done(static_cast<double>(2 * i + 1) / all);
    }
    out_.seeds = stability_of(learned, options_.quick.seed);
    const Number gap = gap_of(learned, even);
    if (gap.n > 0) out_.uniform_gap = gap;
  }

  // The attention of another training, audited as far as a quick audit goes.
  Training audit_training(int64_t number) {
    const Twin twin = twins_->seed(number);
    AuditInput input{.material = input_.material,
                     .given = {.audited = {},
                               .method = input_.given.method,
                               .first = input_.given.first,
                               .odds = input_.given.odds,
                               .other_model = {},
                               .other_stand_in = {}},
                     .why_no_odds = {}};
    AuditValues values;
    const Result result = audit_quickly(*twin.subject, *twin.attributor, input, options_.quick, nullptr, &values);
    others_.push_back(result.evidence);
    first_others_.push_back(values.first_evidence.value_or(result.evidence));
    return training_of(input_.material, values.answers);
  }

  template <typename Done>
  void erase_on_mask_twin(const Done& done) {
    const Twin twin = twins_->masked();
    done(0.2);
    Answers answers = answers_of(*twin.subject);
    MaskTwin& facts = out_.mask_twin.emplace();
    const std::vector<double> right = right_of(input_.material, answers);
    facts.accuracy = number_of(right).mean;
    facts.own_accuracy = out_.accuracy.mean;
    facts.gap = number_of(difference_of(right, values_.gate.own_right));
    note_shift(*twin.subject, answers, facts);
    const bool as_good = !facts.gap.below(-kMaskTwinAccuracy) && facts.gap.mean >= -kMatched;
    facts.accepted = as_good && facts.shift_p >= kMaskTwinShift;
    answers.answer = values_.answers.answer;  // the label that the maps speak of
    ErasureOptions erasure = options_.quick.erasure;
    erasure.seed = options_.quick.seed;
    erasure.bounds.how = Erased::kMasked;
    erasure.among = graded();
    masked_ = erase(
        *twin.subject, erasure, answers, values_.maps, [&](double share) { done(0.2 + 0.2 * share); },
        [&](double share) { done(0.4 + 0.6 * share); });
    out_.masked_erasure = erasure_result(masked_, erasure, values_.maps);
  }

  // By masking each part with probability a tenth, as the first steps of erasing do. Inputs whole and inputs masked are
  // others, since the test is of two samples that have nothing to do with each other.
  void note_shift(Subject& twin, const Answers& answers, MaskTwin& facts) {
    constexpr double kMasked = 0.1;
    const uint64_t base = stream_base({options_.quick.seed, Purpose::kShift, 1});
    const Order order = random_order(answers.answer.size(), options_.quick.seed, 0);
    std::vector<Question> questions;
    std::vector<std::vector<double>> clean, masked;
    uint64_t draw = 0;
    for (size_t i = 0; i < std::min(2 * options_.shift_inputs, order.size()); ++i) {
      const auto chosen = static_cast<size_t>(order[i]);
      if (i % 2 == 0) {
        clean.push_back(answers.readings[chosen].representation);
        continue;
      }
      Question question{.input = order[i], .gone = {}, .how = Erased::kMasked};
      for (int64_t part = 0; part < twin.parts(question.input); ++part) {
        if (uniform(base, draw++) < kMasked) question.gone.push_back(part);
      }
      questions.push_back(std::move(question));
    }
    for (Reading& reading : twin.read(questions)) masked.push_back(std::move(reading.representation));
    if (masked.size() < 2) return;
    const Shift shift = shift_of(clean, masked, options_.quick.seed);
    facts.shift = shift.discrepancy;
    facts.shift_p = shift.p;
  }

  template <typename Done>
  void measure_fidelity(const Done& done) {
    const Twin twin = twins_->lightly_masked();
    done(0.2);
    std::vector<Map> maps;
    for (const Map& map : values_.maps) {
      if (map.kind != MapKind::kLook && map.kind != MapKind::kFirstPrior) maps.push_back(map);
    }
    maps.push_back({"random", MapKind::kPrior, random_map(subject_, options_.quick.seed, 0)});
    const std::vector<FidelityValues> values =
        fidelity_of(*twin.subject, input_.material, maps, {.seed = options_.quick.seed},
                    [&](double share) { done(0.2 + 0.8 * share); });
    for (size_t map = 0; map < maps.size(); ++map) {
      if (maps[map].kind == MapKind::kFirst) continue;
      out_.fidelity.push_back(
          {maps[map].name, maps[map].kind, number_of(values[map].plus), number_of(values[map].minus)});
    }
    if (number_of(values.front().plus).n == 0) return;
    note_fidelity_sight(maps, values);
    fidelity_ = fidelity_beside_best(maps, values, 0);
    if (const auto first = first_picture_among(maps)) first_fidelity_ = fidelity_beside_best(maps, values, *first);
  }

  // Of map number `map`, beside the best of the methods by which it is not made.
  std::optional<BesideBest> fidelity_beside_best(const std::vector<Map>& maps,
                                                 const std::vector<FidelityValues>& values, size_t map) const {
    std::vector<Scored> others;
    for (size_t other = 0; other < maps.size(); ++other) {
      if (maps[other].kind != MapKind::kAttribution || maps[other].method == maps[map].method) continue;
      others.push_back({maps[other].name, ahead(values[other])});
    }
    std::optional<BesideBest> out = beside_best(ahead(values[map]), others, options_.quick.seed);
    const auto best = best_elsewhere(others, values[map].plus.size(), options_.quick.seed);
    if (out) out->range = number_of(difference_of(best->values, ahead(values.back()))).mean;
    return out;
  }

  // Whether F-Fidelity ranks the best other method above random parts, the last of `maps`.
  void note_fidelity_sight(const std::vector<Map>& maps, const std::vector<FidelityValues>& values) {
    const std::optional<size_t> best = best_method(values_.erasure.bounds, values_.maps);
    if (!best) return;
    const Map* sensible = find_map(maps, *values_.maps[*best].method);
    const std::vector<double> of_best = ahead(values[static_cast<size_t>(sensible - maps.data())]),
                              of_random = ahead(values.back());
    MetricValues metric{"fidelity", {}};
    for (size_t i = 0; i < of_best.size(); ++i) {
      const auto right =
          metrics::diagnosticity(std::span(&of_best[i], 1), std::span(&of_random[i], 1), metrics::Better::kHigher);
      metric.right.push_back(std::isnan(of_best[i]) ? kNone : *right);
    }
    fidelity_sight_ = sight_of(metric);
  }

  Rows graded() const { return graded_rows(values_, input_.material.classes, out_.answers); }

  // One number of the two: high where the top part decides and the rest does not.
  static std::vector<double> ahead(const FidelityValues& values) { return difference_of(values.plus, values.minus); }

  template <typename Done>
  void plant(const Done& done) {
    const auto twin = twins_->planted(attribution::Shortcut::kPart, options_.quick.seed);
    if (!twin) return;
    Subject& subject = *twin->twin.subject;
    done(0.2);
    PlantedOutcome planted = ask_planted(*twin, input_.material.classes, input_.given, options_.quick.seed,
                                         [&](double share) { done(0.2 + 0.2 * share); });
    out_.planted = std::move(planted.result);
    first_precision_ = planted.first_precision;
    FalsificationOptions falsification{options_.quick.erasure, options_.quick.seed};
    falsification.erasure.seed = options_.quick.seed;
    falsification.erasure.bound_inputs = options_.planted_bounds;
    falsification.erasure.bounds.how = attribution::way_of(subject, falsification.erasure.bounds.how);
    out_.falsification = falsify(subject, twin->places, planted.answers, planted.used, planted.methods, falsification,
                                 [&](double share) { done(0.4 + 0.6 * share); })
                             .controls;
  }

  void judge() {
    const bool accepted = out_.mask_twin && out_.mask_twin->accepted;
    const ErasureValues& erasure = accepted ? masked_ : values_.erasure;
    const InputValues inputs = input_values(subject_, values_, erasure, input_.material, options_.quick.seed);
    Evidence& evidence = out_.evidence = evidence_of(out_, values_, erasure, inputs, input_);
    evidence.fidelity_beside_best = fidelity_;
    take_trainings(evidence, others_);
    out_.twins_found = twins_->found();
    out_.twins_trained = twins_->trained();
    out_.slices = slices_of(inputs, graded(), input_.material.classes, evidence);
    note_parts_and_halves(evidence, out_.slices, inputs, graded(), options_.quick.seed);
    out_.verdict = decide(evidence);
    if (fidelity_sight_) out_.metrics.push_back(*fidelity_sight_);
    values_.beyond = {inputs.map_beyond, inputs.best_beyond};
    judge_first(erasure);
    const attribution::Nouns& nouns = out_.nouns;
    if (!out_.mask_twin) {
      out_.verdict.reasons.push_back(
          nouns.in("Of such {inputs} no {part} can be masked, so that no twin was trained with masks: the {parts} were "
                   "deleted from "
                   "what the model itself reads, and the verdict stays provisional."));
    } else if (!accepted) {
      out_.verdict.reasons.push_back(
          nouns.in("The twin trained with masks is not sound enough, so that the {parts} were erased on the model "
                   "itself, and the "
                   "verdict stays provisional."));
    }
    if (out_.planted && !out_.planted->taught()) {
      out_.verdict.reasons.push_back(nouns.in("The model with planted {parts} has not learnt to use them."));
    }
  }

  // What each other training would get, had all else been as it is here: what is planted, F-Fidelity and the twin with
  // masks are measured once.
  static void take_trainings(Evidence& evidence, std::vector<Evidence>& others) {
    if (evidence.map_from_file) return;  // of which other trainings say nothing
    int64_t number = 0;
    for (Evidence& other : others) {
      other.depth = Depth::kStandard;
      other.planted_precision = evidence.planted_precision;
      other.fidelity_beside_best = evidence.fidelity_beside_best;
      other.halves.reset();
      other.trainings.assign(static_cast<size_t>(kSeeds - 1),
                             {.number = 0, .grade = Grade::kFaithful, .recovered = {}});
      evidence.trainings.push_back({++number, decide(other).grade, other.recovery.share});
    }
  }

  void judge_first(const ErasureValues& erasure) {
    if (input_.given.audited || input_.given.method) return;
    FirstEvidence first =
        evidence_of_first(out_.evidence, subject_, values_, erasure, input_, graded(), options_.quick.seed);
    if (first.evidence) {
      first.evidence->fidelity_beside_best = first_fidelity_;
      if (out_.planted && out_.planted->taught()) first.evidence->planted_precision = first_precision_;
      take_trainings(*first.evidence, first_others_);
    }
    out_.first = judged_first(first, out_, values_, erasure);
    values_.first_beyond = std::move(first.beyond);
  }

  Subject& subject_;
  attribution::Attributor& attributor_;
  AuditInput input_;
  const StandardOptions& options_;
  Twins* twins_;
  const Progress& progress_;
  AuditValues values_;
  ErasureValues masked_;
  std::optional<MetricSight> fidelity_sight_;
  std::optional<BesideBest> fidelity_, first_fidelity_;  // of the map audited, of the picture that is shown first
  Number first_precision_;                               // of that picture, at the planted part
  std::vector<Evidence> others_, first_others_;          // of the trainings with other seeds: likewise
  Result out_;
};

}  // namespace

Result audit_thoroughly(Subject& subject, attribution::Attributor& attributor, const AuditInput& input,
                        const StandardOptions& options, Twins* twins, const Progress& progress, AuditValues* values) {
  StandardAudit audit(subject, attributor, input, options, twins, progress);
  Result result = audit.go();
  if (values) *values = audit.take_values();
  return result;
}

}  // namespace fovea::audit
