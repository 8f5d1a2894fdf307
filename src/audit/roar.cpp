#include "audit/roar.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "audit/deep.h"
#include "base/random.h"
#include "metrics/bootstrap.h"
#include "metrics/trust/erasure.h"

namespace fovea::audit {
namespace {

using attribution::Method;

constexpr int64_t kAskedAtOnce = 4096;  // inputs that a training learns from
constexpr int kRoarResamples = 2000;

enum class Set : uint64_t { kTaught = 1, kChosenBy = 2, kAudited = 3 };

// What is masked of all three sets of inputs.
struct Masked {
  HiddenLearned learned;
  Hidden audited;
};

int64_t count_at(int64_t step, int64_t parts) {
  return (step * parts + kRoarSteps / 2) / kRoarSteps;
}

// Adds the best parts by `scores` of those not masked yet, until `count` are.
void mask_next(std::vector<int64_t>& masked, const std::vector<double>& scores, int64_t count, uint64_t seed,
               uint64_t stream) {
  const std::vector<int64_t> before = masked;
  for (const int64_t part : order_of(scores, seed, stream)) {
    if (std::ssize(masked) >= count) break;
    if (!std::binary_search(before.begin(), before.end(), part)) masked.push_back(part);
  }
  std::sort(masked.begin(), masked.end());
}

// One chain of trainings: by one method, or at random where there is none, with one seed.
class Chain {
 public:
  Chain(Retraining& retraining, const LearnedParts& parts, const Material& material, std::optional<Method> method,
        int64_t number, const RoarOptions& options)
      : retraining_(retraining),
        parts_(parts),
        material_(material),
        method_(method),
        number_(number),
        seed_(options.seed + static_cast<uint64_t>(number)) {
    masked_.learned.taught.resize(parts.taught.size());
    masked_.learned.chosen_by.resize(parts.chosen_by.size());
    masked_.audited.resize(material.truth.size());
    model_ = retraining_.whole(number);
    whole_ = model_->on_audited(masked_.audited);
  }

  std::string name() const { return method_ ? std::string(attribution::name_of(*method_)) : "random"; }

  // Whether the model is right on each input now.
  std::vector<double> right() {
    const Twin twin = model_->on_audited(masked_.audited);
    const auto logits = twin.subject->logits(attribution::whole_inputs(*twin.subject));
    std::vector<double> out;
    for (size_t i = 0; i < logits.size(); ++i) {
      out.push_back(material_.truth[i] < 0 ? kNone : largest(logits[i]) == material_.truth[i] ? 1 : 0);
    }
    return out;
  }

  void go_on(int64_t step) {
    mask(Set::kTaught, step, masked_.learned.taught);
    mask(Set::kChosenBy, step, masked_.learned.chosen_by);
    mask(Set::kAudited, step, masked_.audited);
    const std::string kept =
        step == kRoarSteps ? "masked-all" : "masked-by-" + name() + "-" + std::to_string(10 * step);
    model_ = retraining_.train(kept + "-" + std::to_string(number_), number_, masked_.learned);
  }

 private:
  // The inputs of a set in pieces, so that not all that is read of them is held at once.
  void mask(Set set, int64_t step, Hidden& hidden) {
    const Hidden before = hidden;
    const auto all = std::ssize(hidden);
    for (int64_t first = 0; first < all; first += kAskedAtOnce) {
      const int64_t count = set == Set::kAudited ? all : std::min(kAskedAtOnce, all - first);
      const Scores scores = step == kRoarSteps || !method_ ? Scores{} : scores_of(set, before, first, count);
      for (int64_t i = first; i < first + count; ++i) {
        const uint64_t stream = (static_cast<uint64_t>(set) << 40) + static_cast<uint64_t>(i);
        const int64_t parts = parts_of(set, i);
        const std::vector<double> own = scores.empty() ? drawn(parts, stream) : scores[static_cast<size_t>(i - first)];
        mask_next(hidden[static_cast<size_t>(i)], own, count_at(step, parts), seed_, stream);
      }
      if (set == Set::kAudited) break;
    }
  }

  int64_t parts_of(Set set, int64_t input) const {
    if (set == Set::kAudited) return whole_.subject->parts(input);
    return (set == Set::kTaught ? parts_.taught : parts_.chosen_by)[static_cast<size_t>(input)];
  }

  std::vector<double> drawn(int64_t parts, uint64_t stream) const {
    const uint64_t base = stream_base({seed_, Purpose::kRoar, stream});
    std::vector<double> out;
    for (int64_t i = 0; i < parts; ++i) out.push_back(uniform(base, static_cast<uint64_t>(i)));
    return out;
  }

  // What the model says toward its own answers.
  Scores scores_of(Set set, const Hidden& hidden, int64_t first, int64_t count) {
    const Twin twin = set == Set::kAudited  ? model_->on_audited(hidden)
                      : set == Set::kTaught ? model_->on_taught(hidden, first, count)
                                            : model_->on_chosen_by(hidden, first, count);
    std::vector<int64_t> towards;
    for (const auto& logits : twin.subject->logits(attribution::whole_inputs(*twin.subject))) {
      towards.push_back(largest(logits));
    }
    Scores out;
    for (auto& of_input : twin.attributor->attribute(*method_, towards, seed_)) {
      out.push_back(std::move(of_input.scores));
    }
    return out;
  }

  Retraining& retraining_;
  const LearnedParts& parts_;
  const Material& material_;
  std::optional<Method> method_;
  int64_t number_;
  uint64_t seed_;
  Masked masked_;
  std::shared_ptr<Retrained> model_;
  Twin whole_;
};

using Rights = std::vector<std::vector<double>>;  // [step][input]: 1, 0 or kNone

RoarCurve curve_of(const std::string& name, const std::vector<Rights>& by_seed) {
  RoarCurve out{name, {}};
  for (size_t step = 0; step < by_seed.front().size(); ++step) {
    std::vector<std::vector<double>> of_step;
    for (const Rights& rights : by_seed) of_step.push_back(rights[step]);
    out.accuracy.push_back(number_of_seeds(of_step));
  }
  return out;
}

// The areas of one seed, input by input: that of a mean curve is their mean.
std::vector<metrics::RoarAreas> areas_of(const Rights& map, const Rights& random) {
  std::vector<metrics::RoarAreas> out;
  for (size_t input = 0; input < map.front().size(); ++input) {
    if (std::isnan(map.front()[input])) continue;
    std::vector<double> own, others;
    for (size_t step = 0; step < map.size(); ++step) {
      own.push_back(map[step][input]);
      others.push_back(random[step][input]);
    }
    out.push_back(metrics::roar_areas(own, others));
  }
  return out;
}

std::optional<double> racu_of(const std::vector<metrics::RoarAreas>& areas) {
  metrics::RoarAreas sum;
  for (const metrics::RoarAreas& one : areas) {
    sum.gained += one.gained;
    sum.possible += one.possible;
  }
  return metrics::racu(sum);
}

// Seeds and inputs are resampled; in a resample an input is the same one in every seed.
Number racu_with_interval(const std::vector<std::vector<metrics::RoarAreas>>& by_seed) {
  const size_t seeds = by_seed.size(), inputs = by_seed.front().size();
  Number out;
  std::vector<double> resampled;
  for (int i = 0; i < kRoarResamples; ++i) {
    const uint64_t base = stream_base({1, Purpose::kBootstrap, static_cast<uint64_t>(i)});
    metrics::RoarAreas sum;
    for (size_t seed = 0; seed < seeds; ++seed) {
      const auto& of_seed = by_seed[uniform_below(base, seed, seeds)];
      for (size_t k = 0; k < inputs; ++k) {
        const metrics::RoarAreas& one = of_seed[uniform_below(base, seeds + k, inputs)];
        sum.gained += one.gained;
        sum.possible += one.possible;
      }
    }
    if (const auto one = metrics::racu(sum)) resampled.push_back(*one);
  }
  std::vector<metrics::RoarAreas> all;
  for (const auto& of_seed : by_seed) all.insert(all.end(), of_seed.begin(), of_seed.end());
  const std::optional<double> mean = racu_of(all);
  if (!mean || static_cast<double>(resampled.size()) < 0.975 * kRoarResamples) return out;
  std::sort(resampled.begin(), resampled.end());
  std::vector<double> means;
  for (const auto& of_seed : by_seed) means.push_back(racu_of(of_seed).value_or(kNone));
  out = number_of(means);
  out.n = static_cast<int64_t>(inputs);
  out.mean = *mean;
  out.low = std::min(metrics::quantile(resampled, 0.025), out.mean);
  out.high = std::max(metrics::quantile(resampled, 0.975), out.mean);
  return out;
}

}  // namespace

RoarResult recursive_roar(Retraining& retraining, const Material& material, const std::vector<Method>& methods,
                          const RoarOptions& options, const DeepDone& done) {
  RoarResult out;
  out.seeds = options.seeds;
  const LearnedParts parts = retraining.parts();
  std::vector<std::optional<Method>> chains = {std::nullopt};
  chains.insert(chains.end(), methods.begin(), methods.end());
  const auto of_seed = static_cast<int64_t>(chains.size()) * (kRoarSteps - 1) + 1;
  out.trainings = options.seeds * of_seed;
  std::vector<std::vector<Rights>> rights(chains.size());  // [chain][seed]
  int64_t trained = 0;
  const auto tell = [&] { done(static_cast<double>(++trained) / static_cast<double>(out.trainings)); };
  for (int64_t seed = 0; seed < options.seeds; ++seed) {
    for (size_t c = 0; c < chains.size(); ++c) {
      Chain chain(retraining, parts, material, chains[c], seed, options);
      Rights& of_chain = rights[c].emplace_back();
      of_chain.push_back(chain.right());
      for (int64_t step = 1; step < kRoarSteps; ++step) {
        chain.go_on(step);
        of_chain.push_back(chain.right());
        tell();
      }
      if (c == 0) {
        chain.go_on(kRoarSteps);
        of_chain.push_back(chain.right());
        tell();
      } else {
        of_chain.push_back(rights[0].back().back());  // where all is masked nothing is left to choose
      }
    }
  }
  out.random = curve_of("random", rights[0]);
  for (size_t c = 1; c < chains.size(); ++c) {
    RoarMap& map = out.maps.emplace_back();
    map.curve = curve_of(std::string(attribution::name_of(*chains[c])), rights[c]);
    std::vector<std::vector<metrics::RoarAreas>> areas;
    for (size_t seed = 0; seed < rights[c].size(); ++seed) {
      areas.push_back(areas_of(rights[c][seed], rights[0][seed]));
      map.by_seed.push_back(racu_of(areas.back()).value_or(kNone));
    }
    map.racu = racu_with_interval(areas);
  }
  return out;
}

void retrain_without_named(const DeepWork& work, const DeepDone& done) {
  const std::vector<int64_t>& truth = work.input.material.truth;
  const bool known = std::any_of(truth.begin(), truth.end(), [](int64_t of_input) { return of_input >= 0; });
  if (work.options.roar_seeds == 0 || !known) return;
  Retraining* retraining = work.twins->retraining();
  if (!retraining) return;
  std::vector<Method> methods = {Method::kAttention};
  if (work.attributor.offers(Method::kContribution)) methods.push_back(Method::kContribution);
  work.result.roar = recursive_roar(*retraining, work.input.material, methods,
                                    {.seeds = work.options.roar_seeds, .seed = work.seed()}, done);
}

}  // namespace fovea::audit
