// What a translator is made of and trained on.
#pragma once

#include <cstdint>
#include <string>

#include "data/readers/pairs.h"
#include "data/vocab/subwords.h"
#include "nn/dropout.h"
#include "ops/attend.h"
#include "ops/recurrence.h"
#include "tasks/kind.h"

namespace fovea::tasks {

struct TranslationDataOptions : DataFiles {
  data::PairOptions pairs;
  data::SubwordKind subwords = data::SubwordKind::kUnigram;
  int64_t vocabulary = 0;    // subwords, of each language where they are separate; 0: as many as the pairs ask for
  bool joint = true;         // one vocabulary for both languages
  int64_t max_length = 200;  // subwords of a sentence; longer pairs are left out of training, longer inputs are cut
};

void visit(TranslationDataOptions& options, options::Visitor& visitor);

// How the decoder looks at the source: a score (ops/attend.h), or not at all, as the control.
enum class SourceLook { kAdditive, kDot, kScaledDot, kGeneral, kNone };
const char* attention_name(SourceLook look);  // as --attention has it

struct TranslationModelOptions {
  ops::Cell cell = ops::Cell::kLstm;
  bool clear = true;  // what is looked at are the vectors of the source's subwords, and the encoder's states only say
                      // where; else the states themselves, in which all of the sentence stands
  SourceLook attention = SourceLook::kAdditive;
  int64_t embedding_size = 256;  // E, of a subword, and of what the decoder makes before it chooses one
  int64_t hidden_size = 256;     // H, units of the encoder per direction; the decoder has twice as many
  int64_t layers = 1;            // of encoder and decoder
  int64_t attention_size = 256;  // A
  double embedding_dropout = 0.3, state_dropout = 0.3, output_dropout = 0.3;
  double word_dropout = 0;  // share of the words that the decoder reads as unknown, and so the encoder
  double label_smoothing = 0.1;

  bool attends() const { return attention != SourceLook::kNone; }
};

void visit(TranslationModelOptions& options, options::Visitor& visitor);

class TranslationSettings final : public Settings {
 public:
  TranslationDataOptions data;
  TranslationModelOptions model;

  TranslationSettings() { data.written_split = "90/5/5"; }
  std::unique_ptr<Settings> clone() const override { return std::make_unique<TranslationSettings>(*this); }
  DataFiles& files() override { return data; }
  void visit(options::Visitor& visitor) override;
  void settle(const options::Given& given) override;
  void choose_best(const options::Given& given) override;
  std::string usual_metric() const override { return "bleu"; }
  std::string architecture() const override;
  void make_even() override { model.attention = SourceLook::kNone; }
  void drop_little() override;
};

const TranslationSettings& as_translation(const Settings& settings);

}  // namespace fovea::tasks
