// A recurrent encoder that reads a sentence in both directions, and a recurrent decoder (Bahdanau, Cho & Bengio 2015).
// The decoder looks with the state that it has after reading the subword before (Luong, Pham & Manning 2015), so its
// recurrence knows nothing of the look, and in training runs through whole translations at once.
#pragma once

#include <memory>

#include "nn/attention/lookup.h"
#include "nn/decoders/recurrent.h"
#include "nn/encoders/encoder.h"
#include "tasks/translation/network.h"

namespace fovea::tasks {

class RecurrentTranslator final : public TranslatorImpl {
 public:
  RecurrentTranslator(const TranslationModelOptions& options, const Sizes& sizes, const nn::Stream& stream);

  // The memory is the states [N, 2H], or of a clear look the vectors [N, E]; its keys are made of the states.
  EncodedSources encode_vectors(const at::Tensor& vectors, const at::Tensor& offsets,
                                const nn::StepContext& context) override;
  Choosing read(const EncodedSources& sources, const at::Tensor& read, const at::Tensor& offsets,
                const nn::StepContext& context, const GivenLooks& looks) override;
  std::unique_ptr<TranslatorSteps> steps(const EncodedSources& sources, int64_t most_rows) const override;
  void pack() override;

 private:
  class Steps;
  class FedSteps;

  // Step by step (recurrent_stepwise.cpp): of --input-feeding and --coverage.
  Choosing read_stepwise(const EncodedSources& sources, const at::Tensor& read, const at::Tensor& offsets,
                         const nn::StepContext& context, const GivenLooks& looks);
  // What a step knows beside its subwords: keys where coverage [N] of a memory is known, and what is read.
  ops::Memory covered(const ops::Memory& memory, const at::Tensor& coverage) const;
  at::Tensor with_fed(const at::Tensor& vectors, const at::Tensor& fed) const;

  std::unique_ptr<TranslatorSteps> stepwise(const EncodedSources& sources, int64_t most_rows) const;

  // What steps in use read.
  struct Packed {
    ops::PackedLinear query, readout;
    std::shared_ptr<const ops::PackedLinear> output;
  };
  std::shared_ptr<const Packed> packed() const;

  ops::AttendOutput look(const at::Tensor& states, const at::Tensor& offsets, const ops::Memory& memory,
                         const GivenLooks& looks) const;
  // The same in use, of the states of a step.
  ops::AttendOutput look(const Packed& packed, const at::Tensor& states, const at::Tensor& offsets,
                         const ops::Memory& memory) const;
  at::Tensor chosen_by(const at::Tensor& known) const;  // of state and context [M, 2H + context] → [M, E]

  // What the decoder makes of its states [M, 2H], those of a sentence one after the other, offsets [B+1].
  Choosing choose(const EncodedSources& sources, const at::Tensor& states, const at::Tensor& offsets,
                  const nn::StepContext& context, const GivenLooks& looks) const;

  nn::Encoder encoder_{nullptr};
  nn::RecurrentDecoder decoder_{nullptr};
  nn::Lookup attention_{nullptr};      // none of a decoder that does not look
  at::Tensor readout_, readout_bias_;  // [E, 2H + context], [E]: of state and context, what chooses the next subword
  std::shared_ptr<const Packed> packed_;
  at::Tensor coverage_key_;  // [A]: what a row that was looked at with all weight adds to its key
};

}  // namespace fovea::tasks
