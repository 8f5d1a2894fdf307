// The text classifier's network: embedding → encoder → pooling → linear head, and beside the
// first two the n-gram ratios of each word. Of sentences: embedding → encoder → pooling by sentence → encoder → pooling
// → linear head.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "data/batches/distinct.h"
#include "data/batches/texts.h"
#include "nn/attention/pooling.h"
#include "nn/embedding.h"
#include "nn/encoders/encoder.h"
#include "nn/heads/linear.h"
#include "tasks/text_model_options.h"

namespace fovea::tasks {

// What the data decides.
struct TextModelSizes {
  int64_t vocabulary = 0;    // V
  int64_t classes = 0;       // C
  int64_t ngram_ratios = 0;  // R, 0: none
};

struct TextForward {
  at::Tensor logits;        // [B, C]; of several members their mean
  at::Tensor memory;        // [N, D] words; hierarchical: [S, D] sentences. What the context is made of
  nn::Pooled pooled;        // of `memory` by text
  nn::Pooled in_sentences;  // hierarchical: of the words by sentence; else undefined
  at::Tensor word_memory;   // hierarchical: [N, D], what those were made of; else undefined
  at::Tensor weights;       // [N] double: of a word in its text; hierarchical: its weight in its sentence times that of
                            // the sentence. They sum to 1 over a text that is not empty
  at::Tensor penalty;       // 0-dim, to be added to the loss in training; undefined where there is none

  // Of several members: what each made. Then `weights` are the mean of theirs, and memory and pooled are undefined.
  std::vector<TextForward> members;
};

// What each look gives to each word: [N] for each row, head and member, at least one; hierarchical: word × sentence.
std::vector<at::Tensor> looks_of(const TextForward& made);

// Weights of one network, a member where there are several, in place of those that its attention makes.
struct GivenWeights {
  at::Tensor words;      // [K, N] of K looks; hierarchical: [1, N], of a word in its sentence
  at::Tensor sentences;  // hierarchical: [1, S], of a sentence in its text; else undefined
};

// Those that were made, of each network.
std::vector<GivenWeights> given_weights(const TextForward& made);

class TextModelImpl : public torch::nn::Module {
 public:
  TextModelImpl(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed);

  // The ratios of a word stand beside its vector and once more in its memory row, where attention weighs them.
  // A text without tokens has context 0: its caller answers with the prior instead.
  TextForward forward(const data::TextBatch& batch, const nn::StepContext& context);

  // Only the logits [B, C] of forward() without training. Hierarchical: a sentence that several texts of the batch have
  // is read once, so that many variants of one long text cost little more than one of them.
  at::Tensor logits(const data::TextBatch& batch);

  // What each word, or hierarchical each sentence, adds to the logits, in double: [N, C] or [S, C]. With the head's
  // bias they add up to the logits of `made`, which forward() made of `batch` without training.
  at::Tensor contributions(const TextForward& made, const data::TextBatch& batch) const;

  // What each network reads, one of several members or the only one: [N, E + R], the vector of each word and its
  // ratios, without training.
  std::vector<at::Tensor> inputs(const data::TextBatch& batch);

  // forward() without training, from the inputs of each network on; of `batch` only the offsets are read. `given`: the
  // weights of each network, which then count as constants unless they require a gradient themselves; none: attention
  // makes them. Differentiable in both. Where PoolingKind is kMax or kLast no weights can be given.
  TextForward forward_from(std::span<const at::Tensor> inputs, const data::TextBatch& batch,
                           std::span<const GivenWeights> given);

  // The logits of one text under many weights, its words read once: [many, C]. `made` is forward()'s of `batch`, which
  // is that text alone and has words; given, of each network: words [many, K, n], sentences [many, S].
  at::Tensor logits_under(const TextForward& made, const data::TextBatch& batch, std::span<const GivenWeights> given);

  void pack();  // for use: the weights stay as they are from now on

  at::Tensor bias() const;  // [C] of the head; of several members the mean
  int64_t parameter_count() const;

 private:
  TextForward together(const data::TextBatch& batch, const nn::StepContext& context);
  nn::EncoderOptions encoder_options(const TextModelOptions& options, int64_t input_size, int64_t layers) const;
  nn::PoolingOptions pooling_options(const TextModelOptions& options, int64_t ratios) const;
  void make_sentences(const TextModelOptions& options, nn::PoolingOptions pooling, nn::Seed seed);
  at::Tensor ratios_of(const data::TextBatch& batch, at::ScalarType type, const nn::StepContext& context) const;
  // given: null where attention makes the weights.
  const at::Tensor& word_offsets(const data::TextBatch& batch) const;  // of what the word encoder reads as one
  void read_words(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context);
  void read_rows(TextForward& out, const at::Tensor& input, const at::Tensor& ratios, const data::TextBatch& batch,
                 const nn::StepContext& context, const GivenWeights* given);
  void read_sentences(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
                      const GivenWeights* given);
  nn::Pooled read_vectors(const at::Tensor& vectors, const data::TextBatch& batch, const nn::StepContext& context,
                          const GivenWeights* given, at::Tensor& memory);
  at::Tensor logits_of(const data::DistinctSentences& distinct, const data::TextBatch& batch);
  at::Tensor sentence_rows(const at::Tensor& states, const at::Tensor& vectors) const;
  void finish(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
              const GivenWeights* given);
  at::Tensor contexts_of_sentences(const TextForward& made, const data::TextBatch& batch, const GivenWeights& given);

  Structure structure_;
  double ngram_dropout_, row_penalty_;
  bool encoded_;    // there is an encoder
  int64_t ratios_;  // R
  nn::Embedding embedding_{nullptr};
  nn::Encoder encoder_{nullptr}, sentence_encoder_{nullptr};
  nn::Pooling pooling_{nullptr}, sentence_pooling_{nullptr};
  nn::LinearHead head_{nullptr};
  std::vector<std::shared_ptr<TextModelImpl>> members_;  // where there are several; the modules above are empty then
};
TORCH_MODULE(TextModel);

}  // namespace fovea::tasks
