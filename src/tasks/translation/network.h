// An encoder that reads a sentence in both directions, and a decoder that writes its translation, subword by subword,
// looking back at the encoder's states (Bahdanau, Cho & Bengio 2015). The decoder looks with the state that it has
// after reading the subword before (Luong, Pham & Manning 2015), so its recurrence knows nothing of the look, and in
// training runs through whole translations at once.
#pragma once

#include <vector>

#include "nn/attention/lookup.h"
#include "nn/decoders/recurrent.h"
#include "nn/embedding.h"
#include "nn/encoders/encoder.h"
#include "nn/module.h"
#include "nn/step_context.h"
#include "tasks/translation/options.h"

namespace fovea::tasks {

// Of B sentences of N subwords together, what a decoder needs of them.
struct EncodedSources {
  // What is looked at, with keys made of the states: the states [N, 2H], or of a clear look the vectors [N, E] of the
  // subwords; of a decoder that does not look the states alone.
  ops::Memory memory;
  std::vector<nn::LayerState> begin;  // of each layer of the decoder, [1, B, 2H]
};

// What the decoder made at M places.
struct Decoded {
  at::Tensor logits;         // [M, V] of the subword that comes next
  ops::AttendOutput looked;  // undefined tensors where it does not look
};

class TranslatorImpl : public nn::Module {
 public:
  struct Sizes {
    int64_t source = 0, target = 0;  // V, subwords of each language
    bool joint = true;
  };
  TranslatorImpl(const TranslationModelOptions& options, const Sizes& sizes, const nn::Stream& stream);

  // ids [N] int64, offsets [B+1].
  EncodedSources encode(const at::Tensor& ids, const at::Tensor& offsets, const nn::StepContext& context);

  // The decoder reads `read` [M] with offsets [B+1], all of it known.
  Decoded decode(const EncodedSources& sources, const at::Tensor& read, const at::Tensor& offsets,
                 const nn::StepContext& context);

  // One step of use: the states of M hypotheses, those of a sentence one after the other, offsets [B+1] → what each
  // makes of it.
  Decoded decode_from(const EncodedSources& sources, const at::Tensor& states, const at::Tensor& offsets,
                      const nn::StepContext& context) const;
  at::Tensor vectors_of(const at::Tensor& ids) const;  // [M] → [M, E], what the decoder reads

  const nn::RecurrentDecoder& decoder() const { return decoder_; }
  void pack();  // for use: the weights stay as they are from now on
  int64_t target_size() const { return sizes_.target; }
  bool looks() const { return options_.attends(); }

 private:
  const nn::Embedding& target_embedding() const { return sizes_.joint ? embedding_ : target_embedding_; }

  TranslationModelOptions options_;
  Sizes sizes_;
  nn::Embedding embedding_{nullptr}, target_embedding_{nullptr};
  nn::Encoder encoder_{nullptr};
  nn::RecurrentDecoder decoder_{nullptr};
  nn::Lookup attention_{nullptr};
  at::Tensor readout_, readout_bias_;  // [E, 2H + context], [E]: of state and context, what chooses the next subword
  at::Tensor output_bias_;             // [V]; its matrix is the embedding of the target
};
using Translator = nn::ModuleHolder<TranslatorImpl>;

}  // namespace fovea::tasks
