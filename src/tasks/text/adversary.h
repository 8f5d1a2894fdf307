// What trains one model beside another: an adversary that answers as the other does and looks elsewhere, and the
// weights that a model gives to the words of all rows.
#pragma once

#include <span>
#include <vector>

#include "data/batches/texts.h"
#include "tasks/kind.h"
#include "tasks/text/classifier.h"
#include "tasks/text/network.h"

namespace fovea::tasks {

// The loss of an adversary (Wiegreffe & Pinter 2019).
class AdversaryLoss {
 public:
  // Takes the network of `base`, which must know the words of the batches and stay as it is. pull: λ.
  AdversaryLoss(const TextClassifier& base, double pull);

  // Mean over the texts of TVD(p, p of base) − λ · KL(weights, those of base), in [−λ · 23, 1]. `made`: of `batch`,
  // with its graph. Both answers are divided by the temperature of `base`, and both maps are those that Fovea shows,
  // the mean of several looks; in KL 1e-10 is added to both in the logarithm.
  at::Tensor operator()(const TextForward& made, const data::TextBatch& batch) const;

  double temperature() const { return temperature_; }

 private:
  mutable TextModel base_;
  double temperature_, pull_;
};

// Of each row of both parts, as a text in training and as one to be answered.
FrozenWeights text_weights(const TextClassifier& classifier, const TextData& data);

// [1, N]: those of the rows `examples`, one after the other.
GivenWeights given_rows(const std::vector<std::vector<float>>& weights, std::span<const int64_t> examples);

}  // namespace fovea::tasks
