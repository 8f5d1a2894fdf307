// Several networks of one kind that answer together, by the mean of their logits. Each reads a batch for itself and
// draws its own numbers.
#pragma once

#include <memory>
#include <vector>

#include "tasks/text/network.h"

namespace fovea::tasks {

class Ensemble final : public TextNetwork {
 public:
  // options.members of them, named member0, member1, …
  Ensemble(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed);

  TextForward forward_under(const data::TextBatch& batch, const nn::StepContext& context,
                            std::span<const GivenWeights> given) override;
  at::Tensor contributions(const TextForward& made, const data::TextBatch& batch) const override;
  at::Tensor word_contributions(const TextForward& made, const data::TextBatch& batch) const override;
  std::vector<at::Tensor> inputs(const data::TextBatch& batch) override;
  TextForward forward_from(std::span<const at::Tensor> inputs, const data::TextBatch& batch,
                           std::span<const GivenWeights> given) override;
  at::Tensor logits_under(const TextForward& made, const data::TextBatch& batch,
                          std::span<const GivenWeights> given) override;
  void pack() override;
  at::Tensor bias() const override;
  bool reads_sentences() const override { return members_.front()->reads_sentences(); }
  at::Tensor logits_of(const data::DistinctSentences& distinct, const data::TextBatch& batch) override;

 private:
  std::vector<std::shared_ptr<TextNetwork>> members_;
};

}  // namespace fovea::tasks
