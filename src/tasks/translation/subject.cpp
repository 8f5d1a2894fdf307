#include "tasks/translation/subject.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/errors.h"
#include "base/random.h"
#include "data/batches/plan.h"
#include "ops/aten.h"

namespace fovea::attribution {
namespace {

using tasks::Decision;
using tasks::DecisionBatch;
using tasks::DecisionLooks;

constexpr int64_t kClasses = 10;
constexpr data::BatchOptions kDecisionBatches = {.max_examples = 256, .max_tokens = 8192};
constexpr int64_t kVariantsAtOnce = 256;

std::vector<std::vector<double>> rows_in(const at::Tensor& matrix) {  // [B, C] → B of C
  const at::Tensor dense = matrix.detach().to(at::kDouble).contiguous();
  const double* data = dense.const_data_ptr<double>();
  std::vector<std::vector<double>> rows;
  for (int64_t i = 0; i < dense.size(0); ++i)
    rows.emplace_back(data + i * dense.size(1), data + (i + 1) * dense.size(1));
  return rows;
}

std::vector<const Decision*> pointers_to(const std::vector<Decision>& all, std::span<const int64_t> chosen) {
  std::vector<const Decision*> out;
  for (const int64_t i : chosen) out.push_back(&all[static_cast<size_t>(i)]);
  return out;
}

// visit(their numbers, the batch) of decisions that are about as long.
template <typename Visit>
void in_batches(tasks::TranslatorImpl& network, const std::vector<Decision>& decisions, const Visit& visit) {
  std::vector<int64_t> lengths;
  for (const Decision& decision : decisions) lengths.push_back(decision.length());
  for (const std::vector<int64_t>& chosen : data::plan_in_order(lengths, kDecisionBatches)) {
    visit(chosen, DecisionBatch(network, pointers_to(decisions, chosen)));
  }
}

// Mean cosine of n rows to their mean; 0 of none, and of a row or a mean of length 0.
double conicity_of(const at::Tensor& rows) {
  if (rows.size(0) == 0) return 0;
  const at::Tensor wide = rows.to(at::kDouble), mean = wide.mean(0, true);
  return ((wide * mean).sum(1) / (wide.norm(2, 1) * mean.norm(2, 1)).clamp_min(1e-30)).mean().item<double>();
}

}  // namespace

// Several decisions, on the way to a gradient.
class TranslationSubject::Pass final : public DifferentiablePass {
 public:
  Pass(TranslationSubject& subject, std::span<const int64_t> inputs)
      : subject_(subject),
        numbers_(inputs.begin(), inputs.end()),
        batch_(subject.network_, pointers_to(subject.decisions_, inputs)),
        inputs_({batch_.words()}) {}

  const at::Tensor& offsets() const override { return batch_.offsets(); }
  const std::vector<at::Tensor>& inputs() const override { return inputs_; }

  at::Tensor logits_from(std::span<const at::Tensor> inputs, Attention attention) override {
    const tasks::EncodedSources sources = batch_.encode(inputs.front());
    tasks::GivenLooks looks;
    if (attention == Attention::kFixed) {
      const at::NoGradGuard guard;
      for (const ops::AttendOutput& looked : batch_.decode(sources).looked) looks.push_back(looked.weights.detach());
    }
    return subject_.of_classes(batch_.decode(sources, looks).logits, numbers_);
  }

  std::vector<at::Tensor> weights() override {
    as_read();
    return {looks_->weights.clone()};
  }

  at::Tensor logits_under(std::span<const at::Tensor> weights) override {
    as_read();
    return subject_.of_classes(batch_.decode(sources_, batch_.under(*looks_, weights.front())).logits, numbers_);
  }

 private:
  void as_read() {
    if (looks_) return;
    const at::NoGradGuard guard;
    sources_ = batch_.encode();
    looks_ = batch_.looks_of(batch_.decode(sources_));
  }

  TranslationSubject& subject_;
  std::vector<int64_t> numbers_;
  DecisionBatch batch_;
  std::vector<at::Tensor> inputs_;
  tasks::EncodedSources sources_;
  std::optional<DecisionLooks> looks_;
};

TranslationSubject::TranslationSubject(tasks::TranslatorImpl& network, data::SubwordModel target,
                                       tasks::AttentionHead shown, std::vector<Decision> decisions)
    : network_(network),
      target_(std::move(target)),
      shown_(shown),
      decisions_(std::move(decisions)),
      subwords_(std::min(kClasses, network.target_size() - 1)) {
  choose_classes();
}

void TranslationSubject::choose_classes() {
  const at::NoGradGuard guard;
  class_ids_ = at::empty({inputs(), subwords_}, at::kLong);
  int64_t* ids = class_ids_.mutable_data_ptr<int64_t>();
  in_batches(network_, decisions_, [&](std::span<const int64_t> chosen, const DecisionBatch& batch) {
    const at::Tensor logits = batch.decode(batch.encode()).logits;
    const at::Tensor most = std::get<1>(logits.topk(subwords_, 1)).contiguous();
    const int64_t* from = most.const_data_ptr<int64_t>();
    for (const int64_t number : chosen) {
      int64_t* own = ids + number * subwords_;
      std::copy_n(from, subwords_, own);
      from += subwords_;
      const int64_t asked = decisions_[static_cast<size_t>(number)].asked;
      if (asked >= 0 && std::find(own, own + subwords_, asked) == own + subwords_) own[subwords_ - 1] = asked;
    }
  });
}

std::string TranslationSubject::class_name(int64_t input, int64_t c) const {
  if (c == subwords_) return "another";
  return subword_name(target_, static_cast<int32_t>(class_ids_.const_data_ptr<int64_t>()[input * subwords_ + c]));
}

int64_t TranslationSubject::class_of(int64_t input, int32_t subword) const {
  const int64_t* ids = class_ids_.const_data_ptr<int64_t>() + input * subwords_;
  return std::find(ids, ids + subwords_, subword) - ids;
}

std::vector<Decision> TranslationSubject::asked(std::span<const Question> questions) const {
  std::vector<Decision> decisions;
  decisions.reserve(questions.size());
  for (const Question& question : questions) {
    const Decision& whole = decisions_[static_cast<size_t>(question.input)];
    decisions.push_back(question.gone.empty()              ? whole
                        : question.how == Erased::kDeleted ? whole.without(question.gone)
                                                           : whole.masked(question.gone));
  }
  return decisions;
}

at::Tensor TranslationSubject::of_classes(const at::Tensor& logits, std::span<const int64_t> inputs) const {
  const at::Tensor which = at::tensor(std::vector<int64_t>(inputs.begin(), inputs.end()), at::kLong);
  const at::Tensor ids = class_ids_.index_select(0, which);
  const at::Tensor rest = logits.scatter(1, ids, -std::numeric_limits<double>::infinity()).logsumexp(1, true);
  return at::cat({logits.gather(1, ids), rest}, 1).to(at::kDouble);
}

std::vector<Reading> TranslationSubject::read(std::span<const Question> questions) {
  const at::NoGradGuard guard;
  const std::vector<Decision> decisions = asked(questions);
  std::vector<Reading> readings(decisions.size());
  in_batches(network_, decisions, [&](std::span<const int64_t> chosen, const DecisionBatch& batch) {
    const tasks::EncodedSources sources = batch.encode();
    const tasks::Decoded decoded = batch.decode(sources);
    std::vector<int64_t> numbers;
    for (const int64_t q : chosen) numbers.push_back(questions[static_cast<size_t>(q)].input);
    const at::Tensor logits = of_classes(decoded.logits, numbers);
    const auto all = rows_in(logits), probabilities = rows_in(logits.softmax(1));
    for (size_t b = 0; b < chosen.size(); ++b) {
      readings[static_cast<size_t>(chosen[b])].logits = all[b];
      readings[static_cast<size_t>(chosen[b])].probabilities = probabilities[b];
    }
    if (!network_.looks()) return;
    const DecisionLooks looks = batch.looks_of(decoded);
    const int64_t first = shown_.layer * network_.heads(), heads = network_.heads();
    const at::Tensor shown = shown_.head == tasks::AttentionHead::kAllHeads ? looks.mass.narrow(0, first, heads).mean(0)
                                                                            : looks.mass[first + shown_.head];
    const ops::Memory& memory = sources.memories[static_cast<size_t>(shown_.layer)];
    const int64_t* words = batch.offsets().const_data_ptr<int64_t>();
    const int64_t* subwords = sources.offsets.const_data_ptr<int64_t>();
    for (size_t b = 0; b < chosen.size(); ++b) {
      Reading& reading = readings[static_cast<size_t>(chosen[b])];
      const int64_t count = words[b + 1] - words[b];
      const auto part = [&](const at::Tensor& of_all) { return numbers_of(of_all.narrow(0, words[b], count)); };
      if (count == 0) continue;
      reading.weights = part(shown);
      double sum = 0;
      for (const double weight : reading.weights) sum += weight;
      for (double& weight : reading.weights) weight = sum > 0 ? weight / sum : 1 / static_cast<double>(count);
      reading.elsewhere = std::clamp(1 - sum, 0.0, 1.0);
      for (int64_t look = 0; look < looks.weights.size(0); ++look) reading.looks.push_back(part(looks.weights[look]));
      reading.conicity = conicity_of(memory.rows.narrow(0, subwords[b], subwords[b + 1] - subwords[b] - 1));
    }
  });
  return readings;
}

std::vector<std::vector<double>> TranslationSubject::logits(std::span<const Question> questions) {
  const at::NoGradGuard guard;
  const std::vector<Decision> decisions = asked(questions);
  std::vector<std::vector<double>> all(decisions.size());
  in_batches(network_, decisions, [&](std::span<const int64_t> chosen, const DecisionBatch& batch) {
    std::vector<int64_t> numbers;
    for (const int64_t q : chosen) numbers.push_back(questions[static_cast<size_t>(q)].input);
    std::vector<std::vector<double>> rows = rows_in(of_classes(batch.decode(batch.encode()).logits, numbers));
    for (size_t b = 0; b < chosen.size(); ++b) all[static_cast<size_t>(chosen[b])] = std::move(rows[b]);
  });
  return all;
}

std::vector<std::vector<double>> TranslationSubject::logits_under(int64_t input, std::span<const Looks> variants) {
  require_weights();
  const at::NoGradGuard guard;
  const Decision& decision = decisions_[static_cast<size_t>(input)];
  const int64_t words = decision.words(), looks = network_.looking_layers() * network_.heads();
  FOVEA_CHECK(words > 0, "a sentence without words has no weights of them");
  const Decision* const alone = &decision;
  const DecisionBatch one(network_, {&alone, 1});
  const tasks::EncodedSources sources = one.encode();
  const DecisionLooks own = one.looks_of(one.decode(sources));
  std::vector<std::vector<double>> all;
  for (size_t begin = 0; begin < variants.size(); begin += kVariantsAtOnce) {
    const int64_t count = std::min(std::ssize(variants) - static_cast<int64_t>(begin), kVariantsAtOnce);
    at::Tensor weights = at::empty({looks, count, words}, at::kDouble);
    double* to = weights.mutable_data_ptr<double>();
    for (int64_t look = 0; look < looks; ++look) {
      for (const Looks& variant : variants.subspan(begin, static_cast<size_t>(count))) {
        FOVEA_CHECK(std::ssize(variant) == looks, variant.size(), "looks of", looks);
        const Weights& given = variant[static_cast<size_t>(look)];
        FOVEA_CHECK(std::ssize(given) == words, "weights", given.size(), "for words", words);
        to = std::copy(given.begin(), given.end(), to);
      }
    }
    const DecisionBatch batch(network_, std::vector<const Decision*>(static_cast<size_t>(count), alone));
    const tasks::GivenLooks under = batch.under(tasks::repeated(own, count), weights.view({looks, count * words}));
    const at::Tensor logits = batch.decode(tasks::repeated(sources, count), under).logits;
    const std::vector<int64_t> numbers(static_cast<size_t>(count), input);
    for (std::vector<double>& row : rows_in(of_classes(logits, numbers))) all.push_back(std::move(row));
  }
  return all;
}

std::vector<Prior> TranslationSubject::priors(int64_t input) {
  const Decision& decision = decisions_[static_cast<size_t>(input)];
  const auto words = static_cast<double>(decision.words());
  const double place = (static_cast<double>(decision.before.size()) + 0.5) / static_cast<double>(decision.steps);
  std::vector<double> diagonal, rare(static_cast<size_t>(decision.words()), 0);
  for (int64_t word = 0; word < decision.words(); ++word) {
    diagonal.push_back(1 - std::abs((static_cast<double>(word) + 0.5) / words - place));
  }
  for (size_t i = 0; i < decision.word_of.size(); ++i) {
    double& most = rare[static_cast<size_t>(decision.word_of[i])];
    const int32_t id = decision.source[i];
    most = std::max(most, id == data::SubwordModel::kUnknown ? std::numeric_limits<double>::max() : double(id));
  }
  return {{kDiagonalPrior.name, "those nearest to the place of the decision first", std::move(diagonal)},
          {kVocabularyPrior.name, "those whose rarest subword stands last in the vocabulary first", std::move(rare)}};
}

uint64_t TranslationSubject::identity(int64_t input) const {
  const Decision& decision = decisions_[static_cast<size_t>(input)];
  uint64_t read = 0;
  for (const int32_t id : decision.source) read = mix64(read ^ static_cast<uint64_t>(id));
  for (const int32_t id : decision.before) read = mix64(read ^ static_cast<uint64_t>(id));
  return read;
}

Nouns TranslationSubject::translation_nouns() {
  Nouns nouns = {"word", "words", "sentence", "sentences", "the unknown subword"};
  nouns.answer = "subword";
  nouns.output = "translations";
  nouns.elsewhere = "the end of the source";
  return nouns;
}

void TranslationSubject::require_weights() const {
  if (network_.looks()) return;
  throw UserError(ExitCode::kUsage, "this decoder does not look at the source: it has no weights of words",
                  "Train a model with another --attention.");
}

std::unique_ptr<DifferentiablePass> TranslationSubject::pass(std::span<const int64_t> inputs) {
  return std::make_unique<Pass>(*this, inputs);
}

std::vector<Attribution> TranslationAttributor::scores(const MethodFacts& method, std::span<const int64_t> towards,
                                                       uint64_t seed) {
  if (method.method != Method::kPrior) return attribute(method.method, towards, seed);
  std::vector<Attribution> all;
  for (int64_t input = 0; input < subject_.inputs(); ++input) {
    for (Prior& prior : subject_.priors(input)) {
      if (prior.name == method.name) all.push_back({std::move(prior.scores)});
    }
  }
  return all;
}

std::string subword_name(const data::SubwordModel& model, int32_t subword) {
  if (subword == data::SubwordModel::kEnd) return "the end";
  if (subword == data::SubwordModel::kUnknown) return "an unknown subword";
  const int32_t ids[] = {subword};
  const std::string text = model.text(ids);
  return text.empty() ? "a blank" : (model.begins_word(subword) ? "" : "…") + text;
}

}  // namespace fovea::attribution
