#include "tasks/text/subject.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "attribution/gradients.h"
#include "base/errors.h"
#include "base/random.h"
#include "ops/segments.h"

namespace fovea::attribution {
namespace {

constexpr double kLeastShare = 1e-12;         // of a label that no training row has: its logit stays finite
constexpr int64_t kSentencesAtOnce = 16'384;  // of all variants of a hierarchical text together
constexpr int64_t kWeightsAtOnce = 4'000'000;

// logits [B, C] as the network makes them → those divided by the temperature, in double.
at::Tensor tempered(const at::Tensor& logits, double temperature) {
  return logits.to(at::kDouble) / temperature;
}

std::vector<std::vector<double>> rows_of(const at::Tensor& matrix) {  // [B, C] → B of C
  const at::Tensor dense = matrix.detach().to(at::kDouble).contiguous();
  const double* data = dense.const_data_ptr<double>();
  const int64_t width = dense.size(1);
  std::vector<std::vector<double>> rows;
  for (int64_t i = 0; i < dense.size(0); ++i) rows.emplace_back(data + i * width, data + (i + 1) * width);
  return rows;
}

std::vector<const tasks::TextForward*> networks_of(const tasks::TextForward& made) {
  if (made.members.empty()) return {&made};
  std::vector<const tasks::TextForward*> networks;
  for (const tasks::TextForward& member : made.members) networks.push_back(&member);
  return networks;
}

// Mean cosine of the rows of each text to their mean: [B]. A row or a mean of length 0 has cosine 0.
at::Tensor conicity_of(const at::Tensor& memory, const at::Tensor& offsets) {
  const at::Tensor rows = memory.to(at::kDouble), ids = ops::segment_ids(offsets);
  const at::Tensor share = offsets.diff().to(at::kDouble).reciprocal().index_select(0, ids);
  const at::Tensor means = ops::segment_weighted_sum(share, rows, offsets).index_select(0, ids);
  const at::Tensor lengths = rows.norm(2, 1) * means.norm(2, 1);
  const at::Tensor cosines = (rows * means).sum(1) / lengths.clamp_min(1e-30);
  return ops::segment_weighted_sum(share, cosines.unsqueeze(1), offsets).flatten();
}

at::Tensor conicity_of(const tasks::TextForward& made, const at::Tensor& offsets) {
  std::vector<at::Tensor> each;
  for (const tasks::TextForward* network : networks_of(made)) {
    each.push_back(conicity_of(network->word_memory.defined() ? network->word_memory : network->memory, offsets));
  }
  return at::stack(each).mean(0);
}

at::Tensor representation_of(const tasks::TextForward& made) {
  std::vector<at::Tensor> each;
  for (const tasks::TextForward* network : networks_of(made)) each.push_back(network->pooled.context);
  return at::cat(each, 1);
}

// [variants, K, n]: the looks of network `which` of so many.
at::Tensor looks_of_network(std::span<const Looks> variants, size_t which, size_t looks, int64_t words,
                            at::ScalarType type) {
  at::Tensor weights = at::empty({std::ssize(variants), static_cast<int64_t>(looks), words}, at::kDouble);
  double* to = weights.mutable_data_ptr<double>();
  for (const Looks& variant : variants) {
    for (size_t k = which * looks; k < (which + 1) * looks; ++k) {
      FOVEA_CHECK(std::ssize(variant[k]) == words, "weights", variant[k].size(), "for words", words);
      to = std::copy(variant[k].begin(), variant[k].end(), to);
    }
  }
  return weights.to(type);
}

// Of words in their text [variants, 1, n], hierarchical → of words in sentences, and of sentences [variants, S].
tasks::GivenWeights of_sentences(const at::Tensor& weights, const at::Tensor& own, const at::Tensor& offsets) {
  std::vector<at::Tensor> words, sentences;
  const int64_t* from = offsets.const_data_ptr<int64_t>();
  for (int64_t s = 0; s + 1 < offsets.numel(); ++s) {
    const int64_t begin = from[s], count = from[s + 1] - from[s];
    const at::Tensor part = weights.narrow(2, begin, count), sum = part.sum(2, true);
    const at::Tensor as_read = own.narrow(0, begin, count).expand_as(part);
    words.push_back(at::where(sum.gt(0), part / sum, as_read));
    sentences.push_back(sum.squeeze(2));
  }
  return {at::cat(words, 2), at::cat(sentences, 1)};
}

// Several texts, on the way to a gradient. Hierarchical: the weight of a word in its text is the weight in its sentence
// times that of the sentence.
class TextPass : public DifferentiablePass {
 public:
  TextPass(TextSubject& subject, std::span<const int64_t> texts)
      : network_(subject.network()),
        temperature_(subject.model().temperature),
        weighs_rows_(nn::weighs_rows(subject.model().model.attention)),
        spreads_values_(subject.model().model.clear() && subject.model().model.value_width > 1),
        batch_(batch_of(subject.texts(), texts, subject.model().ngrams)) {
    const at::NoGradGuard guard;
    inputs_ = network_.inputs(batch_);
  }

  const at::Tensor& offsets() const override { return batch_.offsets; }
  const std::vector<at::Tensor>& inputs() const override { return inputs_; }

  at::Tensor logits_from(std::span<const at::Tensor> inputs, Attention attention) override {
    std::vector<tasks::GivenWeights> given;
    if (attention == Attention::kFixed && weighs_rows_) {
      const at::NoGradGuard guard;
      given = tasks::given_weights(network_.forward_from(inputs, batch_, {}));
    }
    return tempered(network_.forward_from(inputs, batch_, given).logits, temperature_);
  }

  std::vector<at::Tensor> weights() override {
    const at::NoGradGuard guard;
    const std::vector<tasks::GivenWeights>& made = as_read();
    std::vector<at::Tensor> weights;
    for (const tasks::GivenWeights& network : made) {
      weights.push_back(network.sentences.defined()
                            ? network.words * network.sentences.index_select(1, sentence_of_word())
                            : network.words.detach().clone());
    }
    return weights;
  }

  at::Tensor logits_under(std::span<const at::Tensor> weights) override {
    const std::vector<tasks::GivenWeights>& made = as_read();
    std::vector<tasks::GivenWeights> given;
    for (size_t m = 0; m < made.size(); ++m) {
      given.push_back(made[m].sentences.defined() ? of_sentences(weights[m], made[m].words)
                                                  : tasks::GivenWeights{weights[m], {}});
    }
    return tempered(network_.forward_from(inputs_, batch_, given).logits, temperature_);
  }

  at::Tensor added() override {
    if (!spreads_values_) return {};
    const at::NoGradGuard guard;
    return network_.word_contributions(network_.forward(batch_, {}), batch_) / temperature_;
  }

 private:
  // The weights that the model itself makes, of each network.
  const std::vector<tasks::GivenWeights>& as_read() {
    if (as_read_.empty()) {
      const at::NoGradGuard guard;
      as_read_ = tasks::given_weights(network_.forward_from(inputs_, batch_, {}));
    }
    return as_read_;
  }

  at::Tensor sentence_of_word() const { return ops::segment_ids(batch_.sentence_offsets); }

  // A sentence weighs what its words weigh together; in it they share that.
  tasks::GivenWeights of_sentences(const at::Tensor& weights, const at::Tensor& words_as_read) const {
    const at::Tensor ids = sentence_of_word();
    const at::Tensor ones = at::ones({ids.numel()}, weights.options().requires_grad(false));
    const at::Tensor sums = ops::segment_weighted_sum(ones, weights.t(), batch_.sentence_offsets).t();
    const at::Tensor sum = sums.index_select(1, ids), weighs = sum.gt(0);
    const at::Tensor words = at::where(weighs, weights / at::where(weighs, sum, at::ones_like(sum)), words_as_read);
    return {words, sums};
  }

  tasks::TextNetwork& network_;
  double temperature_;
  bool weighs_rows_, spreads_values_;  // spreads_values_: a value is made of several words
  data::TextBatch batch_;
  std::vector<at::Tensor> inputs_;
  std::vector<tasks::GivenWeights> as_read_;
};

}  // namespace

TextSubject::TextSubject(const tasks::TextClassifier& classifier, std::vector<Text> texts)
    : classifier_(classifier),
      network_(classifier.network()),
      segmenter_(classifier.parts().text, classifier.parts().pieces),
      spellings_(data::spellings_for(classifier.parts().ngrams)),
      frequencies_(classifier.parts().vocabulary),
      texts_(std::move(texts)) {
  if (model().multi_label) {
    throw UserError(ExitCode::kUsage, "a text of this model may have several labels, each with its own probability",
                    "What words count for is told of models that give one label.");
  }
}

int64_t TextSubject::add(const std::string& text) {
  tasks::EncodedText encoded = tasks::encode_text(segmenter_, model().vocabulary, model().text, text, spellings_.get());
  texts_.push_back({std::move(encoded.ids), std::move(encoded.sentence_starts), spellings_});
  return inputs() - 1;
}

void TextSubject::keep(std::span<const int64_t> inputs) {
  std::vector<Text> kept;
  for (const int64_t input : inputs) kept.push_back(texts_[static_cast<size_t>(input)]);
  texts_ = std::move(kept);
}

std::vector<Text> TextSubject::asked(std::span<const Question> questions) const {
  std::vector<Text> texts;
  texts.reserve(questions.size());
  for (const Question& question : questions) {
    const Text& whole = texts_[static_cast<size_t>(question.input)];
    texts.push_back(question.gone.empty()              ? whole
                    : question.how == Erased::kDeleted ? whole.without(question.gone)
                                                       : whole.masked(question.gone));
  }
  return texts;
}

std::vector<Prior> TextSubject::priors(int64_t input) {
  const Text& text = texts_[static_cast<size_t>(input)];
  return {{kPositionPrior.name, "earlier {parts} first", position_scores(text.size())},
          {kFrequencyPrior.name, "rarer {parts} first", frequencies_.scores(text.ids)}};
}

uint64_t TextSubject::identity(int64_t input) const {
  uint64_t words = 0;
  for (const int32_t id : texts_[static_cast<size_t>(input)].ids) {
    words = mix64(words ^ static_cast<uint64_t>(std::max(id, data::Vocabulary::kUnknown)));
  }
  return words;
}

std::unique_ptr<DifferentiablePass> TextSubject::pass(std::span<const int64_t> inputs) {
  return std::make_unique<TextPass>(*this, inputs);
}

void TextSubject::require_weights() const {
  if (nn::weighs_rows(model().model.attention)) return;
  throw UserError(ExitCode::kUsage,
                  std::string("--attention ") + tasks::attention_name(model().model.attention) +
                      " takes each feature from one word: it has no weights of words that could be others",
                  "Train a model with another --attention.");
}

Reading TextSubject::prior() const {
  const std::vector<int64_t>& counts = model().label_counts;
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
  Reading reading;
  for (const int64_t count : counts) {
    reading.probabilities.push_back(static_cast<double>(count) / total);
    reading.logits.push_back(std::log(std::max(reading.probabilities.back(), kLeastShare)));
  }
  return reading;
}

std::vector<Reading> TextSubject::read(std::span<const Question> questions) {
  const at::NoGradGuard guard;
  const std::vector<Text> texts = asked(questions);
  std::vector<Reading> readings(texts.size());
  for (size_t t = 0; t < texts.size(); ++t) {
    if (texts[t].ids.empty()) readings[t] = prior();
  }
  for (const std::vector<int64_t>& chosen : plan_texts(texts, kReadBatches)) {
    const data::TextBatch batch = batch_of(texts, chosen, model().ngrams);
    const tasks::TextForward made = network().forward(batch, {});
    const auto logits = rows_of(tempered(made.logits, model().temperature));
    const auto probabilities = rows_of(tempered(made.logits, model().temperature).softmax(1));
    const auto representations = rows_of(representation_of(made));
    const std::vector<double> conicity = numbers_of(conicity_of(made, batch.offsets));
    const std::vector<double> weights = numbers_of(made.weights);
    std::vector<std::vector<double>> looks;
    for (const at::Tensor& look : tasks::looks_of(made)) looks.push_back(numbers_of(look));
    const int64_t* offsets = batch.offsets.const_data_ptr<int64_t>();
    for (size_t b = 0; b < chosen.size(); ++b) {
      Reading& reading = readings[static_cast<size_t>(chosen[b])];
      const auto part = [&](const std::vector<double>& of) {
        return Weights(of.begin() + offsets[b], of.begin() + offsets[b + 1]);
      };
      reading.logits = logits[b];
      reading.probabilities = probabilities[b];
      reading.weights = part(weights);
      for (const std::vector<double>& look : looks) reading.looks.push_back(part(look));
      reading.conicity = conicity[b];
      reading.representation = representations[b];
    }
  }
  return readings;
}

std::vector<std::vector<double>> TextSubject::logits(std::span<const Question> questions) {
  const at::NoGradGuard guard;
  const std::vector<Text> texts = asked(questions);
  std::vector<std::vector<double>> all(texts.size());
  for (size_t t = 0; t < texts.size(); ++t) {
    if (texts[t].ids.empty()) all[t] = prior().logits;
  }
  for (const std::vector<int64_t>& chosen : plan_texts(texts, hierarchical() ? kVariantBatches : kReadBatches)) {
    const at::Tensor made = network().logits(batch_of(texts, chosen, model().ngrams));
    std::vector<std::vector<double>> rows = rows_of(tempered(made, model().temperature));
    for (size_t b = 0; b < chosen.size(); ++b) all[static_cast<size_t>(chosen[b])] = std::move(rows[b]);
  }
  return all;
}

std::vector<std::vector<double>> TextSubject::logits_under(int64_t input, std::span<const Looks> variants) {
  require_weights();
  const Text& text = texts_[static_cast<size_t>(input)];
  FOVEA_CHECK(!text.ids.empty(), "a text without words has no states");
  const at::NoGradGuard guard;
  const int64_t alone[] = {0};
  const data::TextBatch batch = batch_of({&text, 1}, alone, model().ngrams);
  const tasks::TextForward made = network().forward(batch, {});
  const std::vector<const tasks::TextForward*> networks = networks_of(made);
  const size_t looks = tasks::looks_of(made).size();
  for (const Looks& variant : variants) FOVEA_CHECK(variant.size() == looks, variant.size(), "looks of", looks);
  const int64_t at_once = hierarchical() ? kSentencesAtOnce / (batch.sentence_offsets.numel() - 1)
                                         : kWeightsAtOnce / (static_cast<int64_t>(looks) * text.size());
  std::vector<std::vector<double>> all;
  for (size_t begin = 0; begin < variants.size();) {
    const size_t count = std::min(variants.size() - begin, static_cast<size_t>(std::max<int64_t>(at_once, 1)));
    std::vector<tasks::GivenWeights> given;
    for (size_t m = 0; m < networks.size(); ++m) {
      const at::Tensor weights = looks_of_network(variants.subspan(begin, count), m, looks / networks.size(),
                                                  text.size(), made.logits.scalar_type());
      given.push_back(hierarchical() ? of_sentences(weights, networks[m]->in_sentences.weights, batch.sentence_offsets)
                                     : tasks::GivenWeights{weights, {}});
    }
    const at::Tensor logits = network().logits_under(made, batch, given);
    for (std::vector<double>& row : rows_of(tempered(logits, model().temperature))) all.push_back(std::move(row));
    begin += count;
  }
  return all;
}

}  // namespace fovea::attribution

namespace fovea::tasks {

Asked asked(const std::shared_ptr<attribution::TextSubject>& subject) {
  struct Both {
    explicit Both(std::shared_ptr<attribution::TextSubject> of) : subject(std::move(of)), attributor(*subject) {}
    std::shared_ptr<attribution::TextSubject> subject;
    attribution::GradientAttributor attributor;
  };
  const auto both = std::make_shared<Both>(subject);
  return {.subject = subject, .attributor = {both, &both->attributor}};
}

}  // namespace fovea::tasks
