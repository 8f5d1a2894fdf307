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
#include "tasks/translation/decisions.h"
#include "tasks/translation/network.h"

namespace fovea::tasks {

// What the model has beside its network, and is saved with it.
struct TranslatorParts {
  Vocabularies vocabularies;
  TranslationModelOptions model;
  data::PairOptions pairs;
  data::SubwordKind subwords = data::SubwordKind::kUnigram;
  int64_t vocabulary = 0, max_length = 200;  // as TranslationDataOptions has them
  LookRead read;
  bool quantized = false;  // written as 8-bit numbers
  KnownSources known;
  SideWords side_words;
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
  std::unique_ptr<Explanation> explain(const Inputs& inputs, int64_t input, std::optional<int64_t> word) const override;
  std::unique_ptr<TestResult> test(const Inputs& inputs, const AnswerOptions& options) const override;
  LineForm line_form(std::string_view beginning, const std::string& path) const override;
  bool remembers() const override { return parts_.known.any(); }
  int seen(const Inputs& inputs, int64_t input) const override {
    return parts_.known.seen(as_pairs(inputs)[input].source);
  }

  // One decision of each pair: every step of its translation is as likely, the one that ends it among them.
  std::unique_ptr<Inputs> decisions(std::unique_ptr<Inputs> inputs, uint64_t seed) const override;
  std::string why_no_twins() const override { return "no twins of translators are trained yet"; }
  std::vector<std::string> classes() const override { return {}; }
  int64_t truth(const Inputs&, int64_t) const override { return -1; }  // Asked::truth has it
  int64_t parts(const Inputs& inputs, int64_t input) const override;   // words of which a subword is read
  Spelled spelled(const Inputs& inputs, int64_t input) const override;
  Asked ask(const Inputs& inputs, std::span<const int64_t> chosen) const override;
  std::vector<attribution::Attribution> pictured_by(const attribution::MethodFacts& method, const Inputs& inputs,
                                                    std::span<const std::unique_ptr<Answer>> answers,
                                                    uint64_t seed) const override;
  std::vector<attribution::MethodFacts> methods() const override;

  const TranslatorParts& parts() const { return parts_; }
  const Translator& network() const { return network_; }

 private:
  TranslatedText in_words(const std::string& source, const std::vector<data::Subword>& subwords, Translation made,
                          bool copy_unknown) const;
  TranslatedText read_words(const data::Pair& pair, const std::vector<data::Subword>& subwords,
                            Translation known) const;
  // Fills what a picture shows of a text, where a side writes no blanks; starts: the first bytes of its subwords.
  void cut_to_show(TranslatedText& text, const std::vector<data::Subword>& source,
                   std::span<const size_t> target_starts, std::span<const std::vector<float>> looks) const;
  std::vector<data::Subword> cut(const std::string& source) const;
  metrics::Tokenizer tokenizer(const AnswerOptions& options) const;  // of BLEU
  // That the sources look like translations, in a sentence; "" where they do not.
  std::string wrong_side(std::span<const data::Pair> pairs, const std::string& where) const;
  Decision decision_of(const std::string& source, const std::vector<data::Subword>& subwords) const;
  std::vector<int32_t> reference(const data::Pair& pair) const;  // its subwords, the end last

  TranslatorParts parts_;
  Translator network_;
};

// A model as a translator's; what is not is a bug of ours.
const TrainedTranslator& as_translator(const Model& model);

}  // namespace fovea::tasks
