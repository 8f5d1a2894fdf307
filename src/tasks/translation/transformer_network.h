// A Transformer encoder and decoder (Vaswani et al. 2017) with the norms before each part, and the embedding of the
// target tied to what chooses the next subword (Press & Wolf 2017).
#pragma once

#include <memory>

#include "nn/decoders/transformer.h"
#include "nn/decoders/transformer_steps.h"
#include "nn/encoders/transformer.h"
#include "tasks/translation/network.h"

namespace fovea::tasks {

class TransformerTranslator final : public TranslatorImpl {
 public:
  TransformerTranslator(const TranslationModelOptions& options, const Sizes& sizes, const nn::Stream& stream);

  // The memory of each layer is values made of the states [N, H], or of a clear look of the vectors [N, E]; the keys
  // are made of the states.
  EncodedSources encode_vectors(const at::Tensor& vectors, const at::Tensor& offsets,
                                const nn::StepContext& context) override;
  Choosing read(const EncodedSources& sources, const at::Tensor& read, const at::Tensor& offsets,
                const nn::StepContext& context, const GivenLooks& looks) override;
  std::unique_ptr<TranslatorSteps> steps(const EncodedSources& sources, int64_t most_rows) const override;
  void pack() override;

 private:
  class Steps;

  Choosing choose(nn::TransformerDecoded made, const nn::StepContext& context) const;

  nn::Transformer encoder_{nullptr};
  nn::TransformerDecoder decoder_{nullptr};
  at::Tensor readout_, readout_bias_;  // [E, H], [E]: of a state, what chooses the next subword
  struct Packed {
    nn::PackedTransformer decoder;
    ops::PackedLinear readout;
  };
  std::shared_ptr<const Packed> packed() const;
  std::shared_ptr<const Packed> packed_;
};

}  // namespace fovea::tasks
