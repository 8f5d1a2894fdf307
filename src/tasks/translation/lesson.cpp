#include "tasks/translation/lesson.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/errors.h"
#include "base/text.h"
#include "ops/aten.h"

namespace fovea::tasks {
namespace {

constexpr int64_t kCandidates = 5;
constexpr const char* kBeginForm = "(begin)";
constexpr const char* kEndForm = "(end)";

std::string form_of(const data::SubwordModel& model, int64_t id) {
  if (id == data::SubwordModel::kBegin) return kBeginForm;
  if (id == data::SubwordModel::kEnd) return kEndForm;
  return id == data::SubwordModel::kUnknown ? "(unknown)" : model.form(static_cast<int32_t>(id));
}

std::vector<double> numbers_in(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.to(at::kDouble).contiguous().flatten();
  const double* first = flat.const_data_ptr<double>();
  return {first, first + flat.numel()};
}

// Of one sentence, whose weights are [heads, steps, n].
LayerLook layer_look(const ops::AttendOutput& looked, int64_t step, int64_t steps, int64_t n) {
  LayerLook look;
  look.heads = looked.weights.numel() / (steps * n);
  const auto of_step = [&](const at::Tensor& all) {
    return numbers_in(all.view({look.heads, steps, n}).select(1, step));
  };
  look.weights = of_step(looked.weights);
  if (looked.scores.defined()) look.scores = of_step(looked.scores);
  const at::Tensor context = looked.context.select(0, step);
  look.context_size = context.numel();
  for (const double one : numbers_in(context)) look.context_length += one * one;
  look.context_length = std::sqrt(look.context_length);
  return look;
}

LessonStep step_of(const data::SubwordModel& model, const at::Tensor& logits, int64_t read, int64_t written) {
  LessonStep step{.read = form_of(model, read), .written = form_of(model, written)};
  const std::vector<double> values = numbers_in(logits);
  const auto size = std::ssize(values);
  const double largest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (const double logit : values) sum += std::exp(logit - largest);
  step.log_sum = largest + std::log(sum);
  std::vector<int64_t> order(values.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  const auto shown = std::min<int64_t>(kCandidates, size);
  std::partial_sort(order.begin(), order.begin() + shown, order.end(), [&](int64_t a, int64_t b) {
    const double of_a = values[static_cast<size_t>(a)], of_b = values[static_cast<size_t>(b)];
    return of_a != of_b ? of_a > of_b : a < b;
  });
  order.resize(static_cast<size_t>(shown));
  if (std::find(order.begin(), order.end(), written) == order.end()) order.push_back(written);
  for (const int64_t id : order) {
    const double logit = values[static_cast<size_t>(id)];
    step.candidates.push_back({form_of(model, id), logit, std::exp(logit - step.log_sum), id == written});
  }
  for (const double logit : values) {
    const double log_p = logit - step.log_sum;
    step.entropy -= std::exp(log_p) * log_p;
  }
  step.entropy /= std::log(static_cast<double>(size));
  step.probability = std::exp(values[static_cast<size_t>(written)] - step.log_sum);
  return step;
}

// The word whose subwords are least probable, in the mean of their logarithms.
int64_t least_probable_word(const TranslatedText& translation) {
  std::vector<double> sums(translation.target.words.size()), counts(sums.size());
  for (size_t i = 0; i < translation.target.word_of.size(); ++i) {
    const int64_t word = translation.target.word_of[i];
    if (word < 0) continue;
    sums[static_cast<size_t>(word)] += translation.made.log_probabilities[i];
    counts[static_cast<size_t>(word)] += 1;
  }
  for (size_t word = 0; word < sums.size(); ++word) sums[word] /= std::max(counts[word], 1.0);
  return std::min_element(sums.begin(), sums.end()) - sums.begin();
}

}  // namespace

TranslationLesson make_lesson(TranslatorImpl& network, const Vocabularies& vocabularies,
                              const std::vector<data::Subword>& source, TranslatedText translation,
                              std::optional<int64_t> word) {
  const at::NoGradGuard guard;
  const auto words = std::ssize(translation.target.words);
  if (words == 0) {
    throw UserError(ExitCode::kUsage, "--steps: the translation has no words", "Give a text that has some.");
  }
  if (word && *word >= words) {
    throw UserError(ExitCode::kUsage,
                    "--word " + std::to_string(*word) + ": the translation has " + counted(words, "word", "words"),
                    "They are counted from 0.");
  }
  TranslationLesson lesson{.subwords = vocabularies.target.size(),
                           .word = word.value_or(least_probable_word(translation)),
                           .least_probable = !word};
  EncodedPairs pairs;
  pairs.add(source_ids(source, std::ssize(source)), translation.made.ids);
  const int64_t first[] = {0};
  const PairBatch batch = make_pair_batch(pairs, first);
  for (const int32_t id : pairs.source_of(0)) lesson.source.push_back(form_of(vocabularies.source, id));
  const EncodedSources encoded = network.encode(batch.source, batch.source_offsets, {});
  const Decoded decoded = network.decode(encoded, batch.read, batch.target_offsets, {});
  const int64_t steps = batch.read.size(0), n = batch.source.size(0);
  for (int64_t i = 0; i < steps; ++i) {
    LessonStep step = step_of(vocabularies.target, decoded.logits.select(0, i), batch.read[i].item<int64_t>(),
                              batch.answer[i].item<int64_t>());
    for (const ops::AttendOutput& looked : decoded.looked) step.layers.push_back(layer_look(looked, i, steps, n));
    lesson.steps.push_back(std::move(step));
  }
  // A translation that was cut off at the greatest length never chose the end.
  if (!translation.made.complete) lesson.steps.pop_back();
  lesson.translation = std::move(translation);
  return lesson;
}

}  // namespace fovea::tasks
