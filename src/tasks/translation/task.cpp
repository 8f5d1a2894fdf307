#include "tasks/translation/task.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "metrics/sequence/bleu.h"
#include "metrics/sequence/words.h"
#include "nn/timed_part.h"
#include "ops/aten.h"
#include "tasks/translation/translate.h"

namespace fovea::tasks {
namespace {

constexpr int64_t kShare = 1000, kMostShares = 8;  // subwords of both sides; more shares would be small ones
constexpr data::BatchOptions kEvaluationBatches = {.max_examples = 128, .max_tokens = 8192};

double bleu_of(std::span<const std::string> translations, std::span<const std::string> references) {
  metrics::BleuCounts counts;
  for (size_t i = 0; i < translations.size(); ++i) {
    const auto cut = [](const std::string& text) { return metrics::words_of(text, metrics::Tokenizer::k13a); };
    counts += metrics::bleu_counts(cut(translations[i]), cut(references[i]));
  }
  return metrics::bleu(counts);
}

}  // namespace

TranslatorImpl::Sizes sizes_of(const Vocabularies& vocabularies) {
  return {.source = vocabularies.source.size(), .target = vocabularies.target.size(), .joint = vocabularies.joint};
}

TranslationTask::TranslationTask(const TranslationData& data, const TranslationSettings& settings, uint64_t seed)
    : data_(data),
      label_smoothing_(settings.model.label_smoothing),
      links_weight_(settings.data.links_weight),
      coverage_(settings.model.coverage),
      taught_(taught_head(settings.model)),
      in_shares_(settings.model.transformer() && data.links().empty()),
      seed_(seed),
      network_(make_translator(settings.model, sizes_of(data.vocabularies()), nn::Stream(seed))) {}

double TranslationTask::chance_loss() const {
  return std::log(static_cast<double>(data_.vocabularies().target.size()));
}

std::vector<Share> TranslationTask::shares(std::span<const int64_t> examples) const {
  const EncodedPairs& pairs = data_.train();
  const auto steps_of = [&](int64_t pair) { return std::ssize(pairs.target_of(pair)) + 1; };
  int64_t all = 0, steps = 0;
  for (const int64_t pair : examples) {
    steps += steps_of(pair);
    all += std::ssize(pairs.source_of(pair)) + steps_of(pair);
  }
  // A power of two, so that two or four threads have as much to do.
  const auto parts = static_cast<uint64_t>(std::clamp<int64_t>(all / kShare, 1, kMostShares));
  const auto count = in_shares_ ? static_cast<int64_t>(std::bit_ceil(parts)) : 1;
  if (count == 1) return Task::shares(examples);
  // The loss is a mean over the decoder's steps: a share weighs as many as it has. (What given links add is another
  // mean: with them a step is one share.) Each pair goes to the share in which its middle lies.
  std::vector<Share> shares(static_cast<size_t>(count), Share{{}, 0});
  int64_t before = 0;
  for (const int64_t pair : examples) {
    const int64_t cost = std::ssize(pairs.source_of(pair)) + steps_of(pair);
    Share& share = shares[static_cast<size_t>((before + cost / 2) * count / all)];
    share.examples.push_back(pair);
    share.weight += static_cast<double>(steps_of(pair)) / static_cast<double>(steps);
    before += cost;
  }
  std::erase_if(shares, [](const Share& share) { return share.examples.empty(); });
  return shares;
}

at::Tensor TranslationTask::loss(std::span<const int64_t> examples, const Step& step) {
  const uint64_t seed = step.share == 0 ? seed_ : mix64(seed_ ^ step.share);
  const nn::StepContext context{true, seed, step.number, step.profile};
  const nn::TimedPart preparation(context, "batch");
  const PairBatch batch = make_pair_batch(data_.train(), examples);
  const EncodedSources sources = network_->encode(batch.source, batch.source_offsets, context);
  const Choosing choosing = network_->read(sources, batch.read, batch.target_offsets, context, {});
  at::Tensor loss = network_->loss(choosing, batch.answer, label_smoothing_, context);
  if (choosing.looked_again.defined()) loss = loss + coverage_ * choosing.looked_again;
  if (data_.links().empty()) return loss;
  const nn::TimedPart links(context, "links");
  return links.made(loss + links_weight_ * guided_loss(*network_, choosing, taught_, batch, data_.links(), examples));
}

double TranslationTask::validation_loss() {
  const at::NoGradGuard guard;
  double loss = 0;
  int64_t count = 0;
  const std::vector<int64_t> lengths = data_.valid().lengths();
  for (const std::vector<int64_t>& examples : data::plan_in_order(lengths, kEvaluationBatches)) {
    const PairBatch batch = make_pair_batch(data_.valid(), examples);
    const EncodedSources sources = network_->encode(batch.source, batch.source_offsets, {});
    const Choosing choosing = network_->read(sources, batch.read, batch.target_offsets, {}, {});
    const auto size = batch.answer.size(0);
    loss += network_->loss(choosing, batch.answer, 0, {}).item<double>() * static_cast<double>(size);
    count += size;
  }
  return count == 0 ? 0 : loss / static_cast<double>(count);
}

std::map<std::string, double> TranslationTask::validate() {
  if (data_.valid().size() == 0) return {};
  std::vector<std::vector<int32_t>> sources;
  std::vector<std::string> references;
  for (int64_t pair = 0; pair < data_.valid().size(); ++pair) {
    const auto source = data_.valid().source_of(pair);
    sources.emplace_back(source.begin(), source.end());
    references.push_back(data_.valid_pairs()[static_cast<size_t>(pair)].target);
  }
  const std::vector<std::vector<Translation>> translated =
      translate(*network_, sources, greedy_options(), {}, kNoWeights);
  std::vector<std::string> texts;
  for (const std::vector<Translation>& best : translated) {
    texts.push_back(data_.vocabularies().target.text(best.front().ids));
  }
  return {{"bleu", bleu_of(texts, references)}, {"loss", validation_loss()}};
}

}  // namespace fovea::tasks
