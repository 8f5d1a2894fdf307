// Translation as the training loop sees it.
#pragma once

#include "metrics/measures.h"
#include "tasks/task.h"
#include "tasks/translation/data.h"
#include "tasks/translation/network.h"

namespace fovea::tasks {

inline constexpr metrics::Measure kTranslationMeasures[] = {metrics::kBleu, metrics::kLoss};

class TranslationTask : public Task {
 public:
  // Refers to `data`, which must outlive it.
  TranslationTask(const TranslationData& data, const TranslationSettings& settings, uint64_t seed);

  nn::Module& module() override { return *network_; }
  const Translator& network() const { return network_; }
  std::vector<int64_t> train_lengths() const override { return data_.train().lengths(); }
  double chance_loss() const override;

  // Of a Transformer shares of about a thousand subwords, where no links are given; recurrent layers have threads of their own inside.
  std::vector<Share> shares(std::span<const int64_t> examples) const override;
  // Mean cross-entropy in nats of a subword, with its label smoothed (Szegedy et al. 2016); where links are given, and
  // how far attention is from them.
  at::Tensor loss(std::span<const int64_t> examples, const Step& step) override;

  std::span<const metrics::Measure> measures() const override { return kTranslationMeasures; }
  // "bleu" of greedy translations and "loss", in nats of a subword, on the validation part.
  std::map<std::string, double> validate() override;

 private:
  double validation_loss();

  const TranslationData& data_;
  double label_smoothing_, links_weight_, coverage_;
  AttentionHead taught_;
  bool in_shares_;
  uint64_t seed_;
  Translator network_;
};

TranslatorImpl::Sizes sizes_of(const Vocabularies& vocabularies);

}  // namespace fovea::tasks
