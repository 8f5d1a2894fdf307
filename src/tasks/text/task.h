// Text classification as the training loop sees it.
#pragma once

#include <functional>
#include <optional>

#include "tasks/task.h"
#include "tasks/text/adversary.h"
#include "tasks/text/data.h"
#include "tasks/text/loss.h"
#include "tasks/text/masking.h"
#include "tasks/text/network.h"

namespace fovea::tasks {

inline constexpr metrics::Measure kTextMeasures[] = {metrics::kAccuracy, metrics::kMacroF1, metrics::kLoss};

class TextTask : public Task {
 public:
  // Refers to `data`, which must outlive it.
  TextTask(const TextData& data, const TextModelOptions& options, uint64_t seed, const TextLossOptions& loss = {},
           const Masking& masking = {});

  // Lowers this in place of the cross-entropy. Scores stay those of the labels.
  void learn_against(const AdversaryLoss& loss) { adversary_.emplace(loss); }
  // Reads every row under these weights, which must outlive this.
  void read_under(const FrozenWeights& weights);

  nn::Module& module() override { return *model_; }
  TextModel model() const { return model_; }
  std::vector<int64_t> train_lengths() const override { return data_.train.lengths(); }

  double chance_loss() const override;

  double clip_scale() const override;

  // Under the entropy penalty, which grows all the way, weights of early epochs are nearly even. The control mean,
  // which has none to make sharp, is chosen alike, so that the two can be compared.
  double chosen_from() const override;

  // The words whose vectors came from a file, where those are to stay.
  std::vector<FrozenRows> frozen_rows() override;

  // Mean cross-entropy in nats, varied as `loss` of the constructor says.
  at::Tensor loss(std::span<const int64_t> examples, const Step& step) override;

  std::span<const metrics::Measure> measures() const override { return kTextMeasures; }

  // "loss", "accuracy", "macro_f1" of the validation part. Where a text may have several labels, accuracy is the share
  // of texts whose labels are all right, with a half as every class's threshold.
  std::map<std::string, double> validate() override;

  // Of the validation part in its order, [n, C]; those of a text without words are the logarithms of the prior.
  at::Tensor validation_logits();

 private:
  data::TextBatch masked_batch(std::span<const int64_t> examples, const Step& step) const;
  at::Tensor loss_of(const TextForward& out, const at::Tensor& labels, std::span<const int64_t> examples) const;
  void answer_empty_texts(const at::Tensor& logits, const at::Tensor& offsets) const;
  void for_validation_batches(
      const std::function<void(std::span<const int64_t> examples, const TextForward& out)>& take);
  std::map<std::string, double> validate_several();
  TextForward read(const data::TextBatch& batch, const nn::StepContext& context,
                   const std::vector<std::vector<float>> FrozenWeights::*part, std::span<const int64_t> examples);

  const TextData& data_;
  uint64_t seed_;
  TextModel model_;
  TextLoss loss_;
  Masking masking_;
  int64_t members_;
  bool sharpened_;  // by the entropy penalty
  std::optional<AdversaryLoss> adversary_;
  const FrozenWeights* weights_under_ = nullptr;
  double penalty_ = 0;  // in the last loss()
  double weight_ = 1;   // mean of its rows
};

// Bytes at the peak of training: what the process holds already, parameters with their gradients, moments and best
// copy, and the activations of the largest batch. An estimate; a test holds it to the measured peak.
int64_t predict_memory(int64_t parameters, int64_t largest_batch_tokens, const TextModelOptions& options, int64_t held);

}  // namespace fovea::tasks
