#include "audit/standard.h"

#include <algorithm>

#include "audit/erased_texts.h"
#include "audit/falsification.h"
#include "audit/fidelity.h"
#include "audit/judgement.h"
#include "audit/shift.h"
#include "audit/stability.h"
#include "base/random.h"
#include "base/timing.h"

namespace fovea::audit {
namespace {

using attribution::Method;

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
    const Progress quick = [this](const std::string& part, double share) { tell(part, share * kQuickShare); };
    out_ = audit_quickly(subject_, attributor_, input_, options_.quick, quick, &texts_);
    out_.depth = Depth::kStandard;
    if (!twins_) {
      Evidence evidence = evidence_of(out_, texts_, texts_.erasure);
      evidence.has_training_data = false;
      out_.verdict = decide(evidence);
      for (Slice& slice : out_.slices) slice.grade.reset();
      return std::move(out_);
    }
    part("trainings with other seeds", 0.3, [&](const auto& done) { compare_seeds(done); });
    part("twin trained with masks", 0.55, [&](const auto& done) { erase_on_mask_twin(done); });
    part("F-Fidelity", 0.75, [&](const auto& done) { measure_fidelity(done); });
    part("planted words", 0.85, [&](const auto& done) { plant_words(done); });
    judge();
    tell("verdict", 1);
    return std::move(out_);
  }

 private:
  void tell(const std::string& part, double share) {
    if (progress_) progress_(part, share);
  }

  // Runs `work`, which is told how to say how much of it is done, from the share `from` of all on.
  template <typename Work>
  void part(const std::string& name, double from, Work work) {
    const double to = name == "planted words" ? 1.0 : from + (name == "F-Fidelity" ? 0.1 : 0.2);
    const Stopwatch watch;
    tell(name, from);
    work([this, &name, from, to](double share) { tell(name, from + share * (to - from)); });
    out_.cost.push_back({name, 0, 0, watch.seconds()});
  }

  // Five trainings and as many with even weights.
  template <typename Done>
  void compare_seeds(const Done& done) {
    std::vector<Training> learned = {training_of(input_.material, texts_.answers)}, even;
    const auto read = [&](Twin twin) {
      return training_of(input_.material, answers_of(*twin.subject, input_.material));
    };
    const double all = static_cast<double>(2 * options_.seeds - 1);
    for (int64_t i = 0; i < options_.seeds; ++i) {
      if (i > 0) learned.push_back(read(twins_->seed(i)));
      even.push_back(read(twins_->even(i)));
      done(static_cast<double>(2 * i + 1) / all);
    }
    out_.seeds = stability_of(learned);
    const Number gap = gap_of(learned, even);
    if (gap.n > 0) out_.uniform_gap = gap;
  }

  template <typename Done>
  void erase_on_mask_twin(const Done& done) {
    const Twin twin = twins_->masked();
    done(0.2);
    Answers answers = answers_of(*twin.subject, input_.material);
    MaskTwin& facts = out_.mask_twin.emplace();
    const std::vector<double> right = right_of(input_.material, answers);
    facts.accuracy = number_of(right).mean;
    facts.own_accuracy = out_.accuracy.mean;
    facts.gap = number_of(difference_of(right, texts_.gate.own_right));
    note_shift(*twin.subject, answers, facts);
    const bool as_good = !facts.gap.below(-kMaskTwinAccuracy) && facts.gap.mean >= -kMatched;
    facts.accepted = as_good && facts.shift_p >= kMaskTwinShift;
    answers.answer = texts_.answers.answer;  // the label that the maps speak of
    ErasureOptions erasure = options_.quick.erasure;
    erasure.seed = options_.quick.seed;
    erasure.bounds.how = Erased::kMasked;
    masked_ = erase(
        *twin.subject, erasure, input_.material, answers, texts_.maps, [&](double share) { done(0.2 + 0.2 * share); },
        [&](double share) { done(0.4 + 0.6 * share); });
    out_.masked_erasure = erasure_result(masked_, erasure, texts_.maps);
  }

  // By masking each word with probability a tenth, as the first steps of erasing do. Texts whole and texts masked are
  // others, since the test is of two samples that have nothing to do with each other.
  void note_shift(Subject& twin, const Answers& answers, MaskTwin& facts) {
    constexpr double kMasked = 0.1;
    const uint64_t base = stream_base({options_.quick.seed, Purpose::kShift, 1});
    const Order order = random_order(input_.material.texts.size(), options_.quick.seed, 0);
    std::vector<Text> texts;
    std::vector<std::vector<double>> clean, masked;
    uint64_t draw = 0;
    for (size_t i = 0; i < std::min(2 * options_.shift_texts, order.size()); ++i) {
      const auto chosen = static_cast<size_t>(order[i]);
      if (i % 2 == 0) {
        clean.push_back(answers.readings[chosen].representation);
        continue;
      }
      const Text& text = input_.material.texts[chosen];
      std::vector<int64_t> positions;
      for (int64_t word = 0; word < text.size(); ++word) {
        if (uniform(base, draw++) < kMasked) positions.push_back(word);
      }
      texts.push_back(text.masked(positions));
    }
    for (Reading& reading : twin.read(texts)) masked.push_back(std::move(reading.representation));
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
    for (const Map& map : texts_.maps) {
      if (map.kind != MapKind::kLook) maps.push_back(map);
    }
    maps.push_back({"random", MapKind::kPrior, random_scores(input_.material.texts, options_.quick.seed, 0)});
    const std::vector<FidelityTexts> texts =
        fidelity_of(*twin.subject, input_.material, maps, {.seed = options_.quick.seed},
                    [&](double share) { done(0.2 + 0.8 * share); });
    std::optional<size_t> best;
    for (size_t map = 0; map < maps.size(); ++map) {
      out_.fidelity.push_back(
          {maps[map].name, maps[map].kind, number_of(texts[map].plus), number_of(texts[map].minus)});
      if (maps[map].kind != MapKind::kAttribution) continue;
      if (!best || number_of(ahead(texts[map])).mean > number_of(ahead(texts[*best])).mean) best = map;
    }
    const Number own = number_of(texts.front().plus);
    if (best && own.n > 0) {
      fidelity_ = BesideBest{maps[*best].name, number_of(difference_of(ahead(texts.front()), ahead(texts[*best])))};
    }
  }

  // One number of the two: high where the top part decides and the rest does not.
  static std::vector<double> ahead(const FidelityTexts& texts) { return difference_of(texts.plus, texts.minus); }

  template <typename Done>
  void plant_words(const Done& done) {
    const Twin twin = twins_->planted();
    done(0.2);
    const PlantedTexts texts = plant(input_.material, twins_->planted_words(), options_.quick.seed);
    const Answers answers = answers_of(*twin.subject, texts.material);
    const std::vector<double> used = right_of(texts.material, answers);
    PlantedResult& result = out_.planted.emplace();
    result.used = number_of(used).mean;
    result.untaught = untaught(texts);
    AuditInput planted{texts.material, std::nullopt, 0, 0};
    Result notes;
    std::vector<Map> maps = maps_of(*twin.attributor, planted, answers, options_.quick.seed, notes,
                                    [&](double share) { done(0.2 + 0.2 * share); });
    std::erase_if(maps, [](const Map& map) { return map.kind == MapKind::kLook; });
    for (const Map& map : maps) result.rows.push_back(planted_row(map, texts, used, options_.quick.seed));
    const Map random{"random", MapKind::kPrior, random_scores(texts.material.texts, options_.quick.seed, 0)};
    result.rows.push_back(planted_row(random, texts, used, options_.quick.seed));
    std::erase_if(maps, [](const Map& map) { return map.kind != MapKind::kAttribution; });
    FalsificationOptions falsification{options_.quick.erasure, options_.quick.seed};
    falsification.erasure.seed = options_.quick.seed;
    falsification.erasure.bound_texts = options_.planted_bounds;
    const FalsificationResult lies = falsify(*twin.subject, texts, answers, used, maps, falsification,
                                             [&](double share) { done(0.4 + 0.6 * share); });
    out_.falsification = lies.controls;
    if (!result.taught()) return;  // where the words decide nothing, no metric can see them
    for (MetricSight& metric : out_.metrics) {
      if (std::find(lies.fooled.begin(), lies.fooled.end(), metric.metric) != lies.fooled.end()) metric.blind = true;
    }
  }

  // To the model audited the planted word is unknown.
  double untaught(const PlantedTexts& texts) {
    std::vector<Text> unknown = texts.material.texts;
    for (size_t i = 0; i < unknown.size(); ++i) unknown[i].ids[static_cast<size_t>(texts.places[i])] = 0;
    const std::vector<std::vector<double>> logits = subject_.logits(unknown);
    double right = 0;
    for (size_t i = 0; i < unknown.size(); ++i) right += largest(logits[i]) == texts.material.truth[i] ? 1 : 0;
    return right / static_cast<double>(unknown.size());
  }

  void judge() {
    const bool accepted = out_.mask_twin->accepted;
    const ErasureTexts& erasure = accepted ? masked_ : texts_.erasure;
    Evidence evidence = evidence_of(out_, texts_, erasure);
    evidence.fidelity_beside_best = fidelity_;
    out_.verdict = decide(evidence);
    if (!accepted) {
      out_.verdict.reasons.push_back(
          "The twin trained with masks is not sound enough, so that the words were erased on the model itself, and the "
          "verdict stays provisional.");
    }
    if (!out_.planted->taught()) {
      out_.verdict.reasons.push_back("The model with planted words has not learnt to use them.");
    }
    out_.slices = slices_of(slice_texts(texts_, erasure, input_.material), input_.material.classes, evidence);
  }

  Subject& subject_;
  attribution::Attributor& attributor_;
  const AuditInput& input_;
  const StandardOptions& options_;
  Twins* twins_;
  const Progress& progress_;
  AuditTexts texts_;
  ErasureTexts masked_;
  std::optional<BesideBest> fidelity_;
  Result out_;
};

}  // namespace

Result audit_thoroughly(Subject& subject, attribution::Attributor& attributor, const AuditInput& input,
                        const StandardOptions& options, Twins* twins, const Progress& progress) {
  return StandardAudit(subject, attributor, input, options, twins, progress).go();
}

}  // namespace fovea::audit
