#include "tasks/text/classifier.h"

#include <algorithm>
#include <mutex>
#include <numeric>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "attribution/differentiable.h"
#include "base/errors.h"
#include "data/batches/plan.h"
#include "ops/aten.h"

namespace fovea::tasks {
namespace {

constexpr data::BatchOptions kAnswerBatches = {.max_examples = 256, .max_tokens = 16384};

// The mean over members of what `get` finds in each; of a single network what it finds there.
template <typename Get>
at::Tensor over_members(const TextForward& out, Get get) {
  if (out.members.empty()) return get(out);
  if (!get(out.members.front()).defined()) return {};
  std::vector<at::Tensor> each;
  for (const TextForward& member : out.members) each.push_back(get(member).to(at::kDouble));
  return at::stack(each).mean(0);
}

// The weights of a batch as plain numbers, handed out text by text.
class BatchWeights {
 public:
  explicit BatchWeights(const TextForward& out)
      : words_(attribution::numbers_of(out.weights)), members_(!out.members.empty()) {
    const auto of_sentences = [](const TextForward& one) {
      return one.in_sentences.weights.defined() ? one.pooled.weights : at::Tensor();
    };
    const at::Tensor sentences = over_members(out, of_sentences);
    if (sentences.defined()) {
      sentences_ = attribution::numbers_of(sentences);
      in_sentences_ =
          attribution::numbers_of(over_members(out, [](const TextForward& one) { return one.in_sentences.weights; }));
    }
    const std::vector<at::Tensor> looks = looks_of(out);
    if (looks.size() == 1) return;  // the weights are those
    for (const at::Tensor& look : looks) each_.push_back(attribution::numbers_of(look));
  }

  // The next text, which is not empty.
  void fill(TextAnswer& answer) {
    const auto count = static_cast<std::ptrdiff_t>(answer.tokens.size());
    for (std::ptrdiff_t i = 0; i < count; ++i)
      answer.tokens[static_cast<size_t>(i)].weight = words_[word_ + static_cast<size_t>(i)];
    const auto from = static_cast<std::ptrdiff_t>(word_);
    for (const auto& row : each_) answer.weight_rows.emplace_back(row.begin() + from, row.begin() + from + count);
    for (WeightedSentence& sentence : answer.sentences) fill_sentence(answer, sentence);
    word_ += answer.tokens.size();
  }

 private:
  // A word's weight in its sentence. Of members it is what is left of its weight without that of the sentence, so that
  // the two still multiply to it; where no member looks at the sentence, their mean.
  void fill_sentence(const TextAnswer& answer, WeightedSentence& sentence) {
    sentence.weight = sentences_[sentence_++];
    const bool divide = members_ && sentence.weight > 0;
    const auto first = static_cast<size_t>(sentence.first), count = static_cast<size_t>(sentence.count);
    for (size_t i = first; i < first + count; ++i) {
      sentence.word_weights.push_back(divide ? answer.tokens[i].weight / sentence.weight : in_sentences_[word_ + i]);
    }
  }

  std::vector<double> words_, sentences_, in_sentences_;
  bool members_;  // several
  std::vector<std::vector<double>> each_;
  size_t word_ = 0, sentence_ = 0;
};

std::vector<std::vector<double>> rows_of(const at::Tensor& matrix) {
  std::vector<std::vector<double>> rows;
  for (int64_t i = 0; i < matrix.size(0); ++i) rows.push_back(attribution::numbers_of(matrix[i]));
  return rows;
}

void fill_scores(Mechanism& mechanism, const TextForward& out) {
  for (const TextForward& member : out.members) {
    Mechanism own;
    fill_scores(own, member);
    if (!own.scores.empty()) own.score_rows.push_back(std::move(own.scores));
    mechanism.score_rows.insert(mechanism.score_rows.end(), own.score_rows.begin(), own.score_rows.end());
  }
  if (!out.members.empty()) return;
  const bool sentences = out.in_sentences.weights.defined();
  const at::Tensor& words = sentences ? out.in_sentences.scores : out.pooled.scores;
  if (!words.defined()) return;
  if (sentences) mechanism.sentence_scores = attribution::numbers_of(out.pooled.scores);
  if (words.dim() == 1) {
    mechanism.scores = attribution::numbers_of(words);
  } else {
    mechanism.score_rows = rows_of(words);
  }
}

// Of several members their contexts, one after the other.
std::vector<double> context_of(const TextForward& out) {
  if (out.members.empty()) return attribution::numbers_of(out.pooled.context);
  std::vector<double> context;
  for (const TextForward& member : out.members) {
    const std::vector<double> own = attribution::numbers_of(member.pooled.context);
    context.insert(context.end(), own.begin(), own.end());
  }
  return context;
}

}  // namespace

class SegmenterPool {
 public:
  SegmenterPool(const data::TextOptions& text, const data::PieceModel& pieces) : text_(text), pieces_(pieces) {
    idle_.push_back(std::make_unique<data::Segmenter>(text_, pieces_));
  }

  template <typename Use>
  auto with(Use use) {
    std::unique_ptr<data::Segmenter> segmenter = take();
    auto result = use(*segmenter);
    const std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back(std::move(segmenter));
    return result;
  }

 private:
  std::unique_ptr<data::Segmenter> take() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<data::Segmenter> segmenter = std::move(idle_.back());
        idle_.pop_back();
        return segmenter;
      }
    }
    return std::make_unique<data::Segmenter>(text_, pieces_);
  }

  data::TextOptions text_;
  data::PieceModel pieces_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<data::Segmenter>> idle_;
};

TextClassifier::TextClassifier(TextClassifierParts parts, TextModel model)
    : parts_(std::move(parts)),
      model_(std::move(model)),
      segmenters_(std::make_shared<SegmenterPool>(parts_.text, parts_.pieces)) {
  for (const at::Tensor& parameter : model_->parameters()) parameter.set_requires_grad(false);
}

EncodedText TextClassifier::encode(const std::string& text, data::Spellings* spellings) const {
  return segmenters_->with([&](data::Segmenter& segmenter) {
    return encode_text(segmenter, parts_.vocabulary, parts_.text, text, spellings);
  });
}

// Reading changes nothing in the network, though libtorch's modules do not say so.
TextForward TextClassifier::read(const data::TextBatch& batch) const {
  TextModel network = model_;
  return network->forward(batch, {});
}

TextAnswer TextClassifier::begin_answer(const std::string& text, const EncodedText& encoded) const {
  TextAnswer answer;
  answer.text = text;
  answer.tokens_cut = encoded.cut;
  answer.unknown_tokens = std::count_if(encoded.ids.begin(), encoded.ids.end(), data::Vocabulary::is_unknown);
  answer.tokens.reserve(encoded.tokens.size());
  for (const data::Token& token : encoded.tokens) {
    answer.tokens.push_back(
        {text.substr(static_cast<size_t>(token.start), static_cast<size_t>(token.end - token.start)), token.start,
         token.end, token.char_start, token.char_end, 0.0});
  }
  for (size_t s = 0; s < encoded.sentence_starts.size(); ++s) {
    const int64_t first = encoded.sentence_starts[s];
    const int64_t end = s + 1 < encoded.sentence_starts.size() ? encoded.sentence_starts[s + 1]
                                                               : static_cast<int64_t>(encoded.tokens.size());
    const data::Token &from = encoded.tokens[static_cast<size_t>(first)],
                      &to = encoded.tokens[static_cast<size_t>(end - 1)];
    answer.sentences.push_back({first, end - first, from.start, to.end, from.char_start, to.char_end, 0.0, {}});
  }
  return answer;
}

std::vector<double> TextClassifier::probabilities_of(const at::Tensor& logits) const {
  const at::Tensor exact = logits.to(at::kDouble);
  return attribution::numbers_of(parts_.multi_label ? exact.sigmoid() : (exact / parts_.temperature).softmax(1));
}

void TextClassifier::rank(TextAnswer& answer, const double* probabilities, const double* uncalibrated) const {
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

std::vector<double> TextClassifier::uncalibrated_of(const at::Tensor& logits,
                                                    const std::vector<double>& probabilities) const {
  return parts_.temperature == 1 ? probabilities : attribution::numbers_of(logits.to(at::kDouble).softmax(1));
}

// contributions [n, C] of its words. With several labels per text each has a logit of its own.
void TextClassifier::fill_contributions(TextAnswer& answer, const at::Tensor& contributions) const {
  const auto shown = std::find(parts_.labels.begin(), parts_.labels.end(), answer.shown().label);
  const at::Tensor of_label = contributions.select(1, shown - parts_.labels.begin());
  const std::vector<double> added =
      attribution::numbers_of(parts_.multi_label ? of_label : (of_label - contributions.mean(1)) / parts_.temperature);
  for (size_t i = 0; i < added.size(); ++i) answer.tokens[i].contribution = added[i];
}

void TextClassifier::answer_prior(TextAnswer& answer) const {
  const int64_t sum = std::accumulate(parts_.label_counts.begin(), parts_.label_counts.end(), int64_t{0});
  const auto total = static_cast<double>(parts_.multi_label ? parts_.train_rows : sum);
  std::vector<double> shares;
  for (const int64_t count : parts_.label_counts) shares.push_back(static_cast<double>(count) / total);
  answer.prior = true;
  rank(answer, shares.data(), shares.data());
}

void TextClassifier::answer_batch(std::span<const int64_t> chosen, std::span<const std::string> texts,
                                  const std::shared_ptr<const data::Spellings>& spellings,
                                  std::vector<EncodedText>& encoded, std::vector<TextAnswer>& answers,
                                  bool with_contributions) const {
  data::EncodedTexts batch_texts;
  std::vector<int64_t> all;
  for (const int64_t i : chosen) {
    all.push_back(batch_texts.size());
    batch_texts.add(encoded[static_cast<size_t>(i)].ids, 0, encoded[static_cast<size_t>(i)].sentence_starts, spellings);
  }
  const data::TextBatch batch = data::make_batch(batch_texts, all, parts_.ngrams, data::Counted::kNo);
  const TextForward out = read(batch);
  const std::vector<double> probabilities = probabilities_of(out.logits);
  const std::vector<double> uncalibrated = uncalibrated_of(out.logits, probabilities);
  const at::Tensor contributions = with_contributions ? model_->word_contributions(out, batch) : at::Tensor();
  BatchWeights weights(out);
  int64_t first = 0;
  for (size_t b = 0; b < chosen.size(); ++b) {
    const auto i = static_cast<size_t>(chosen[b]);
    TextAnswer& answer = answers[i];
    answer = begin_answer(texts[i], encoded[i]);
    if (answer.tokens.empty()) {
      answer_prior(answer);
    } else {
      rank(answer, probabilities.data() + b * parts_.labels.size(), uncalibrated.data() + b * parts_.labels.size());
      weights.fill(answer);
      const auto words = std::ssize(answer.tokens);
      if (contributions.defined()) fill_contributions(answer, contributions.narrow(0, first, words));
      first += words;
    }
    encoded[i] = EncodedText();
  }
}

std::vector<TextAnswer> TextClassifier::answer(std::span<const std::string> texts, bool contributions) const {
  const at::NoGradGuard guard;
  std::vector<EncodedText> encoded;
  std::vector<int64_t> lengths;
  const std::shared_ptr<data::Spellings> spellings = spellings_for(parts_.ngrams);
  for (const std::string& text : texts) {
    encoded.push_back(encode(text, spellings.get()));
    lengths.push_back(static_cast<int64_t>(encoded.back().ids.size()));
  }
  std::vector<TextAnswer> answers(texts.size());
  for (const std::vector<int64_t>& chosen : data::plan_in_order(lengths, kAnswerBatches)) {
    answer_batch(chosen, texts, spellings, encoded, answers, contributions);
  }
  return answers;
}

Mechanism TextClassifier::explain(const std::string& text) const {
  const at::NoGradGuard guard;
  const std::shared_ptr<data::Spellings> spellings = spellings_for(parts_.ngrams);
  const EncodedText encoded = encode(text, spellings.get());
  Mechanism mechanism;
  mechanism.answer = begin_answer(text, encoded);
  mechanism.attention = attention_name(parts_.model.attention);
  if (nn::attends(parts_.model.attention)) mechanism.normalizer = normalizer_name(parts_.model.normalizer);
  mechanism.structure = structure_name(parts_.model.structure);
  mechanism.heads = parts_.model.heads;
  mechanism.clear = parts_.model.clear();
  mechanism.members = parts_.model.members;
  mechanism.pieces = static_cast<bool>(parts_.pieces);
  mechanism.classes = parts_.labels;
  mechanism.bias = attribution::numbers_of(model_->bias());
  if (encoded.ids.empty()) {
    answer_prior(mechanism.answer);
    return mechanism;
  }
  data::EncodedTexts one;
  one.add(encoded.ids, 0, encoded.sentence_starts, spellings);
  const int64_t first[] = {0};
  const data::TextBatch batch = data::make_batch(one, first, parts_.ngrams, data::Counted::kNo);
  const TextForward out = read(batch);
  const TextForward& first_member = out.members.empty() ? out : out.members.front();
  mechanism.weights_are_shares = first_member.pooled.selection.defined();
  fill_scores(mechanism, out);
  mechanism.context = context_of(out);
  mechanism.logits = attribution::numbers_of(out.logits);
  BatchWeights(out).fill(mechanism.answer);
  mechanism.temperature = parts_.temperature;
  const std::vector<double> probabilities = probabilities_of(out.logits);
  rank(mechanism.answer, probabilities.data(), uncalibrated_of(out.logits, probabilities).data());
  mechanism.contributions = rows_of(model_->contributions(out, batch));
  const at::Tensor words = model_->word_contributions(out, batch);
  if (words.defined()) fill_contributions(mechanism.answer, words);
  return mechanism;
}

int64_t TextClassifier::word_count(const std::string& text) const {
  const std::shared_ptr<data::Spellings> spellings = spellings_for(parts_.ngrams);
  return std::ssize(encode(text, spellings.get()).ids);
}

int TextClassifier::seen(const std::string& text) const {
  const uint64_t identity = data::text_identity(text);
  const auto holds = [identity](const std::vector<uint64_t>& sorted) {
    return std::binary_search(sorted.begin(), sorted.end(), identity);
  };
  return holds(parts_.train_identities) ? 1 : holds(parts_.valid_identities) ? -1 : 0;
}

}  // namespace fovea::tasks
