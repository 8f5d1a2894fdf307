// A trained text classifier as an audit asks it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "attribution/subject.h"
#include "data/vocab/segment.h"
#include "tasks/text_classifier.h"

namespace fovea::attribution {

// Reads on the network as it is saved: evaluation mode, one precision (float). Of every structure and encoder; of every
// attention, of which kMax and kLast have weights to be shown that are none of rows, so that logits_under() refuses
// them with UserError. Not thread-safe.
class TextSubject : public Subject {
 public:
  // `classifier` must outlive this; its parameters collect no gradients from now on. Throws UserError (kUsage) where a
  // text may have several labels: there is then no one distribution over the labels whose parts could be told.
  explicit TextSubject(tasks::TextClassifier& classifier);

  // As the model reads it: cut to its words, with its sentences. Well-formed UTF-8.
  // Texts encoded by one subject may be put together.
  Text encode(const std::string& text);

  int64_t classes() const override;
  std::vector<Reading> read(std::span<const Text> texts) override;
  std::vector<std::vector<double>> logits(std::span<const Text> texts) override;
  std::vector<std::vector<double>> logits_under(const Text& text, std::span<const Looks> variants) override;

  const tasks::TextClassifierParts& parts() const { return classifier_.parts(); }
  tasks::TextModelImpl& network() { return *network_; }
  bool hierarchical() const { return parts().model.structure == tasks::Structure::kHierarchical; }

  // Throws UserError (kUsage) where attention gives no weights to rows.
  void require_weights() const;

 private:
  Reading prior() const;

  tasks::TextClassifier& classifier_;
  tasks::TextModel network_;  // the classifier's own
  data::Segmenter segmenter_;
  std::shared_ptr<data::Spellings> spellings_;  // of the unknown words of all texts encoded
};

}  // namespace fovea::attribution
