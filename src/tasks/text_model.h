// The text classifier's network: embedding → encoder → pooling → linear head, and beside the
// first two the n-gram ratios of each word.
#pragma once

#include <string>

#include "base/json.h"
#include "data/batches/texts.h"
#include "nn/attention/pooling.h"
#include "nn/embedding.h"
#include "nn/encoders/encoder.h"
#include "nn/heads/linear.h"

namespace fovea::tasks {

// Names on the command line and in config.json. Parsing throws UserError (kUsage) that lists what there is.
const char* encoder_name(nn::EncoderKind kind);     // "lstm", "gru", "elman", "average"
const char* attention_name(nn::PoolingKind kind);   // "additive", "dot", "scaled-dot", "general", "frozen", "mean", …
const char* normalizer_name(ops::Normaliser kind);  // "softmax", "sparsemax", "entmax15"
nn::EncoderKind parse_encoder(const std::string& name);
nn::PoolingKind parse_attention(const std::string& name);
ops::Normaliser parse_normalizer(const std::string& name);

struct TextModelOptions {
  nn::EncoderKind encoder = nn::EncoderKind::kLstm;
  nn::PoolingKind attention = nn::PoolingKind::kAdditive;
  ops::Normaliser normalizer = ops::Normaliser::kSoftmax;  // of the scores; not used by the controls
  int64_t embedding_size = 300;                            // E
  int64_t hidden_size = 128;                               // H, units per direction
  int64_t layers = 1;
  int64_t directions = 2;
  int64_t attention_size = 128;    // A, width of the projected memory
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

// What the data decides.
struct TextModelSizes {
  int64_t vocabulary = 0;    // V
  int64_t classes = 0;       // C
  int64_t ngram_ratios = 0;  // R, 0: none
};

struct TextForward {
  at::Tensor logits;  // [B, C]
  at::Tensor memory;  // [N, D]
  nn::Pooled pooled;
};

class TextModelImpl : public torch::nn::Module {
 public:
  TextModelImpl(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed);

  // The ratios of a word stand beside its vector and once more in its memory row, where attention weighs them.
  // A text without tokens has context 0: its caller answers with the prior instead.
  TextForward forward(const data::TextBatch& batch, const nn::StepContext& context);

  void pack() { encoder_->pack(); }  // for use: the weights stay as they are from now on

  const nn::LinearHead& head() const { return head_; }
  int64_t parameter_count() const;

 private:
  at::Tensor ratios_of(const data::TextBatch& batch, at::ScalarType type, const nn::StepContext& context) const;

  double ngram_dropout_;
  bool recurrent_;
  nn::Embedding embedding_{nullptr};
  nn::Encoder encoder_{nullptr};
  nn::Pooling pooling_{nullptr};
  nn::LinearHead head_{nullptr};
};
TORCH_MODULE(TextModel);

}  // namespace fovea::tasks
