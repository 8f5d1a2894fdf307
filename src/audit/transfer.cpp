#include "audit/transfer.h"

#include <algorithm>

#include "audit/deep.h"
#include "base/random.h"
#include "metrics/bootstrap.h"
#include "metrics/classification.h"

namespace fovea::audit {
namespace {

constexpr int kScoreResamples = 2000;

std::vector<double> right_answers(const Material& material, const std::vector<int64_t>& answer) {
  std::vector<double> right;
  for (size_t i = 0; i < answer.size(); ++i) {
    right.push_back(material.truth[i] < 0 ? kNone : (material.truth[i] == answer[i] ? 1 : 0));
  }
  return right;
}

std::vector<Weights> weights_in(const Answers& answers) {
  std::vector<Weights> weights;
  for (const Reading& reading : answers.readings) weights.push_back(reading.weights);
  return weights;
}

}  // namespace

Score macro_f1_of(const Material& material, const std::vector<int64_t>& answer, uint64_t seed) {
  Rows known;
  for (size_t i = 0; i < answer.size(); ++i) {
    if (material.truth[i] >= 0) known.push_back(i);
  }
  if (known.empty()) return {kNone, kNone, kNone};
  const size_t classes = material.classes.size();
  const auto count = [&](metrics::Confusion& confusion, size_t input) {
    ++confusion[static_cast<size_t>(material.truth[input])][static_cast<size_t>(answer[input])];
  };
  const metrics::Confusion none(classes, std::vector<int64_t>(classes, 0));
  metrics::Confusion all = none;
  for (const size_t input : known) count(all, input);
  std::vector<double> resampled;
  for (int resample = 0; resample < kScoreResamples; ++resample) {
    const uint64_t base =
        stream_base({seed, Purpose::kBootstrap, (uint64_t{1} << 40) + static_cast<uint64_t>(resample)});
    metrics::Confusion drawn = none;
    for (size_t i = 0; i < known.size(); ++i) count(drawn, known[uniform_below(base, i, known.size())]);
    resampled.push_back(metrics::scores(drawn).macro_f1);
  }
  std::sort(resampled.begin(), resampled.end());
  return {metrics::scores(all).macro_f1, metrics::quantile(resampled, 0.025), metrics::quantile(resampled, 0.975)};
}

std::vector<int64_t> answers_under(Subject& reader, const std::vector<Weights>& weights) {
  std::vector<int64_t> answers;
  for (size_t i = 0; i < weights.size(); ++i) {
    const Looks looks = {weights[i]};
    answers.push_back(largest(reader.logits_under(static_cast<int64_t>(i), {&looks, 1}).front()));
  }
  return answers;
}

void transfer_weights(const DeepWork& work, const DeepDone& done) {
  TransferResult result;
  const Material& material = work.input.material;
  const auto& trained = work.result.trained_adversary;
  if (trained) {
    result.pull = trained->adversaries[trained->furthest.value_or(trained->adversaries.size() - 1)].pull;
  }
  std::vector<TransferWeights> all = {TransferWeights::kEven, TransferWeights::kOwn, TransferWeights::kModel};
  if (result.pull) all.push_back(TransferWeights::kAdversary);
  std::vector<double> even;
  for (const TransferWeights weights : all) {
    const std::optional<Twin> twin = work.twins->transfer(weights, result.pull.value_or(0));
    if (!twin) return;
    Subject& reader = *twin->subject;
    std::vector<int64_t> answer;
    if (weights == TransferWeights::kModel) {
      answer = answers_under(reader, weights_in(work.values.answers));
    } else if (weights == TransferWeights::kAdversary) {
      answer = answers_under(reader, weights_in(answers_of(*work.twins->adversary(*result.pull)->subject)));
    } else {
      answer = answers_of(reader).answer;
    }
    const std::vector<double> right = right_answers(material, answer);
    if (weights == TransferWeights::kEven) even = right;
    result.rows.push_back({.weights = weights,
                           .accuracy = number_of(right),
                           .macro_f1 = macro_f1_of(material, answer, work.seed()),
                           .beyond_even = number_of(difference_of(right, even))});
    done(static_cast<double>(result.rows.size()) / static_cast<double>(all.size()));
  }
  work.result.transfer = std::move(result);
}

}  // namespace fovea::audit
