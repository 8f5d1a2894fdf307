#include "tasks/translation/transformer_network.h"

#include "nn/initialise.h"
#include "nn/timed_part.h"
#include "ops/aten.h"

namespace fovea::tasks {
namespace {

nn::EncoderOptions stack_options(const TranslationModelOptions& options) {
  nn::EncoderOptions encoder;
  encoder.kind = nn::EncoderKind::kTransformer;
  encoder.input_size = options.embedding_size;
  encoder.hidden_size = options.hidden_size;
  encoder.layers = options.layers;
  encoder.heads = options.heads;
  encoder.rotary = options.positions == nn::Positions::kRotary;
  encoder.dropout.share = options.state_dropout;
  return encoder;
}

nn::TransformerDecoderOptions stacked_decoder(const TranslationModelOptions& options) {
  nn::TransformerDecoderOptions decoder;
  decoder.input_size = options.embedding_size;
  decoder.hidden_size = options.hidden_size;
  decoder.memory_size = options.hidden_size;
  decoder.value_size = options.clear ? options.embedding_size : options.hidden_size;
  decoder.layers = options.layers;
  decoder.heads = options.heads;
  decoder.positions = options.positions;
  decoder.dropout.share = options.state_dropout;
  return decoder;
}

}  // namespace

class TransformerTranslator::Steps final : public TranslatorSteps {
 public:
  Steps(const TransformerTranslator& network, const EncodedSources& sources, int64_t most_rows)
      : network_(network),
        packed_(network.packed()),
        output_(network.output_for_steps()),
        steps_(packed_->decoder, sources.memories, most_rows) {}

  Decoded step(const at::Tensor& symbols, const at::Tensor& from, const at::Tensor& offsets) override {
    nn::TransformerDecoded made = steps_.step(network_.target_vectors(symbols, {}, {}), from, offsets);
    return {(*output_)(packed_->readout(made.states)), std::move(made.looked)};
  }

 private:
  const TransformerTranslator& network_;
  std::shared_ptr<const Packed> packed_;
  std::shared_ptr<const ops::PackedLinear> output_;
  nn::TransformerSteps steps_;
};

TransformerTranslator::TransformerTranslator(const TranslationModelOptions& options, const Sizes& sizes,
                                             const nn::Stream& stream)
    : TranslatorImpl(options, sizes, stream) {
  encoder_ = register_module("encoder", nn::Transformer(stack_options(options), stream / "encoder"));
  decoder_ = register_module("decoder", nn::TransformerDecoder(stacked_decoder(options), stream / "decoder"));
  readout_ = register_parameter("readout", at::empty({options.embedding_size, options.hidden_size}));
  nn::fill_glorot(readout_, stream, "readout");
  readout_bias_ = register_parameter("readout_bias", at::zeros({options.embedding_size}));
}

EncodedSources TransformerTranslator::encode_vectors(const at::Tensor& vectors, const at::Tensor& offsets,
                                                     const nn::StepContext& context) {
  const nn::TimedPart encoder(context, "encoder");
  const at::Tensor states = encoder.made(encoder_->forward(vectors, offsets, context));
  EncodedSources sources;
  sources.offsets = offsets;
  sources.memories = decoder_->ready(states, options_.clear ? vectors : states, offsets);
  return sources;
}

Choosing TransformerTranslator::read(const EncodedSources& sources, const at::Tensor& read, const at::Tensor& offsets,
                                     const nn::StepContext& given, const GivenLooks& looks) {
  const nn::StepContext context = of_target(given);
  const nn::TimedPart embedding(context, "target embedding");
  const at::Tensor vectors = embedding.made(target_vectors(read, offsets, context));
  const nn::TimedPart decoder(context, "decoder");
  nn::TransformerDecoded made = decoder_->forward(vectors, offsets, sources.memories, context, looks);
  decoder.made(made.states);
  return choose(std::move(made), context);
}

Choosing TransformerTranslator::choose(nn::TransformerDecoded made, const nn::StepContext& context) const {
  const nn::TimedPart output(context, "output");
  return {output.made(at::linear(made.states, readout_, readout_bias_)), std::move(made.looked)};
}

std::shared_ptr<const TransformerTranslator::Packed> TransformerTranslator::packed() const {
  if (packed_) return packed_;
  return std::make_shared<const Packed>(
      Packed{nn::PackedTransformer(*decoder_), ops::PackedLinear(readout_, readout_bias_)});
}

void TransformerTranslator::pack() {
  packed_ = packed();
  pack_output();
}

std::unique_ptr<TranslatorSteps> TransformerTranslator::steps(const EncodedSources& sources, int64_t most_rows) const {
  return std::make_unique<Steps>(*this, sources, most_rows);
}

}  // namespace fovea::tasks
