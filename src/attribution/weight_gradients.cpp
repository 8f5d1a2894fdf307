#include "attribution/weight_gradients.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "attribution/batches.h"
#include "ops/segments.h"

namespace fovea::attribution {
namespace {

// The weights of one network as leaves [K, N], and as the network takes them.
struct Leaf {
  at::Tensor weights;
  tasks::GivenWeights given;
};

Leaf leaf_of(const tasks::GivenWeights& made, const data::TextBatch& batch) {
  const at::AutoGradMode with_gradients(true);
  if (!made.sentences.defined()) {
    const at::Tensor weights = made.words.detach().clone().set_requires_grad(true);
    return {weights, {weights, {}}};
  }
  // A sentence weighs what its words weigh together; in it they share that.
  const at::Tensor ids = ops::segment_ids(batch.sentence_offsets);
  const at::Tensor weights = (made.words * made.sentences.index_select(1, ids)).set_requires_grad(true);
  const at::Tensor ones = at::ones({ids.numel()}, weights.options().requires_grad(false));
  const at::Tensor sums = ops::segment_weighted_sum(ones, weights.t(), batch.sentence_offsets).t();
  const at::Tensor sum = sums.index_select(1, ids), weighs = sum.gt(0);
  const at::Tensor words = at::where(weighs, weights / at::where(weighs, sum, at::ones_like(sum)), made.words);
  return {weights, {words, sums}};
}

std::vector<double> scores_of(const std::vector<Leaf>& leaves, Times times) {
  at::Tensor sum;
  for (const Leaf& leaf : leaves) {
    const at::Tensor gradient = leaf.weights.grad().to(at::kDouble);
    const at::Tensor own = (times == Times::kOne ? gradient : gradient * leaf.weights.detach().to(at::kDouble)).sum(0);
    sum = sum.defined() ? sum + own : own;
  }
  return numbers_of(sum);
}

}  // namespace

std::vector<Attribution> weight_gradients(TextSubject& subject, std::span<const Text> texts,
                                          std::span<const int64_t> towards, Times times) {
  subject.require_weights();
  std::vector<Attribution> all(texts.size());
  for (const std::vector<int64_t>& chosen : plan_texts(texts, kGradientBatches)) {
    const data::TextBatch batch = batch_of(texts, chosen, subject.parts().ngrams);
    std::vector<at::Tensor> inputs;
    std::vector<tasks::GivenWeights> made;
    {
      const at::NoGradGuard guard;
      inputs = subject.network().inputs(batch);
      made = tasks::given_weights(subject.network().forward_from(inputs, batch, {}));
    }
    std::vector<Leaf> leaves;
    std::vector<tasks::GivenWeights> given;
    for (const tasks::GivenWeights& one : made) {
      leaves.push_back(leaf_of(one, batch));
      given.push_back(leaves.back().given);
    }
    const at::AutoGradMode with_gradients(true);
    std::vector<int64_t> classes;
    for (const int64_t t : chosen) classes.push_back(towards[static_cast<size_t>(t)]);
    const at::Tensor logits = subject.network().forward_from(inputs, batch, given).logits;
    probabilities_of(logits, subject.parts().temperature)
        .gather(1, at::tensor(classes, at::kLong).unsqueeze(1))
        .sum()
        .backward();
    const std::vector<double> scores = scores_of(leaves, times);
    const int64_t* offsets = batch.offsets.const_data_ptr<int64_t>();
    for (size_t b = 0; b < chosen.size(); ++b) {
      all[static_cast<size_t>(chosen[b])].scores.assign(scores.begin() + offsets[b], scores.begin() + offsets[b + 1]);
    }
  }
  return all;
}

}  // namespace fovea::attribution
