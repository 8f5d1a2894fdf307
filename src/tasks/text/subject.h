// A trained text classifier as an audit asks it. Its inputs are texts, their parts words.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attribution/differentiable.h"
#include "data/vocab/segment.h"
#include "tasks/model.h"
#include "tasks/text/classifier.h"
#include "tasks/text/priors.h"
#include "tasks/text/text.h"

namespace fovea::attribution {

// Reads on the network as it is saved: evaluation mode, one precision (float). Of every structure and encoder; of every
// attention, of which kMax and kLast have weights to be shown that are none of rows, so that what needs other weights
// refuses them with UserError. A masked word is the unknown word. A text of which no word is left is answered by the
// label shares of the training part. The representation of several members is theirs one after the other, their
// conicity the mean.
//
// Hierarchical: there is one look, word × sentence. Under other weights that of a sentence is the sum of its words',
// and the sentence encoder reads what those weights make of each sentence; one whose words weigh 0 is read as the model
// itself reads it, and counts 0.
//
// Not thread-safe.
class TextSubject : public Differentiable {
 public:
  // With `texts`, which were encoded by the same words, or none yet. `classifier` must outlive this. Throws
  // UserError (kUsage) where a text may have several labels: there is then no one distribution over the labels whose
  // parts could be told.
  explicit TextSubject(const tasks::TextClassifier& classifier, std::vector<Text> texts = {});

  // One more input, as the model reads it: cut to its words, with its sentences. Well-formed UTF-8. Returns its number.
  int64_t add(const std::string& text);
  // Only these of the inputs, in this order.
  void keep(std::span<const int64_t> inputs);
  const std::vector<Text>& texts() const { return texts_; }

  int64_t inputs() const override { return std::ssize(texts_); }
  int64_t parts(int64_t input) const override { return texts_[static_cast<size_t>(input)].size(); }
  int64_t classes() const override { return std::ssize(model().labels); }
  bool can(Erased) const override { return true; }
  std::vector<Reading> read(std::span<const Question> questions) override;
  std::vector<std::vector<double>> logits(std::span<const Question> questions) override;
  std::vector<std::vector<double>> logits_under(int64_t input, std::span<const Looks> variants) override;
  std::vector<Prior> priors(int64_t input) override;
  uint64_t identity(int64_t input) const override;
  Nouns nouns() const override { return text_nouns(); }
  void require_weights() const override;
  std::unique_ptr<DifferentiablePass> pass(std::span<const int64_t> inputs) override;

  static Nouns text_nouns() { return {"word", "words", "text", "texts", "the unknown word"}; }

  const tasks::TextClassifierParts& model() const { return classifier_.parts(); }
  tasks::TextNetwork& network() { return *network_; }
  bool hierarchical() const { return model().model.structure == tasks::Structure::kHierarchical; }

 private:
  std::vector<Text> asked(std::span<const Question> questions) const;
  Reading prior() const;

  const tasks::TextClassifier& classifier_;
  tasks::TextModel network_;  // the classifier's own
  data::Segmenter segmenter_;
  std::shared_ptr<data::Spellings> spellings_;  // of the unknown words of all texts added
  FrequencyPrior frequencies_;
  std::vector<Text> texts_;
};

}  // namespace fovea::attribution

namespace fovea::tasks {

// With everything that asks it by its gradients; `subject` lives as long as either pointer. Its classifier must outlive
// both.
Asked asked(const std::shared_ptr<attribution::TextSubject>& subject);

}  // namespace fovea::tasks
