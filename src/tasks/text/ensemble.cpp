#include "tasks/text/ensemble.h"

#include <string>

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "base/random.h"
#include "ops/aten.h"
#include "tasks/text/reader.h"

namespace fovea::tasks {
namespace {

uint64_t member_seed(uint64_t seed, int64_t member) {
  return mix64(seed + 0x4d656d6265720000 + static_cast<uint64_t>(member));  // "Member"
}

TextForward joined(std::vector<TextForward> members) {
  TextForward out;
  std::vector<at::Tensor> logits, weights, penalties, entropies;
  for (const TextForward& made : members) {
    logits.push_back(made.logits);
    weights.push_back(made.weights);
    if (made.penalty.defined()) penalties.push_back(made.penalty);
    if (made.entropy.defined()) entropies.push_back(made.entropy);
  }
  out.logits = at::stack(logits).mean(0);
  out.weights = at::stack(weights).mean(0);
  if (!penalties.empty()) out.penalty = at::stack(penalties).mean();
  if (!entropies.empty()) out.entropy = at::stack(entropies).mean();
  out.members = std::move(members);
  return out;
}

}  // namespace

Ensemble::Ensemble(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed) {
  TextModelOptions single = options;
  single.members = 1;
  for (int64_t m = 0; m < options.members; ++m) {
    const nn::Seed own = seed ? nn::Seed(member_seed(*seed, m)) : seed;
    members_.push_back(register_module("member" + std::to_string(m), make_reader(single, sizes, own)));
  }
}

TextForward Ensemble::forward_under(const data::TextBatch& batch, const nn::StepContext& context,
                                    std::span<const GivenWeights> given) {
  FOVEA_CHECK(given.empty() || given.size() == members_.size(), given.size(), members_.size());
  std::vector<TextForward> made;
  for (size_t m = 0; m < members_.size(); ++m) {
    nn::StepContext own = context;
    own.seed = member_seed(context.seed, static_cast<int64_t>(m));
    made.push_back(members_[m]->forward_under(batch, own, given.subspan(given.empty() ? 0 : m, given.empty() ? 0 : 1)));
  }
  return joined(std::move(made));
}

at::Tensor Ensemble::contributions(const TextForward& made, const data::TextBatch& batch) const {
  std::vector<at::Tensor> each;
  for (size_t m = 0; m < members_.size(); ++m) {
    each.push_back(members_[m]->contributions(made.members[m], batch));
  }
  return at::stack(each).mean(0);
}

at::Tensor Ensemble::word_contributions(const TextForward& made, const data::TextBatch& batch) const {
  std::vector<at::Tensor> each;
  for (size_t m = 0; m < members_.size(); ++m) {
    each.push_back(members_[m]->word_contributions(made.members[m], batch));
    if (!each.back().defined()) return {};
  }
  return at::stack(each).mean(0);
}

std::vector<at::Tensor> Ensemble::inputs(const data::TextBatch& batch) {
  std::vector<at::Tensor> inputs;
  for (const auto& member : members_) inputs.push_back(member->inputs(batch).front());
  return inputs;
}

TextForward Ensemble::forward_from(std::span<const at::Tensor> inputs, const data::TextBatch& batch,
                                   std::span<const GivenWeights> given) {
  FOVEA_CHECK(inputs.size() == members_.size() && (given.empty() || given.size() == members_.size()), inputs.size(),
              given.size());
  std::vector<TextForward> made;
  for (size_t m = 0; m < members_.size(); ++m) {
    made.push_back(members_[m]->forward_from(inputs.subspan(m, 1), batch,
                                             given.subspan(given.empty() ? 0 : m, given.empty() ? 0 : 1)));
  }
  return joined(std::move(made));
}

at::Tensor Ensemble::logits_under(const TextForward& made, const data::TextBatch& batch,
                                  std::span<const GivenWeights> given) {
  FOVEA_CHECK(given.size() == members_.size(), given.size());
  std::vector<at::Tensor> logits;
  for (size_t m = 0; m < members_.size(); ++m) {
    logits.push_back(members_[m]->logits_under(made.members[m], batch, given.subspan(m, 1)));
  }
  return at::stack(logits).mean(0);
}

void Ensemble::pack() {
  for (const auto& member : members_) member->pack();
}

at::Tensor Ensemble::bias() const {
  std::vector<at::Tensor> biases;
  for (const auto& member : members_) biases.push_back(member->bias());
  return at::stack(biases).to(at::kDouble).mean(0);
}

at::Tensor Ensemble::logits_of(const data::DistinctSentences& distinct, const data::TextBatch& batch) {
  std::vector<at::Tensor> each;
  for (const auto& member : members_) each.push_back(member->logits_of(distinct, batch));
  return at::stack(each).mean(0);
}

}  // namespace fovea::tasks
