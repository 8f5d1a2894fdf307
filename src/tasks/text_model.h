// The text classifier's network: embedding → encoder → pooling → linear head, and beside the
// first two the n-gram ratios of each word. Of sentences: embedding → encoder → pooling by sentence → encoder → pooling
// → linear head.
#pragma once

#include <string>

#include "base/json.h"
#include "data/batches/texts.h"
#include "nn/attention/pooling.h"
#include "nn/embedding.h"
#include "nn/encoders/encoder.h"
#include "nn/heads/linear.h"

namespace fovea::tasks {

// What attends to what: kFlat, one look over the words of a text; kRows, several (Lin et al. 2017); kHierarchical, over
// the words of each sentence, and then over the sentences (Yang et al. 2016).
enum class Structure { kFlat, kRows, kHierarchical };

// Names on the command line and in config.json. Parsing throws UserError (kUsage) that lists what there is.
const char* encoder_name(nn::EncoderKind kind);     // "lstm", "gru", "elman", "average", "cnn", "transformer"
const char* attention_name(nn::PoolingKind kind);   // "additive", "dot", "scaled-dot", "general", "frozen", "mean", …
const char* normalizer_name(ops::Normaliser kind);  // "softmax", "sparsemax", "entmax15"
const char* structure_name(Structure structure);    // "flat", "rows", "hierarchical"
nn::EncoderKind parse_encoder(const std::string& name);
nn::PoolingKind parse_attention(const std::string& name);
ops::Normaliser parse_normalizer(const std::string& name);
Structure parse_structure(const std::string& name);

inline constexpr int64_t kMaxRows = 64, kMaxHeads = 64, kMaxFilterWidth = 31;
inline constexpr double kMaxRowPenalty = 100;

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
  Structure structure = Structure::kFlat;
  int64_t rows = 4;                // of kRows
  double row_penalty = 0.1;        // of kRows: how much the redundancy of the rows adds to the loss
  int64_t heads = 1;               // of kFlat: parts of the states that attend each for itself
  double embedding_dropout = 0.6;  // the sizes, these, epochs and averaging: chosen on parts of SST-2's train.tsv
  double word_dropout = 0.1;
  double state_dropout = 0.5;
  double output_dropout = 0.5;
  double ngram_dropout = 0.3;  // share of the words whose n-gram ratios are dropped, all of a word together

  // "BiLSTM 128+128, additive attention"
  std::string describe() const;
  Json to_json() const;
  static TextModelOptions from_json(const Json& json);  // throws UserError (kBadData)
};

// Throws UserError (kUsage) in words where structure, attention, encoder and heads cannot go together.
void check_structure(const TextModelOptions& options);

// What the data decides.
struct TextModelSizes {
  int64_t vocabulary = 0;    // V
  int64_t classes = 0;       // C
  int64_t ngram_ratios = 0;  // R, 0: none
};

struct TextForward {
  at::Tensor logits;        // [B, C]
  at::Tensor memory;        // [N, D] words; hierarchical: [S, D] sentences. What the context is made of
  nn::Pooled pooled;        // of `memory` by text
  nn::Pooled in_sentences;  // hierarchical: of the words by sentence; else undefined
  at::Tensor weights;       // [N] double: of a word in its text; hierarchical: its weight in its sentence times that of
                            // the sentence. They sum to 1 over a text that is not empty
  at::Tensor penalty;       // 0-dim, to be added to the loss in training; undefined where there is none
};

class TextModelImpl : public torch::nn::Module {
 public:
  TextModelImpl(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed);

  // The ratios of a word stand beside its vector and once more in its memory row, where attention weighs them.
  // A text without tokens has context 0: its caller answers with the prior instead.
  TextForward forward(const data::TextBatch& batch, const nn::StepContext& context);

  // What each word, or hierarchical each sentence, adds to the logits, in double: [N, C] or [S, C]. With the head's
  // bias they add up to the logits of `made`, which forward() made of `batch` without training.
  at::Tensor contributions(const TextForward& made, const data::TextBatch& batch) const;

  void pack();  // for use: the weights stay as they are from now on

  const nn::LinearHead& head() const { return head_; }
  int64_t parameter_count() const;

 private:
  nn::EncoderOptions encoder_options(const TextModelOptions& options, int64_t input_size, int64_t layers) const;
  nn::PoolingOptions pooling_options(const TextModelOptions& options, int64_t ratios) const;
  void make_sentences(const TextModelOptions& options, nn::PoolingOptions pooling, nn::Seed seed);
  at::Tensor ratios_of(const data::TextBatch& batch, at::ScalarType type, const nn::StepContext& context) const;
  void read_words(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context);
  void read_sentences(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context);

  Structure structure_;
  double ngram_dropout_, row_penalty_;
  bool encoded_;    // there is an encoder
  int64_t ratios_;  // R
  nn::Embedding embedding_{nullptr};
  nn::Encoder encoder_{nullptr}, sentence_encoder_{nullptr};
  nn::Pooling pooling_{nullptr}, sentence_pooling_{nullptr};
  nn::LinearHead head_{nullptr};
};
TORCH_MODULE(TextModel);

}  // namespace fovea::tasks
