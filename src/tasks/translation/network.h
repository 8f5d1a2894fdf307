// A network that translates: an encoder that reads a sentence, and a decoder that writes its translation subword by
// subword, looking back at what the encoder made. What every such network has; recurrent_network.h and
// transformer_network.h are the two that there are.
#pragma once

#include <memory>
#include <vector>

#include "nn/embedding.h"
#include "nn/module.h"
#include "nn/recurrent_layers.h"
#include "nn/step_context.h"
#include "ops/attend.h"
#include "ops/packed_linear.h"
#include "tasks/translation/options.h"

namespace fovea::tasks {

// Of B sentences of N subwords together, what a decoder needs of them.
struct EncodedSources {
  at::Tensor offsets;                 // [B+1]
  std::vector<ops::Memory> memories;  // what each layer of the decoder that looks looks at
  std::vector<nn::LayerState> begin;  // recurrent: of each layer of the decoder, [1, B, 2H]
};

// What the decoder made at M places, before and after the vocabulary.
struct Choosing {
  at::Tensor rows;                        // [M, E], what chooses the subword that comes next
  std::vector<ops::AttendOutput> looked;  // of each layer that looks
  // Of a decoder that knows where it has looked: the weight with which a step looks at what was looked at before, at
  // most as much of it as that; the mean over the steps, a number [].
  at::Tensor looked_again = {};
};
struct Decoded {
  at::Tensor logits;  // [M, V] of the subword that comes next
  std::vector<ops::AttendOutput> looked;
};

// One of the looks of a decoder that has several at each place: of a layer the mean of its heads, or one of them.
struct AttentionHead {
  int64_t layer = 0;
  int64_t head = kAllHeads;
  static constexpr int64_t kAllHeads = -1;
  bool operator==(const AttentionHead&) const = default;
};

// Weights in the place of those that the decoder would make: of each layer that looks, laid out as
// ops::AttendOutput::weights. Empty: its own.
using GivenLooks = std::vector<at::Tensor>;

// Hypotheses that grow step by step. Without gradients. Not thread-safe; any number of these may share a network that
// is packed for use. Refers to the network and the sources.
class TranslatorSteps {
 public:
  virtual ~TranslatorSteps() = default;
  // One step: row m reads the subword symbols[m] and goes on from row from[m] of the step before; at the first step
  // from sentence from[m]. Both [M] int64. The rows of a sentence lie together, offsets [B+1]. Valid until the next
  // call.
  virtual Decoded step(const at::Tensor& symbols, const at::Tensor& from, const at::Tensor& offsets) = 0;
};

class TranslatorImpl : public nn::Module {
 public:
  struct Sizes {
    int64_t source = 0, target = 0;  // V, subwords of each language
    bool joint = true;
  };
  TranslatorImpl(const TranslationModelOptions& options, const Sizes& sizes, const nn::Stream& stream);

  // The vectors of subwords of the source: ids [N] int64, offsets [B+1] → [N, E].
  at::Tensor source_vectors(const at::Tensor& ids, const at::Tensor& offsets, const nn::StepContext& context) const;
  // What is made of such vectors.
  virtual EncodedSources encode_vectors(const at::Tensor& vectors, const at::Tensor& offsets,
                                        const nn::StepContext& context) = 0;
  EncodedSources encode(const at::Tensor& ids, const at::Tensor& offsets, const nn::StepContext& context);

  // The decoder reads `read` [M] with offsets [B+1], all of it known. wanted: the rows whose logits are made, int64;
  // undefined: all.
  Decoded decode(const EncodedSources& sources, const at::Tensor& read, const at::Tensor& offsets,
                 const nn::StepContext& context, const GivenLooks& looks = {}, const at::Tensor& wanted = {});
  virtual Choosing read(const EncodedSources& sources, const at::Tensor& read, const at::Tensor& offsets,
                        const nn::StepContext& context, const GivenLooks& looks) = 0;

  Decoded decided(Choosing choosing) const;

  // Mean cross-entropy in nats of what is chosen against `answers` [M], of which `smoothing` is spread over all
  // subwords.
  at::Tensor loss(const Choosing& choosing, const at::Tensor& answers, double smoothing,
                  const nn::StepContext& context) const;

  // For use, of a network whose weights stay as they are; there are at most so many rows a step.
  virtual std::unique_ptr<TranslatorSteps> steps(const EncodedSources& sources, int64_t most_rows) const = 0;

  // Lays the weights out for use: they stay as they are from now on.
  virtual void pack() = 0;

  int64_t target_size() const { return sizes_.target; }
  bool looks() const { return options_.attends(); }
  // How often the decoder looks at each place: by layer, and in each layer by head.
  int64_t looking_layers() const { return options_.looking_layers(); }
  int64_t heads() const { return options_.looking_heads(); }

 protected:
  at::Tensor target_vectors(const at::Tensor& ids, const at::Tensor& offsets, const nn::StepContext& context) const;
  // What steps in use make logits with: laid out by pack(), or else for this call.
  std::shared_ptr<const ops::PackedLinear> output_for_steps() const;
  void pack_output();

  // The decoder draws its own numbers, though its parts are those of the encoder.
  static nn::StepContext of_target(nn::StepContext context);

  const TranslationModelOptions options_;

 private:
  const nn::Embedding& target_embedding() const { return sizes_.joint ? embedding_ : target_embedding_; }

  Sizes sizes_;
  nn::Embedding embedding_{nullptr}, target_embedding_{nullptr};
  at::Tensor output_bias_;  // [V]
  std::shared_ptr<const ops::PackedLinear> packed_output_;
};
using Translator = nn::ModuleHolder<TranslatorImpl>;

// The network that the options ask for.
Translator make_translator(const TranslationModelOptions& options, const TranslatorImpl::Sizes& sizes,
                           const nn::Stream& stream);

}  // namespace fovea::tasks
