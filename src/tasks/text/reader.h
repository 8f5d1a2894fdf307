// One network that reads texts: embedding → encoder → attention → linear head, and beside the first two the n-gram
// ratios of each word. With Look::kClear the encoder only chooses the weights, and what they weigh is made of each word
// and those beside it by filters. A reader of sentences has encoder and attention a second time, over what the first
// made of each sentence.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "nn/attention/pooling.h"
#include "nn/embedding.h"
#include "nn/encoders/encoder.h"
#include "nn/heads/linear.h"
#include "tasks/text/network.h"

namespace fovea::tasks {

// What every reader has: words to states, and attention over them.
class TextReader : public TextNetwork {
 public:
  TextForward forward_under(const data::TextBatch& batch, const nn::StepContext& context,
                            std::span<const GivenWeights> given) override;
  at::Tensor contributions(const TextForward& made, const data::TextBatch& batch) const override;
  at::Tensor word_contributions(const TextForward& made, const data::TextBatch& batch) const override;
  std::vector<at::Tensor> inputs(const data::TextBatch& batch) override;
  TextForward forward_from(std::span<const at::Tensor> inputs, const data::TextBatch& batch,
                           std::span<const GivenWeights> given) override;
  at::Tensor logits_under(const TextForward& made, const data::TextBatch& batch,
                          std::span<const GivenWeights> given) override;
  void pack() override {
    if (encoder_) encoder_->pack();
  }
  at::Tensor bias() const override { return head_->bias(); }

 protected:
  TextReader(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed);
  void make_head(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed);
  static nn::EncoderOptions encoder_options(const TextModelOptions& options, int64_t input_size, int64_t layers);

  // Of which rows attention looks at once: those of a text, or of a sentence.
  virtual const at::Tensor& word_offsets(const data::TextBatch& batch) const = 0;
  // From what attention made of the words to the context of each text; fills out.weights, and `pooled` and `memory`
  // with what the context is made of. given: null where attention makes the weights.
  virtual void read_on(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
                       const GivenWeights* given) = 0;
  // The contexts [many, D] that one text gets under many weights.
  virtual at::Tensor contexts_under(const TextForward& made, const data::TextBatch& batch,
                                    const GivenWeights& given) = 0;
  // What the head reads is made by this attention, of the rows between these offsets.
  virtual const nn::Pooling& last_pooling() const = 0;
  virtual const at::Tensor& last_offsets(const data::TextBatch& batch) const = 0;

  // What rows [N, D] in the place of the words' memory would add to the logits, [N, C] in double, under the weights
  // that were made; undefined where the answer is no sum over words.
  virtual at::Tensor added_by_words(const TextForward& made, const data::TextBatch& batch,
                                    const at::Tensor& rows) const = 0;
  static const at::Tensor& word_memory(const TextForward& made) {
    return made.word_memory.defined() ? made.word_memory : made.memory;
  }

  void read_words(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
                  const GivenWeights* given = nullptr);
  at::Tensor head(const at::Tensor& contexts, const nn::StepContext& context);
  static nn::Pooled pooled(nn::Pooling& pooling, const at::Tensor& memory, const at::Tensor& keys,
                           const at::Tensor& offsets, const at::Tensor& weights);
  at::Tensor logits_of_added(const at::Tensor& added) const;
  void add_entropy(TextForward& out, const at::Tensor& looks, const at::Tensor& offsets) const;

  bool clear_;                    // values are made of words; the encoder's states are keys
  bool encoded_;                  // a state is more than the input
  int64_t ratios_;                // R
  double entropy_penalty_;        // 0: none
  nn::PoolingOptions pooling_;    // of the words; of sentences the same
  nn::Encoder encoder_{nullptr};  // null where nothing is asked of states
  nn::Pooling attention_{nullptr};

 private:
  at::Tensor ratios_of(const data::TextBatch& batch, at::ScalarType type, const nn::StepContext& context) const;
  at::Tensor values_of(const at::Tensor& input, const at::Tensor& offsets, const nn::StepContext& context,
                       const at::Tensor& which);
  at::Tensor input_of(const at::Tensor& vectors, const at::Tensor& ratios) const;
  void read_rows(TextForward& out, const at::Tensor& input, const at::Tensor& ratios, const data::TextBatch& batch,
                 const nn::StepContext& context, const GivenWeights* given, const at::Tensor& which = {});
  void finish(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
              const GivenWeights* given);

  double ngram_dropout_, neighbour_dropout_;
  nn::Convolution filters_{nullptr};  // of clear_: from the input to the values
  nn::Embedding embedding_{nullptr};
  nn::LinearHead head_{nullptr};
};

// One look, or several, over the words of a text.
class FlatReader final : public TextReader {
 public:
  FlatReader(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed);
  bool reads_sentences() const override { return false; }

 private:
  const at::Tensor& word_offsets(const data::TextBatch& batch) const override { return batch.offsets; }
  void read_on(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
               const GivenWeights* given) override;
  at::Tensor contexts_under(const TextForward& made, const data::TextBatch& batch, const GivenWeights& given) override;
  const nn::Pooling& last_pooling() const override { return attention_; }
  const at::Tensor& last_offsets(const data::TextBatch& batch) const override { return batch.offsets; }

  at::Tensor added_by_words(const TextForward& made, const data::TextBatch& batch,
                            const at::Tensor& rows) const override;

  double row_penalty_;  // 0: none
};

// Over the words of each sentence, and then over the sentences (Yang et al. 2016).
class SentenceReader final : public TextReader {
 public:
  SentenceReader(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed);
  void pack() override;
  bool reads_sentences() const override { return true; }
  at::Tensor logits_of(const data::DistinctSentences& distinct, const data::TextBatch& batch) override;

 private:
  const at::Tensor& word_offsets(const data::TextBatch& batch) const override { return batch.sentence_offsets; }
  void read_on(TextForward& out, const data::TextBatch& batch, const nn::StepContext& context,
               const GivenWeights* given) override;
  at::Tensor contexts_under(const TextForward& made, const data::TextBatch& batch, const GivenWeights& given) override;
  const nn::Pooling& last_pooling() const override { return sentence_attention_; }
  const at::Tensor& last_offsets(const data::TextBatch& batch) const override { return batch.text_sentences; }

  at::Tensor added_by_words(const TextForward& made, const data::TextBatch& batch,
                            const at::Tensor& rows) const override;
  nn::Pooled read_vectors(const at::Tensor& vectors, const data::TextBatch& batch, const nn::StepContext& context,
                          const GivenWeights* given, at::Tensor& memory);
  at::Tensor sentence_rows(const at::Tensor& states, const at::Tensor& vectors) const;

  nn::Encoder sentence_encoder_{nullptr};
  nn::Pooling sentence_attention_{nullptr};
};

std::shared_ptr<TextReader> make_reader(const TextModelOptions& options, const TextModelSizes& sizes, nn::Seed seed);

}  // namespace fovea::tasks
