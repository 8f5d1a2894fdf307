#include "tasks/translation/recurrent_network.h"

#include "base/errors.h"
#include "nn/initialise.h"
#include "nn/timed_part.h"
#include "ops/aten.h"
#include "ops/attend_given.h"

namespace fovea::tasks {
namespace {

ops::Score score_of(SourceLook look) {
  switch (look) {
    case SourceLook::kDot:
      return ops::Score::kDot;
    case SourceLook::kScaledDot:
      return ops::Score::kScaledDot;
    case SourceLook::kGeneral:
      return ops::Score::kGeneral;
    case SourceLook::kAdditive:
    case SourceLook::kNone:
      break;
  }
  return ops::Score::kAdditive;
}

nn::EncoderOptions encoder_options(const TranslationModelOptions& options) {
  nn::EncoderOptions encoder;
  encoder.kind = options.network == TranslatorKind::kLstm ? nn::EncoderKind::kLstm : nn::EncoderKind::kGru;
  encoder.input_size = options.embedding_size;
  encoder.hidden_size = options.hidden_size;
  encoder.layers = options.layers;
  encoder.directions = 2;
  encoder.dropout.share = options.state_dropout;
  return encoder;
}

nn::RecurrentOptions decoder_options(const TranslationModelOptions& options) {
  nn::RecurrentOptions decoder;
  decoder.cell = options.network == TranslatorKind::kLstm ? ops::Cell::kLstm : ops::Cell::kGru;
  decoder.input_size = options.embedding_size * (options.input_feeding ? 2 : 1);
  decoder.hidden_size = 2 * options.hidden_size;
  decoder.layers = options.layers;
  decoder.directions = 1;
  decoder.dropout.share = options.state_dropout;
  return decoder;
}

// The two directions [2, B, H] side by side, as one of twice as many features, [1, B, 2H].
at::Tensor side_by_side(const at::Tensor& states) {
  return states.defined() ? at::cat({states[0], states[1]}, 1).unsqueeze(0) : at::Tensor();
}

}  // namespace

class RecurrentTranslator::Steps final : public TranslatorSteps {
 public:
  Steps(const RecurrentTranslator& network, const EncodedSources& sources, int64_t most_rows)
      : network_(network), sources_(sources), packed_(network.packed()), states_(network.decoder_, most_rows) {
    states_.begin(sources.offsets.numel() - 1, sources.begin);
  }

  Decoded step(const at::Tensor& symbols, const at::Tensor& from, const at::Tensor& offsets) override {
    const at::Tensor states = states_.step(network_.target_vectors(symbols, {}, {}), from);
    Decoded decoded;
    at::Tensor known = states;
    if (network_.looks()) {
      decoded.looked.push_back(network_.look(*packed_, states, offsets, sources_.memories.front()));
      known = at::cat({states, decoded.looked.back().context}, 1);
    }
    decoded.logits = (*packed_->output)(packed_->readout(known).tanh_());
    return decoded;
  }

 private:
  const RecurrentTranslator& network_;
  const EncodedSources& sources_;
  std::shared_ptr<const Packed> packed_;
  nn::RecurrentSteps states_;
};

RecurrentTranslator::RecurrentTranslator(const TranslationModelOptions& options, const Sizes& sizes,
                                         const nn::Stream& stream)
    : TranslatorImpl(options, sizes, stream) {
  encoder_ = register_module("encoder", nn::Encoder(encoder_options(options), stream / "encoder"));
  decoder_ = register_module("decoder", nn::RecurrentDecoder(decoder_options(options), stream / "decoder"));
  const int64_t state_size = 2 * options.hidden_size;
  int64_t width = state_size;
  if (options.attends()) {
    attention_ = register_module("attention", nn::Lookup(nn::LookupOptions{.score = score_of(options.attention),
                                                                           .query_size = state_size,
                                                                           .memory_size = state_size,
                                                                           .attention_size = options.attention_size},
                                                         stream / "attention"));
    width += options.clear ? options.embedding_size : attention_->context_size();
  }
  readout_ = register_parameter("readout", at::empty({options.embedding_size, width}));
  nn::fill_glorot(readout_, stream, "readout");
  readout_bias_ = register_parameter("readout_bias", at::zeros({options.embedding_size}));
  if (options.coverage > 0) coverage_key_ = register_parameter("coverage_key", at::zeros({options.attention_size}));
}

EncodedSources RecurrentTranslator::encode_vectors(const at::Tensor& vectors, const at::Tensor& offsets,
                                                   const nn::StepContext& context) {
  const nn::TimedPart recurrence(context, "encoder");
  const nn::RecurrentOutput read = encoder_->read(vectors, offsets, context);
  recurrence.made(read.states);
  EncodedSources sources;
  sources.offsets = offsets;
  if (options_.attends()) {
    sources.memories = {attention_->ready(read.states, offsets)};
    if (options_.clear) sources.memories.front().rows = vectors;
  }
  for (const nn::LayerState& last : read.last) {
    sources.begin.push_back({side_by_side(last.hidden), side_by_side(last.cell)});
  }
  return sources;
}

Choosing RecurrentTranslator::read(const EncodedSources& sources, const at::Tensor& read, const at::Tensor& offsets,
                                   const nn::StepContext& given, const GivenLooks& looks) {
  const nn::StepContext context = of_target(given);
  if (options_.stepwise()) return read_stepwise(sources, read, offsets, context, looks);
  const nn::TimedPart embedding(context, "target embedding");
  const at::Tensor vectors = embedding.made(target_vectors(read, offsets, context));
  const nn::TimedPart recurrence(context, "decoder");
  const at::Tensor states = recurrence.made(decoder_->forward(vectors, offsets, context, sources.begin).states);
  return choose(sources, states, offsets, context, looks);
}

ops::AttendOutput RecurrentTranslator::look(const at::Tensor& states, const at::Tensor& offsets,
                                            const ops::Memory& memory, const GivenLooks& looks) const {
  if (looks.empty()) return attention_->forward(states, offsets, memory, {}, ops::kAllWeights);
  ops::AttendOutput looked;
  looked.weights = looks.front();
  looked.context = ops::attend_given(looks.front(), offsets, memory.rows, memory.offsets, /*heads=*/1);
  return looked;
}

Choosing RecurrentTranslator::choose(const EncodedSources& sources, const at::Tensor& states, const at::Tensor& offsets,
                                     const nn::StepContext& context, const GivenLooks& looks) const {
  Choosing choosing;
  at::Tensor known = states;
  if (options_.attends()) {
    const nn::TimedPart attention(context, "attention");
    choosing.looked.push_back(look(states, offsets, sources.memories.front(), looks));
    attention.made(choosing.looked.back().context);
    known = at::cat({states, choosing.looked.back().context}, 1);
  }
  const nn::TimedPart output(context, "output");
  choosing.rows = output.made(chosen_by(known));
  return choosing;
}

at::Tensor RecurrentTranslator::chosen_by(const at::Tensor& known) const {
  return at::linear(known, readout_, readout_bias_).tanh();
}

std::unique_ptr<TranslatorSteps> RecurrentTranslator::steps(const EncodedSources& sources, int64_t most_rows) const {
  if (options_.stepwise()) return stepwise(sources, most_rows);
  return std::make_unique<Steps>(*this, sources, most_rows);
}

std::shared_ptr<const RecurrentTranslator::Packed> RecurrentTranslator::packed() const {
  if (packed_) return packed_;
  auto made = std::make_shared<Packed>();
  if (looks()) made->query = ops::PackedLinear(attention_->query_weight(), attention_->query_bias());
  made->readout = ops::PackedLinear(readout_, readout_bias_);
  made->output = output_for_steps();
  return made;
}

ops::AttendOutput RecurrentTranslator::look(const Packed& packed, const at::Tensor& states, const at::Tensor& offsets,
                                            const ops::Memory& memory) const {
  return attention_->forward_projected(packed.query(states), offsets, memory, ops::kAllWeights);
}

void RecurrentTranslator::pack() {
  pack_output();
  packed_ = packed();
  encoder_->pack();
  decoder_->pack();
}

}  // namespace fovea::tasks
