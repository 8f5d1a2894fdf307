// What a text model is made of, as the command line and config.json name it.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "base/options/visitor.h"
#include "nn/attention/pooling.h"
#include "nn/dropout.h"
#include "nn/encoders/encoder.h"

namespace fovea::tasks {

// What attends to what: kFlat, one look over the words of a text; kRows, several (Lin et al. 2017); kHierarchical, over
// the words of each sentence, and then over the sentences (Yang et al. 2016).
enum class Structure { kFlat, kRows, kHierarchical };

// What weights weigh. kPlain: the states of the encoder, each of which knows of all words of its text. kClear: values
// that a filter makes of each word, its n-grams and the words beside it, while the states choose the weights. So a
// weight is chosen by the whole text and says something of its word.
enum class Look { kPlain, kClear };

// Names on the command line and in config.json.
const char* encoder_name(nn::EncoderKind kind);     // "lstm", "gru", "elman", "average", "cnn", "transformer"
const char* attention_name(nn::PoolingKind kind);   // "additive", "dot", "scaled-dot", "general", "frozen", "mean", …
const char* normalizer_name(ops::Normaliser kind);  // "softmax", "sparsemax", "entmax15"
const char* structure_name(Structure structure);    // "flat", "rows", "hierarchical"

inline constexpr int64_t kMaxMembers = 32, kMaxRows = 64, kMaxHeads = 64, kMaxFilterWidth = 31;
inline constexpr double kMaxRowPenalty = 100, kMaxEntropyPenalty = 10;

struct TextModelOptions {
  nn::EncoderKind encoder = nn::EncoderKind::kLstm;
  nn::PoolingKind attention = nn::PoolingKind::kAdditive;
  ops::Normaliser normalizer = ops::Normaliser::kSoftmax;  // of the scores; not used by the controls
  int64_t embedding_size = 300;                            // E
  int64_t hidden_size = 128;                               // H, units per direction; cnn, transformer: in all
  int64_t layers = 1;
  int64_t directions = 2;
  int64_t filter_width = 3;      // of cnn: words that a filter reads, odd
  int64_t encoder_heads = 4;     // of transformer: heads of its self-attention
  int64_t attention_size = 128;  // A, width of the projected memory
  Look look = Look::kClear;
  int64_t value_width = 3;        // of kClear: words that a value is made of, odd
  double neighbor_dropout = 0.5;  // of kClear: share of the values that are made of their word alone in training
  double entropy_penalty = 0.1;   // of kClear: how much the entropy of the weights adds to the loss
  Structure structure = Structure::kFlat;
  int64_t rows = 4;                // of kRows
  double row_penalty = 0.1;        // of kRows: how much the redundancy of the rows adds to the loss
  int64_t heads = 1;               // of kFlat: parts of the states that attend each for itself
  int64_t members = 1;             // networks of this kind that answer together, by the mean of their logits
  double embedding_dropout = 0.6;  // the sizes, these, epochs and averaging: chosen on parts of SST-2's train.tsv
  double word_dropout = 0.1;
  double state_dropout = 0.5;
  double output_dropout = 0.5;
  nn::DropoutKind dropout_kind = nn::DropoutKind::kElement;  // of the word vectors and the states
  double ngram_dropout = 0.3;  // share of the words whose n-gram ratios are dropped, all of a word together

  // "BiLSTM 128+128, additive attention"
  std::string describe() const;
  Json to_json() const;
  static TextModelOptions from_json(const Json& json);  // throws UserError (kBadData)

  // Values are made of words by filters: not where there is no encoder whose states could be weighed instead,
  // nor for the controls that take states.
  bool clear() const;
  bool reads_states() const;  // the encoder is asked: for values, or to choose weights
};

// `no_ratios`: why there are no n-gram ratios to drop; "" where there are.
void visit(TextModelOptions& options, options::Visitor& visitor, const char* no_ratios = "");

// Throws UserError (kUsage) in words where structure, attention, encoder and heads cannot go together: CannotApply
// where it is one option that does not belong there.
void check_structure(const TextModelOptions& options);

}  // namespace fovea::tasks
