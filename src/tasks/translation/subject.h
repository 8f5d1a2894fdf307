// A trained translator as an audit asks it. Its inputs are decisions: which subword comes next where a translation
// stands up to there. Their parts are the words of the source, what stands between blanks.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attribution/differentiable.h"
#include "attribution/gradients.h"
#include "data/vocab/subwords.h"
#include "tasks/translation/decisions.h"
#include "tasks/translation/translate.h"

namespace fovea::attribution {

inline constexpr MethodFacts kDiagonalPrior = {Method::kPrior, "diagonal", false,
                                               "the {parts} nearest to the place of the decision first"};
inline constexpr MethodFacts kVocabularyPrior = {
    Method::kPrior, "vocabulary", false, "the {parts} whose rarest subword stands last in the vocabulary first"};

// Classes of a decision: the K = 10 most probable subwords of the whole sentence, and all others together. A decision
// that names a subword it must be asked about has that one in the place of the K-th.
//
// Words and not subwords are erased, since the subwords that are left of a word make another word. Deleted: without all
// subwords of the word. Masked: with the unknown subword in the place of each of them. The second is what a model that
// was trained with --word-dropout has seen; the first none has. What stands of the translation is never erased, and nor
// is the end of the source: a sentence without words is read as its end alone.
//
// Looks are those of every layer of the decoder, head by head, at the step of the decision. What a look gives to the
// end of the source is on no word: weights are scaled to sum to 1 without it, and under other weights the end keeps it.
// In a word its subwords share what it gets as they do in the model's own look. Steps before the decision keep their
// looks. Reading::weights is the look that Fovea shows, at the step of the decision.
//
// Reads on the network as it is saved: evaluation mode, one precision. Not thread-safe.
class TranslationSubject : public Differentiable {
 public:
  // The network must outlive this. shown: the look that Reading::weights are of. target: whose subwords name classes.
  TranslationSubject(tasks::TranslatorImpl& network, data::SubwordModel target, tasks::AttentionHead shown,
                     std::vector<tasks::Decision> decisions);

  int64_t inputs() const override { return std::ssize(decisions_); }
  int64_t parts(int64_t input) const override { return decisions_[static_cast<size_t>(input)].words(); }
  int64_t classes() const override { return subwords_ + 1; }
  std::optional<int64_t> others() const override { return subwords_; }
  std::string class_name(int64_t input, int64_t c) const override;
  int64_t class_of(int64_t input, int32_t subword) const;  // others() where it is none of the K

  bool can(Erased) const override { return true; }
  std::vector<Reading> read(std::span<const Question> questions) override;
  std::vector<std::vector<double>> logits(std::span<const Question> questions) override;
  std::vector<std::vector<double>> logits_under(int64_t input, std::span<const Looks> variants) override;
  // kDiagonalPrior and kVocabularyPrior.
  std::vector<Prior> priors(int64_t input) override;
  uint64_t identity(int64_t input) const override;
  Nouns nouns() const override { return translation_nouns(); }
  void require_weights() const override;
  std::unique_ptr<DifferentiablePass> pass(std::span<const int64_t> inputs) override;

  static Nouns translation_nouns();

 private:
  class Pass;

  std::vector<tasks::Decision> asked(std::span<const Question> questions) const;
  // The logits [B, C] of classes, in double, of those [B, V] of all subwords.
  at::Tensor of_classes(const at::Tensor& logits, std::span<const int64_t> inputs) const;
  void choose_classes();

  tasks::TranslatorImpl& network_;
  data::SubwordModel target_;
  tasks::AttentionHead shown_;
  std::vector<tasks::Decision> decisions_;
  int64_t subwords_ = 0;  // K
  at::Tensor class_ids_;  // [inputs, K]
};

// "Hund", "…keit" of a subword that begins no word, "the end".
std::string subword_name(const data::SubwordModel& model, int32_t subword);

// Every method but kContribution: what a decoder chooses by is no sum of rows, so that nothing would add up.
class TranslationAttributor final : public GradientAttributor {
 public:
  // `subject` must outlive this.
  explicit TranslationAttributor(TranslationSubject& subject) : GradientAttributor(subject), subject_(subject) {}
  bool offers(Method method) const override {
    return method != Method::kContribution && GradientAttributor::offers(method);
  }
  // As attribute(), and of a prior what the subject has by its name.
  std::vector<Attribution> scores(const MethodFacts& method, std::span<const int64_t> towards, uint64_t seed);

 private:
  TranslationSubject& subject_;
};

}  // namespace fovea::attribution
