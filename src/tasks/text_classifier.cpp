#include "tasks/text_classifier.h"

#include <algorithm>
#include <numeric>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "data/batches/plan.h"
#include "ops/segments.h"

namespace fovea::tasks {
namespace {

constexpr data::BatchOptions kAnswerBatches = {.max_examples = 256, .max_tokens = 16384};

std::vector<double> to_doubles(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.detach().to(at::kDouble).contiguous();
  const double* data = dense.const_data_ptr<double>();
  return std::vector<double>(data, data + dense.numel());
}

void fill_weights(Answer& answer, const double* weights) {
  for (size_t i = 0; i < answer.tokens.size(); ++i) answer.tokens[i].weight = weights[i];
}

}  // namespace

TextClassifier::TextClassifier(TextClassifierParts parts, TextModel model)
    : parts_(std::move(parts)), model_(std::move(model)), segmenter_(parts_.text) {}

TextClassifier::Encoded TextClassifier::encode(const std::string& text) {
  Encoded encoded;
  encoded.ids = encode_text(segmenter_, parts_.vocabulary, parts_.text, text, &encoded.tokens, &encoded.cut);
  return encoded;
}

Answer TextClassifier::begin_answer(const std::string& text, const Encoded& encoded) const {
  Answer answer;
  answer.text = text;
  answer.tokens_cut = encoded.cut;
  answer.unknown_tokens = std::count(encoded.ids.begin(), encoded.ids.end(), data::Vocabulary::kUnknown);
  answer.tokens.reserve(encoded.tokens.size());
  for (const data::Token& token : encoded.tokens) {
    answer.tokens.push_back(
        {text.substr(static_cast<size_t>(token.start), static_cast<size_t>(token.end - token.start)), token.start,
         token.end, token.char_start, token.char_end, 0.0});
  }
  return answer;
}

std::vector<double> TextClassifier::probabilities_of(const at::Tensor& logits) const {
  const at::Tensor exact = logits.to(at::kDouble);
  return to_doubles(parts_.multi_label ? exact.sigmoid() : (exact / parts_.temperature).softmax(1));
}

void TextClassifier::rank(Answer& answer, const double* probabilities, const double* uncalibrated) const {
  std::vector<size_t> order(parts_.labels.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return probabilities[a] > probabilities[b]; });
  answer.multi_label = parts_.multi_label;
  for (const size_t c : order) {
    const bool given = parts_.multi_label && probabilities[c] >= parts_.thresholds[c];
    answer.ranking.push_back({parts_.labels[c], probabilities[c], given});
  }
  answer.uncalibrated = uncalibrated[order.front()];
}

void TextClassifier::answer_prior(Answer& answer) const {
  const int64_t sum = std::accumulate(parts_.label_counts.begin(), parts_.label_counts.end(), int64_t{0});
  const auto total = static_cast<double>(parts_.multi_label ? parts_.train_rows : sum);
  std::vector<double> shares;
  for (const int64_t count : parts_.label_counts) shares.push_back(static_cast<double>(count) / total);
  answer.prior = true;
  rank(answer, shares.data(), shares.data());
}

void TextClassifier::answer_batch(std::span<const int64_t> chosen, std::span<const std::string> texts,
                                  std::vector<Encoded>& encoded, std::vector<Answer>& answers) {
  data::EncodedTexts batch_texts;
  std::vector<int64_t> all;
  for (const int64_t i : chosen) {
    all.push_back(batch_texts.size());
    batch_texts.add(encoded[static_cast<size_t>(i)].ids, 0);
  }
  const data::TextBatch batch = data::make_batch(batch_texts, all, parts_.ngrams, data::Counted::kNo);
  const TextForward out = model_->forward(batch, {});
  const std::vector<double> probabilities = probabilities_of(out.logits);
  const std::vector<double> uncalibrated =
      parts_.temperature == 1 ? probabilities : to_doubles(out.logits.to(at::kDouble).softmax(1));
  const std::vector<double> weights = to_doubles(out.pooled.weights);
  const double* weight = weights.data();
  for (size_t b = 0; b < chosen.size(); ++b) {
    const auto i = static_cast<size_t>(chosen[b]);
    Answer& answer = answers[i];
    answer = begin_answer(texts[i], encoded[i]);
    if (answer.tokens.empty()) {
      answer_prior(answer);
    } else {
      rank(answer, probabilities.data() + b * parts_.labels.size(), uncalibrated.data() + b * parts_.labels.size());
      fill_weights(answer, weight);
      weight += answer.tokens.size();
    }
    encoded[i] = Encoded();
  }
}

std::vector<Answer> TextClassifier::answer(std::span<const std::string> texts) {
  const at::NoGradGuard guard;
  std::vector<Encoded> encoded;
  std::vector<int64_t> lengths;
  for (const std::string& text : texts) {
    encoded.push_back(encode(text));
    lengths.push_back(static_cast<int64_t>(encoded.back().ids.size()));
  }
  std::vector<Answer> answers(texts.size());
  for (const std::vector<int64_t>& chosen : data::plan_in_order(lengths, kAnswerBatches)) {
    answer_batch(chosen, texts, encoded, answers);
  }
  return answers;
}

Mechanism TextClassifier::explain(const std::string& text) {
  const at::NoGradGuard guard;
  const Encoded encoded = encode(text);
  Mechanism mechanism;
  mechanism.answer = begin_answer(text, encoded);
  mechanism.attention = attention_name(parts_.model.attention);
  if (nn::attends(parts_.model.attention)) mechanism.normalizer = normalizer_name(parts_.model.normalizer);
  mechanism.classes = parts_.labels;
  mechanism.bias = to_doubles(model_->head()->bias());
  if (encoded.ids.empty()) {
    answer_prior(mechanism.answer);
    return mechanism;
  }
  data::EncodedTexts one;
  one.add(encoded.ids, 0);
  const int64_t first[] = {0};
  const data::TextBatch batch = data::make_batch(one, first, parts_.ngrams, data::Counted::kNo);
  const TextForward out = model_->forward(batch, {});
  mechanism.weights_are_shares = out.pooled.selection.defined();
  if (out.pooled.scores.defined()) mechanism.scores = to_doubles(out.pooled.scores);
  mechanism.context = to_doubles(out.pooled.context);
  mechanism.logits = to_doubles(out.logits);
  fill_weights(mechanism.answer, to_doubles(out.pooled.weights).data());
  mechanism.temperature = parts_.temperature;
  rank(mechanism.answer, probabilities_of(out.logits).data(), to_doubles(out.logits.to(at::kDouble).softmax(1)).data());

  // What a row adds to the context, times the head: weight · row, or the features that were taken from it.
  const at::Tensor memory = out.memory.to(at::kDouble);
  at::Tensor share = out.pooled.weights.to(at::kDouble).unsqueeze(1) * memory;
  if (out.pooled.selection.defined()) {
    const at::Tensor rows = at::arange(memory.size(0), at::kLong).unsqueeze(1);
    share = memory * out.pooled.selection.eq(rows).to(at::kDouble);
  }
  const at::Tensor added = at::mm(share, model_->head()->weight().to(at::kDouble).t());  // [N, C]
  for (int64_t i = 0; i < added.size(0); ++i) mechanism.contributions.push_back(to_doubles(added[i]));
  return mechanism;
}

int TextClassifier::seen(const std::string& text) const {
  const uint64_t identity = data::text_identity(text);
  const auto holds = [identity](const std::vector<uint64_t>& sorted) {
    return std::binary_search(sorted.begin(), sorted.end(), identity);
  };
  return holds(parts_.train_identities) ? 1 : holds(parts_.valid_identities) ? -1 : 0;
}

}  // namespace fovea::tasks
