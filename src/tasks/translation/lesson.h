// One word of a translation as a lesson: how the decoder looked at the source when it wrote the word's subwords, and
// how probable it found what could have come next.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tasks/model.h"
#include "tasks/translation/answer.h"

namespace fovea::tasks {

// What one layer of the decoder saw in one step, of n subwords of the source, their end last.
struct LayerLook {
  int64_t heads = 1;
  std::vector<double> weights, scores;  // [heads × n], those of a head one after the other; no scores: not told
  int64_t context_size = 0;             // numbers of the context, of all heads together
  double context_length = 0;            // its Euclidean length
};

struct Candidate {
  std::string form;
  double logit = 0, probability = 0;
  bool written = false;  // the one that the translation has
};

// One step of the decoder: it reads a subword, looks, and chooses the next.
struct LessonStep {
  std::string read, written;            // subwords, "▁dog"; "(begin)" and "(end)"
  double probability = 0;               // of the one that is written
  double entropy = 0;                   // of all that could be written, 1 where all are as probable
  double log_sum = 0;                   // log Σ exp(logit), over all of them
  std::vector<LayerLook> layers{};      // none: the decoder does not look
  std::vector<Candidate> candidates{};  // the most probable, and the written one where it is not among them
};

struct TranslationLesson {
  TranslatedText translation{};
  std::vector<std::string> source{};  // subwords, their end last
  std::vector<LessonStep> steps{};    // all of the translation, the one that wrote the end last
  int64_t subwords = 0;               // that there are to choose from
  int64_t word = 0;                   // which the lesson is of
  bool least_probable = false;        // nobody asked for that one
  bool read_later = false;            // what a word looked at is told of the step after, which reads it (LookRead)
};

// The network reads the translation once more. word: as Model::explain() has it. Throws UserError (kUsage) for a
// translation without words, and for a word that it does not have.
TranslationLesson make_lesson(TranslatorImpl& network, const Vocabularies& vocabularies,
                              const std::vector<data::Subword>& source, TranslatedText translation,
                              std::optional<int64_t> word);

class ExplainedTranslation final : public Explanation {
 public:
  explicit ExplainedTranslation(TranslationLesson lesson) : lesson_(std::move(lesson)) {}
  // translation, source, subwords (of the source), vocabulary, steps of all; word with its steps in full.
  Json json(const Shown& shown) const override;
  std::string lesson(const draw::Style& style) const override;

 private:
  TranslationLesson lesson_;
};

}  // namespace fovea::tasks
