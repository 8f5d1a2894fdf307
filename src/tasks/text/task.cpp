#include "tasks/text/task.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "base/random.h"
#include "data/batches/plan.h"
#include "metrics/classification.h"
#include "metrics/multi_label.h"
#include "nn/timed_part.h"
#include "tasks/text/vectors.h"

namespace fovea::tasks {
namespace {

// Evaluation keeps no graph, so its batches may be larger than those of training.
constexpr data::BatchOptions kEvaluationBatches = {.max_examples = 256, .max_tokens = 16384};

constexpr double kSharp = 0.65;           // of the training, by when the entropy penalty has been felt
constexpr int64_t kTokensOfSentence = 4;  // fewer than sentences have on average, in texts of all kinds

// Floats that a token keeps in a layer of the encoder, their gradients included.
int64_t layer_floats(const TextModelOptions& options) {
  switch (options.encoder) {
    case nn::EncoderKind::kAverage:
      return 0;
    case nn::EncoderKind::kCnn:  // the input once more with gaps, a sum for each place in the filter, and the result
      return options.hidden_size * (6 + 2 * options.filter_width);
    case nn::EncoderKind::kTransformer:  // norms, projections and what is padded of them, the feed-forward part
      return options.hidden_size * 50;
    case nn::EncoderKind::kWord:  // the sum, its tanh and the thinned one, with their gradients
      return options.hidden_size * 6;
    default:  // per direction gates, cells and states with their gradients (about 14 H) and packed copies of them
      return options.directions * options.hidden_size * 20;
  }
}

TextModelSizes sizes_of(const TextData& data) {
  return {data.vocabulary.size(), static_cast<int64_t>(data.labels.size()), data.ngrams.width()};
}

}  // namespace

// A text without tokens is answered with the prior, here as in use.
void TextTask::answer_empty_texts(const at::Tensor& logits, const at::Tensor& offsets) const {
  for (int64_t b = 0; b + 1 < offsets.numel(); ++b) {
    if (offsets[b].item<int64_t>() < offsets[b + 1].item<int64_t>()) continue;
    for (size_t c = 0; c < data_.label_counts.size(); ++c) {
      const auto count = static_cast<double>(data_.label_counts[c]);
      // With several labels per text the odds of each; a label that every text has is as good as certain.
      const double others = std::max(static_cast<double>(data_.counted_rows) - count, 1e-6);
      logits[b][static_cast<int64_t>(c)] = std::log(data_.multi_label ? count / others : count);
    }
  }
}

TextTask::TextTask(const TextData& data, const TextModelOptions& options, uint64_t seed, const TextLossOptions& loss,
                   const Masking& masking)
    : data_(data),
      seed_(seed),
      model_(options, sizes_of(data), seed),
      loss_(loss, data),
      masking_(masking),
      members_(options.members),
      sharpened_(options.clear() && options.entropy_penalty > 0) {
  if (data.vectors.file.size == 0) return;
  uint64_t own = seed;  // words without a vector begin differently in each member
  for (const at::Tensor& table : embedding_tables(*model_)) {
    start_from_vectors(table, data.vocabulary, data.vectors, own);
    own = mix64(own);
  }
}

void TextTask::read_under(const FrozenWeights& weights) {
  FOVEA_CHECK(members_ == 1 && masking_.inputs == 0, members_);
  FOVEA_CHECK(std::ssize(weights.train) == data_.train.size() && std::ssize(weights.valid) == data_.valid.size(),
              weights.train.size(), weights.valid.size());
  weights_under_ = &weights;
}

TextForward TextTask::read(const data::TextBatch& batch, const nn::StepContext& context,
                           const std::vector<std::vector<float>> FrozenWeights::*part,
                           std::span<const int64_t> examples) {
  if (!weights_under_) return model_->forward(batch, context);
  const GivenWeights given = given_rows(weights_under_->*part, examples);
  return model_->forward_under(batch, context, {&given, 1});
}

double TextTask::chance_loss() const {
  if (adversary_) return Task::chance_loss();  // there is nothing to guess
  return penalty_ + weight_ * std::log(data_.multi_label ? 2.0 : static_cast<double>(data_.labels.size()));
}

double TextTask::clip_scale() const {
  return std::sqrt(static_cast<double>(members_));
}

double TextTask::chosen_from() const {
  return sharpened_ && !adversary_ ? kSharp : 0;
}

std::vector<FrozenRows> TextTask::frozen_rows() {
  if (!data_.freeze_vectors) return {};
  const at::Tensor mask = rows_with_vectors(data_.vocabulary, data_.vectors);
  std::vector<FrozenRows> frozen;
  for (const at::Tensor& table : embedding_tables(*model_)) frozen.push_back({table, mask});
  return frozen;
}

namespace {

// Of several members the mean of what each has, but with the gradients of the sum: each learns as it would alone.
at::Tensor as_alone(const std::vector<at::Tensor>& members) {
  const at::Tensor all = at::stack(members), sum = all.sum();
  return sum - (sum - all.mean()).detach();
}

// What `part` of a pass adds to the loss; undefined where there is none.
at::Tensor added(const TextForward& out, at::Tensor TextForward::*part) {
  if (out.members.empty() || !(out.*part).defined()) return out.*part;
  std::vector<at::Tensor> of_members;
  for (const TextForward& member : out.members) of_members.push_back(member.*part);
  return as_alone(of_members);
}

}  // namespace

at::Tensor TextTask::loss_of(const TextForward& out, const at::Tensor& labels,
                             std::span<const int64_t> examples) const {
  if (out.members.empty()) return loss_(out.logits, labels, examples);
  std::vector<at::Tensor> losses;
  for (const TextForward& member : out.members) losses.push_back(loss_(member.logits, labels, examples));
  return as_alone(losses);
}

data::TextBatch TextTask::masked_batch(std::span<const int64_t> examples, const Step& step) const {
  const data::EncodedTexts texts = mask_words(data_.train, examples, masking_, seed_, step.number);
  std::vector<int64_t> all(examples.size());
  std::iota(all.begin(), all.end(), int64_t{0});
  return data::make_batch(texts, all, data_.ngrams, data::Counted::kYes);
}

at::Tensor TextTask::loss(std::span<const int64_t> examples, const Step& step) {
  const nn::StepContext context{true, seed_, step.number, step.profile};
  const nn::TimedPart preparation(context, "batch");
  const data::TextBatch batch = masking_.inputs > 0
                                    ? masked_batch(examples, step)
                                    : data::make_batch(data_.train, examples, data_.ngrams, data::Counted::kYes);
  const TextForward out = read(batch, context, &FrozenWeights::train, examples);
  const nn::TimedPart head(context, "head");  // the loss counts with the head
  if (adversary_) return head.made((*adversary_)(out, batch));
  at::Tensor loss = loss_of(out, batch.labels, examples);
  penalty_ = 0;
  weight_ = loss_.mean_weight(examples);
  const auto add = [&](const at::Tensor& penalty, double share) {
    if (!penalty.defined()) return;
    penalty_ += share * penalty.item<double>();
    loss = loss + share * penalty;
  };
  // Weights that are made sharp before the answers tell where to look would stay on any word.
  const double known = 1 - loss.item<double>() / (weight_ * loss_.of_guessing());
  add(added(out, &TextForward::penalty), 1);
  if (known > 0) add(added(out, &TextForward::entropy), step.done * known);
  return head.made(loss);
}

void TextTask::for_validation_batches(
    const std::function<void(std::span<const int64_t> examples, const TextForward& out)>& take) {
  const at::NoGradGuard guard;
  const std::vector<int64_t> lengths = data_.valid.lengths();
  for (const std::vector<int64_t>& examples : data::plan_in_order(lengths, kEvaluationBatches)) {
    const data::TextBatch batch = data::make_batch(data_.valid, examples, data_.ngrams, data::Counted::kNo);
    const TextForward out = read(batch, {}, &FrozenWeights::valid, examples);
    answer_empty_texts(out.logits, batch.offsets);
    take(examples, out);
  }
}

std::map<std::string, double> TextTask::validate() {
  const at::NoGradGuard guard;
  if (data_.valid.size() == 0) return {};
  if (data_.multi_label) return validate_several();
  std::vector<int> truth, predicted;
  double loss = 0;
  for_validation_batches([&](std::span<const int64_t> examples, const TextForward& out) {
    std::vector<int64_t> labels;
    for (const int64_t example : examples) labels.push_back(data_.valid.label(example));
    loss += at::cross_entropy_loss(out.logits, at::tensor(labels, at::kLong), {}, at::Reduction::Sum).item<double>();
    const at::Tensor best = out.logits.argmax(1);
    for (int64_t b = 0; b < best.numel(); ++b) {
      truth.push_back(static_cast<int>(labels[static_cast<size_t>(b)]));
      predicted.push_back(static_cast<int>(best[b].item<int64_t>()));
    }
  });
  const metrics::Scores scores =
      metrics::scores(metrics::confusion(truth, predicted, static_cast<int>(data_.labels.size())));
  return {
      {"loss", loss / static_cast<double>(truth.size())}, {"accuracy", scores.accuracy}, {"macro_f1", scores.macro_f1}};
}

std::map<std::string, double> TextTask::validate_several() {
  metrics::MultiLabelTally tally(data_.labels.size());
  double loss = 0;
  for_validation_batches([&](std::span<const int64_t> examples, const TextForward& out) {
    const at::Tensor targets = label_targets(data_.valid_labels, examples, out.logits.size(1));
    loss += at::binary_cross_entropy_with_logits(out.logits, targets, {}, {}, at::Reduction::None)
                .mean(1)
                .sum()
                .item<double>();
    const at::Tensor logits = out.logits.contiguous();
    const float* logit = logits.const_data_ptr<float>();
    for (const int64_t example : examples) {
      std::vector<int32_t> predicted;
      for (int32_t c = 0; c < logits.size(1); ++c) {
        if (*logit++ > 0) predicted.push_back(c);
      }
      tally.add(data_.valid_labels[static_cast<size_t>(example)], predicted);
    }
  });
  const metrics::MultiLabelScores scores = tally.scores();
  return {
      {"loss", loss / static_cast<double>(scores.n)}, {"accuracy", scores.exact_match}, {"macro_f1", scores.macro_f1}};
}

at::Tensor TextTask::validation_logits() {
  const at::NoGradGuard guard;
  at::Tensor all = at::empty({data_.valid.size(), static_cast<int64_t>(data_.labels.size())});
  for_validation_batches([&](std::span<const int64_t> examples, const TextForward& out) {
    all.index_copy_(0, at::tensor(std::vector<int64_t>(examples.begin(), examples.end()), at::kLong), out.logits);
  });
  return all;
}

int64_t predict_memory(int64_t parameters, int64_t largest_batch_tokens, const TextModelOptions& options,
                       int64_t held) {
  // Parameters, two moments, their running mean, the best copy, and all of these once more where a run goes back to a
  // saved state, with some room for gradients: eleven times 4 bytes.
  const int64_t per_parameter = 11 * 4;
  // A token keeps its vector and the thinned one, per layer what layer_floats() says, and in attention 2 A + 3 D:
  // bounds from above.
  const int64_t layer = layer_floats(options);
  const int64_t directions = nn::is_recurrent(options.encoder) ? options.directions : 1;
  const int64_t memory = layer > 0 ? directions * options.hidden_size : options.embedding_size;
  int64_t attention = 3 * options.attention_size + 6 * memory;
  if (options.heads > 1) attention = 3 * options.attention_size * options.heads + 10 * memory;
  // The weights of each row, and for the penalty their products with one another.
  if (options.structure == Structure::kRows) attention += 8 * options.rows + 3 * options.rows * options.rows;
  if (options.clear()) attention += options.hidden_size * (6 + 2 * options.value_width);  // as of a CNN
  int64_t per_token = options.embedding_size * 6 + options.layers * layer + attention;
  if (options.structure == Structure::kHierarchical) per_token += (layer + attention) / kTokensOfSentence;
  return held + parameters * per_parameter + largest_batch_tokens * 4 * per_token * options.members;
}

}  // namespace fovea::tasks
