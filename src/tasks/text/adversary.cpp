#include "tasks/text/adversary.h"

#include <algorithm>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "data/batches/plan.h"
#include "ops/aten.h"

namespace fovea::tasks {
namespace {

constexpr double kLeastWeight = 1e-10;  // added in logarithms
constexpr data::BatchOptions kWeightBatches = {.max_examples = 256, .max_tokens = 16384};

std::vector<std::vector<float>> weights_of_rows(TextModel& network, const data::EncodedTexts& texts,
                                                const data::NgramTable& ngrams, data::Counted counted) {
  const at::NoGradGuard guard;
  std::vector<std::vector<float>> out(static_cast<size_t>(texts.size()));
  for (const std::vector<int64_t>& examples : data::plan_in_order(texts.lengths(), kWeightBatches)) {
    const data::TextBatch batch = data::make_batch(texts, examples, ngrams, counted);
    const at::Tensor weights = network->forward(batch, {}).weights.to(at::kFloat).contiguous();
    const float* weight = weights.const_data_ptr<float>();
    for (const int64_t example : examples) {
      const size_t words = texts.text(example).size();
      out[static_cast<size_t>(example)].assign(weight, weight + words);
      weight += words;
    }
  }
  return out;
}

}  // namespace

AdversaryLoss::AdversaryLoss(const TextClassifier& base, double pull)
    : base_(base.network()), temperature_(base.parts().temperature), pull_(pull) {}

at::Tensor AdversaryLoss::operator()(const TextForward& made, const data::TextBatch& batch) const {
  const TextForward base = [&] {
    const at::NoGradGuard guard;
    return base_->forward(batch, {});
  }();
  const auto texts = static_cast<double>(batch.offsets.numel() - 1);
  const at::Tensor answers = (made.logits / temperature_).softmax(1), others = (base.logits / temperature_).softmax(1);
  const at::Tensor moved = (answers - others).abs().sum() / (2 * texts);
  const at::Tensor weights = weights_with_graph(made, batch);
  const at::Tensor own = base.weights.to(weights.scalar_type());
  const at::Tensor apart = weights * ((weights + kLeastWeight).log() - (own + kLeastWeight).log());
  return moved - pull_ * apart.sum() / texts;
}

FrozenWeights text_weights(const TextClassifier& classifier, const TextData& data) {
  TextModel network = classifier.network();
  return {.train = weights_of_rows(network, data.train, data.ngrams, data::Counted::kYes),
          .valid = weights_of_rows(network, data.valid, data.ngrams, data::Counted::kNo)};
}

GivenWeights given_rows(const std::vector<std::vector<float>>& weights, std::span<const int64_t> examples) {
  int64_t words = 0;
  for (const int64_t example : examples) words += std::ssize(weights[static_cast<size_t>(example)]);
  at::Tensor all = at::empty({1, words}, at::kFloat);
  float* to = all.mutable_data_ptr<float>();
  for (const int64_t example : examples) {
    const std::vector<float>& row = weights[static_cast<size_t>(example)];
    to = std::copy(row.begin(), row.end(), to);
  }
  return {.words = all, .sentences = {}};
}

}  // namespace fovea::tasks
