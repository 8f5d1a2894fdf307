// A translation with where the translator looked, as people and programs get it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tasks/model.h"
#include "tasks/translation/alignment.h"

namespace fovea::tasks {

// One translation of a source in words.
struct TranslatedText {
  std::string text;
  Translation made;
  CutWords source, target;
  WordAlignment alignment;  // without words where the model does not look
  bool looks = true;
  // What a picture shows, where a side is of a script without blanks (tasks/translation/unspaced.h); else without
  // words.
  CutWords shown_source, shown_target;
  WordAlignment shown;
};

class TranslationAnswer final : public Answer {
 public:
  struct Of {
    std::vector<TranslatedText> best;  // at least one, the best first
    std::string truth;                 // what the file has; "" where it has none
    std::optional<double> bleu;        // of the translation beside the truth, 0 to 1
    int64_t line = 0;
    int64_t number = 0;  // of the input among all, from 0
    bool several = false;
    Aligned aligned = Aligned::kNone;
    bool cut = false;  // the source has more subwords than the model reads, and its end was left out
  };
  explicit TranslationAnswer(Of of) : of_(std::move(of)) {}

  // translation, complete (not cut off at the greatest length), cut (so the source), score (mean log probability of a
  // subword), source, words of both sides with their bytes, links, weights, at_end, subwords; nbest where several were
  // asked for; where the file has a translation, truth and bleu, that of the sentence.
  Json json(const Shown& shown) const override;
  // The translation; with links behind it " ||| 0-0 1-2". Several as Moses writes them: "0 ||| text ||| score".
  std::string line(Form form, const Shown& shown, const draw::Style& style) const override;
  draw::Headline headline() const override;
  draw::Picture picture() const override;
  metrics::Links links() const override;
  int64_t decided() const override { return 0; }

  const TranslatedText& first() const { return of_.best.front(); }

 private:
  Of of_;
};

}  // namespace fovea::tasks
