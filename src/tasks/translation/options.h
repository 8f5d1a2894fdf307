// What a translator is made of and trained on.
#pragma once

#include <cstdint>
#include <string>

#include "data/readers/pairs.h"
#include "data/vocab/subwords.h"
#include "nn/dropout.h"
#include "nn/transformer_parts.h"
#include "tasks/kind.h"

namespace fovea::tasks {

struct TranslationDataOptions : DataFiles {
  data::PairOptions pairs;
  data::SubwordKind subwords = data::SubwordKind::kUnigram;
  int64_t vocabulary = 0;    // subwords, of each language where they are separate; 0: as many as the pairs ask for
  bool joint = true;         // one vocabulary for both languages
  int64_t max_length = 200;  // subwords of a sentence; longer pairs are left out of training, longer inputs are cut

  // Files of links, a line for each line of the files of pairs.
  std::string links;          // of the training part: attention is taught by them
  double links_weight = 0.1;  // of what that adds to the loss
  std::string gold;           // of the validation part: how links are read is chosen by them
  int64_t gold_base = 0;      // the number of a sentence's first word in it
};

void visit(TranslationDataOptions& options, options::Visitor& visitor);

// How the decoder looks at the source: a score (ops/attend.h), or not at all, as the control.
enum class SourceLook { kAdditive, kDot, kScaledDot, kGeneral, kNone };
const char* attention_name(SourceLook look);  // as --attention has it

enum class TranslatorKind { kLstm, kGru, kTransformer };

struct TranslationModelOptions {
  TranslatorKind network = TranslatorKind::kLstm;
  bool clear = true;  // what is looked at are the vectors of the source's subwords, and the encoder's states only say
                      // where; else the states themselves, in which all of the sentence stands
  SourceLook attention = SourceLook::kAdditive;
  int64_t embedding_size = 256;  // E, of a subword, and of what the decoder makes before it chooses one
  int64_t hidden_size = 256;     // H, units of a recurrent encoder per direction, the decoder has twice as many; of a
                                 // Transformer the features of a state
  int64_t layers = 1;            // of encoder and decoder
  int64_t heads = 4;             // of every attention of a Transformer
  nn::Positions positions = nn::Positions::kSines;  // of a Transformer
  int64_t attention_size = 256;                     // A, of a recurrent decoder's
  double embedding_dropout = 0.3, state_dropout = 0.3, output_dropout = 0.3;
  // Of a recurrent decoder; with either of them training goes step by step.
  bool input_feeding = false;  // each step reads, beside the subword before, what chose it (Luong, Pham & Manning 2015)
  double coverage = 0;      // weight of looking again at what was looked at before (Tu et al. 2016; See, Liu & Manning
                            // 2017); 0: the decoder does not know where it has looked
  double word_dropout = 0;  // share of the words that the decoder reads as unknown, and so the encoder
  double label_smoothing = 0.1;

  bool stepwise() const { return attends() && !transformer() && (input_feeding || coverage > 0); }
  bool transformer() const { return network == TranslatorKind::kTransformer; }
  bool attends() const { return transformer() || attention != SourceLook::kNone; }
  // How often the decoder looks at each place: by layer, and in each by head.
  int64_t looking_layers() const { return transformer() ? layers : attends() ? 1 : 0; }
  int64_t looking_heads() const { return transformer() ? heads : 1; }
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
  std::optional<std::string> adopt(const Model& start, const options::Given& given) override;
  void choose_best(const options::Given& given) override;
  bool best_refits() const override { return false; }
  void choose_usual(const options::Given& given) override;
  std::string usual_metric() const override { return "bleu"; }
  std::string architecture() const override;
  std::optional<std::string> why_no_second_reading() const override;
  void make_even() override {
    if (model.transformer()) model.network = TranslatorKind::kLstm;  // which begins where the encoder ended
    model.attention = SourceLook::kNone;
    model.input_feeding = false;
    model.coverage = 0;
  }
  void drop_little() override;

 private:
  bool is_given(const options::Given& given, const void* field);
};

const TranslationSettings& as_translation(const Settings& settings);

}  // namespace fovea::tasks
