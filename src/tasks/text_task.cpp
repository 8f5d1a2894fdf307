#include "tasks/text_task.h"

#include <cmath>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include "data/batches/plan.h"
#include "metrics/classification.h"
#include "nn/timed_part.h"
#include "tasks/text_vectors.h"

namespace fovea::tasks {
namespace {

// Evaluation keeps no graph, so its batches may be larger than those of training.
constexpr data::BatchOptions kEvaluationBatches = {.max_examples = 256, .max_tokens = 16384};

TextModelSizes sizes_of(const TextData& data) {
  return {data.vocabulary.size(), static_cast<int64_t>(data.labels.size()), data.ngrams.width()};
}

}  // namespace

// A text without tokens is answered with the prior, here as in use.
void TextTask::answer_empty_texts(const at::Tensor& logits, const at::Tensor& offsets) const {
  for (int64_t b = 0; b + 1 < offsets.numel(); ++b) {
    if (offsets[b].item<int64_t>() < offsets[b + 1].item<int64_t>()) continue;
    for (size_t c = 0; c < data_.label_counts.size(); ++c) {
      logits[b][static_cast<int64_t>(c)] = std::log(static_cast<double>(data_.label_counts[c]));
    }
  }
}

TextTask::TextTask(const TextData& data, const TextModelOptions& options, uint64_t seed, const TextLossOptions& loss)
    : data_(data), seed_(seed), model_(options, sizes_of(data), seed), loss_(loss, data) {
  if (data.vectors.file.size > 0) start_from_vectors(embedding_table(*model_), data.vocabulary, data.vectors, seed);
}

double TextTask::chance_loss() const {
  return std::log(static_cast<double>(data_.labels.size()));
}

std::vector<FrozenRows> TextTask::frozen_rows() {
  if (!data_.freeze_vectors) return {};
  return {{embedding_table(*model_), rows_with_vectors(data_.vocabulary, data_.vectors)}};
}

at::Tensor TextTask::loss(std::span<const int64_t> examples, const Step& step) {
  const nn::StepContext context{true, seed_, step.number, step.profile};
  const nn::TimedPart preparation(context, "batch");
  const data::TextBatch batch = data::make_batch(data_.train, examples, data_.ngrams, data::Counted::kYes);
  const TextForward out = model_->forward(batch, context);
  const nn::TimedPart head(context, "head");  // the loss counts with the head
  return head.made(loss_(out.logits, batch.labels, examples));
}

std::map<std::string, double> TextTask::validate() {
  const at::NoGradGuard guard;
  if (data_.valid.size() == 0) return {};
  std::vector<int> truth, predicted;
  double loss = 0;
  const std::vector<int64_t> lengths = data_.valid.lengths();
  for (const std::vector<int64_t>& examples : data::plan_in_order(lengths, kEvaluationBatches)) {
    const data::TextBatch batch = data::make_batch(data_.valid, examples, data_.ngrams, data::Counted::kNo);
    const TextForward out = model_->forward(batch, {});
    answer_empty_texts(out.logits, batch.offsets);
    loss += at::cross_entropy_loss(out.logits, batch.labels, {}, at::Reduction::Sum).item<double>();
    const at::Tensor best = out.logits.argmax(1);
    for (int64_t b = 0; b < best.numel(); ++b) {
      truth.push_back(data_.valid.label(examples[static_cast<size_t>(b)]));
      predicted.push_back(static_cast<int>(best[b].item<int64_t>()));
    }
  }
  const metrics::Scores scores =
      metrics::scores(metrics::confusion(truth, predicted, static_cast<int>(data_.labels.size())));
  return {
      {"loss", loss / static_cast<double>(truth.size())}, {"accuracy", scores.accuracy}, {"macro_f1", scores.macro_f1}};
}

int64_t predict_memory(int64_t parameters, int64_t largest_batch_tokens, const TextModelOptions& options,
                       int64_t held) {
  // Parameters, two moments, their running mean, the best copy, and all of these once more on their way to the disk,
  // with some room for gradients: eleven times 4 bytes.
  const int64_t per_parameter = 11 * 4;
  // A token keeps its vector and the thinned one, per layer and direction gates, cells and states with their gradients
  // (about 14 H) and packed copies of them, and in attention 2 A + 3 D: bounds from above.
  const bool recurrent = options.encoder != nn::EncoderKind::kAverage;
  const int64_t states = recurrent ? options.layers * options.directions * options.hidden_size * 20 : 0;
  const int64_t memory = recurrent ? options.directions * options.hidden_size : options.embedding_size;
  const int64_t per_token = 4 * (options.embedding_size * 6 + states + 3 * options.attention_size + 6 * memory);
  return held + parameters * per_parameter + largest_batch_tokens * per_token;
}

}  // namespace fovea::tasks
