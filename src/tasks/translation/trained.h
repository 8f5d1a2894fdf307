// A trained translator as doors use it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "metrics/sequence/words.h"
#include "tasks/model.h"
#include "tasks/translation/alignment.h"
#include "tasks/translation/answer.h"
#include "tasks/translation/data.h"
#include "tasks/translation/network.h"

namespace fovea::tasks {

// What the model has beside its network, and is saved with it.
struct TranslatorParts {
  Vocabularies vocabularies;
  TranslationModelOptions model;
  data::PairOptions pairs;
  int64_t max_length = 200;
  LookRead read = LookRead::kChosen;
  std::string source_language, target_language;  // as the training's files were named, "en"; "" where they were not

  std::string architecture;
};

class TrainedTranslator final : public Model {
 public:
  // The network must be trained; it is packed for use.
  TrainedTranslator(TranslatorParts parts, Translator network);

  const Kind& kind() const override;
  ModelFacts facts() const override;
  std::unique_ptr<Inputs> read(const InputSource& source) const override;
  std::unique_ptr<Inputs> take(std::span<const std::string> inputs) const override;
  bool answers_with_sequences() const override { return true; }
  void require(const AnswerOptions& options) const override;
  std::vector<std::unique_ptr<Answer>> answer(const Inputs& inputs, int64_t first, int64_t count,
                                              const AnswerOptions& options) const override;
  std::unique_ptr<TestResult> test(const Inputs& inputs, const AnswerOptions& options) const override;

  std::vector<std::string> classes() const override { return {}; }
  int64_t truth(const Inputs&, int64_t) const override { return -1; }
  int64_t parts(const Inputs& inputs, int64_t input) const override;
  Asked ask(const Inputs& inputs, std::span<const int64_t> chosen) const override;
  std::vector<attribution::MethodFacts> methods() const override;

 private:
  TranslatedText in_words(const std::string& source, const std::vector<data::Subword>& subwords, Translation made,
                          bool copy_unknown) const;
  TranslatedText read_words(const data::Pair& pair, const std::vector<data::Subword>& subwords,
                            Translation known) const;
  std::vector<data::Subword> cut(const std::string& source) const;

  TranslatorParts parts_;
  Translator network_;
};

}  // namespace fovea::tasks
