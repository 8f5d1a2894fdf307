// The text classifier's network, whichever it is: one reader of words (tasks/text/reader.h), one of words and then of
// sentences, or several of a kind that answer together (tasks/text/ensemble.h).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "data/batches/distinct.h"
#include "data/batches/texts.h"
#include "nn/attention/pooling.h"
#include "nn/initialise.h"
#include "nn/module.h"
#include "nn/step_context.h"
#include "tasks/text/options.h"

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
  at::Tensor entropy;       // 0-dim, of the weights, times its penalty; to be added as far as the answers are known

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

// What forward() gave to each word, [N], with its graph, of the type of the network.
at::Tensor weights_with_graph(const TextForward& made, const data::TextBatch& batch);

class TextNetwork : public nn::Module {
 public:
  // The ratios of a word stand beside its vector and once more in its memory row, where attention weighs them.
  // A text without tokens has context 0: its caller answers with the prior instead.
  TextForward forward(const data::TextBatch& batch, const nn::StepContext& context) {
    return forward_under(batch, context, {});
  }

  // The same under weights of each reader in place of those that its attention would make; none: attention makes them.
  virtual TextForward forward_under(const data::TextBatch& batch, const nn::StepContext& context,
                                    std::span<const GivenWeights> given) = 0;

  // Only the logits [B, C] of forward() without training. Of a network that reads sentences: a sentence that several
  // texts of the batch have is read once, so that many variants of one long text cost little more than one of them.
  at::Tensor logits(const data::TextBatch& batch);

  // What each word, or where sentences are read each sentence, adds to the logits, in double: [N, C] or [S, C]. With
  // the head's bias they add up to the logits of `made`, which forward() made of `batch` without training.
  virtual at::Tensor contributions(const TextForward& made, const data::TextBatch& batch) const = 0;

  // The same of each word, [N, C], where the answer is a sum over words; undefined of a reader of sentences between
  // whose words and sentences a second encoder stands. Where a value is made of several words each has its part of it,
  // the filters' relu as open or shut as it was, and the filters' bias is the own word's.
  virtual at::Tensor word_contributions(const TextForward& made, const data::TextBatch& batch) const = 0;

  // What each reader reads, one of several members or the only one: [N, E + R], the vector of each word and its ratios,
  // without training.
  virtual std::vector<at::Tensor> inputs(const data::TextBatch& batch) = 0;

  // forward() without training, from the inputs of each reader on; of `batch` only the offsets are read. `given`: the
  // weights of each reader, which then count as constants unless they require a gradient themselves; none: attention
  // makes them. Differentiable in both. Where PoolingKind is kMax or kLast no weights can be given.
  virtual TextForward forward_from(std::span<const at::Tensor> inputs, const data::TextBatch& batch,
                                   std::span<const GivenWeights> given) = 0;

  // The logits of one text under many weights, its words read once: [many, C]. `made` is forward()'s of `batch`, which
  // is that text alone and has words; given, of each reader: words [many, K, n], sentences [many, S].
  virtual at::Tensor logits_under(const TextForward& made, const data::TextBatch& batch,
                                  std::span<const GivenWeights> given) = 0;

  virtual void pack() = 0;  // for use: the weights stay as they are from now on

  virtual at::Tensor bias() const = 0;  // [C] of the head; of several members the mean
  int64_t parameter_count() const;

  virtual bool reads_sentences() const = 0;
  // The logits [B, C] of `batch`, whose sentences are `distinct` ones. Only where sentences are read.
  virtual at::Tensor logits_of(const data::DistinctSentences& distinct, const data::TextBatch& batch);
};

// A handle of a network, copied as a reference to the same one. seed: of the start of its parameters; none: they are
// left as memory has them, to be filled from a file.
class TextModel {
 public:
  TextModel(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed);

  TextNetwork* operator->() { return network_.get(); }
  const TextNetwork* operator->() const { return network_.get(); }
  TextNetwork& operator*() { return *network_; }
  const TextNetwork& operator*() const { return *network_; }

 private:
  std::shared_ptr<TextNetwork> network_;
};

}  // namespace fovea::tasks
