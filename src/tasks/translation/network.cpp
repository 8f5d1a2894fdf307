#include "tasks/translation/network.h"

#include "base/errors.h"
#include "nn/initialise.h"
#include "nn/timed_part.h"
#include "ops/aten.h"
#include "ops/dropout.h"

namespace fovea::tasks {
namespace {

constexpr uint64_t kTargetSide = 0x546172676574;  // "Target"

// The decoder draws its own numbers, though its parts are those of the encoder.
nn::StepContext of_target(nn::StepContext context) {
  context.seed = mix64(context.seed ^ kTargetSide);
  return context;
}

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
  encoder.kind = options.cell == ops::Cell::kLstm ? nn::EncoderKind::kLstm : nn::EncoderKind::kGru;
  encoder.input_size = options.embedding_size;
  encoder.hidden_size = options.hidden_size;
  encoder.layers = options.layers;
  encoder.directions = 2;
  encoder.dropout.share = options.state_dropout;
  return encoder;
}

nn::RecurrentOptions decoder_options(const TranslationModelOptions& options) {
  nn::RecurrentOptions decoder;
  decoder.cell = options.cell;
  decoder.input_size = options.embedding_size;
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

TranslatorImpl::TranslatorImpl(const TranslationModelOptions& options, const Sizes& sizes, const nn::Stream& stream)
    : options_(options), sizes_(sizes) {
  const auto embedding = [&](const char* name, int64_t size) {
    return register_module(name, nn::Embedding(nn::EmbeddingOptions{.vocabulary_size = size,
                                                                    .size = options.embedding_size,
                                                                    .dropout = {options.embedding_dropout},
                                                                    .word_dropout = options.word_dropout},
                                               stream / name));
  };
  embedding_ = embedding("embedding", sizes.source);
  if (!sizes.joint) target_embedding_ = embedding("target_embedding", sizes.target);
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
  output_bias_ = register_parameter("output_bias", at::zeros({sizes.target}));
}

EncodedSources TranslatorImpl::encode(const at::Tensor& ids, const at::Tensor& offsets,
                                      const nn::StepContext& context) {
  const nn::TimedPart embedding(context, "embedding");
  const at::Tensor vectors = embedding.made(embedding_->forward(ids, offsets, context));
  const nn::TimedPart recurrence(context, "encoder");
  const nn::RecurrentOutput read = encoder_->read(vectors, offsets, context);
  recurrence.made(read.states);
  EncodedSources sources;
  if (options_.attends()) {
    sources.memory = attention_->ready(read.states, offsets);
    if (options_.clear) sources.memory.rows = vectors;
  } else {
    sources.memory = {read.states, offsets, {}};
  }
  for (const nn::LayerState& last : read.last) {
    sources.begin.push_back({side_by_side(last.hidden), side_by_side(last.cell)});
  }
  return sources;
}

Decoded TranslatorImpl::decode(const EncodedSources& sources, const at::Tensor& read, const at::Tensor& offsets,
                               const nn::StepContext& given) {
  const nn::StepContext context = of_target(given);
  const nn::TimedPart embedding(context, "target embedding");
  const at::Tensor vectors = embedding.made(target_embedding()->forward(read, offsets, context));
  const nn::TimedPart recurrence(context, "decoder");
  const at::Tensor states = recurrence.made(decoder_->forward(vectors, offsets, context, sources.begin).states);
  return decode_from(sources, states, offsets, context);
}

Decoded TranslatorImpl::decode_from(const EncodedSources& sources, const at::Tensor& states, const at::Tensor& offsets,
                                    const nn::StepContext& context) const {
  Decoded decoded;
  at::Tensor known = states;
  if (options_.attends()) {
    const nn::TimedPart attention(context, "attention");
    decoded.looked = attention_->forward(states, offsets, sources.memory);
    attention.made(decoded.looked.context);
    known = at::cat({states, decoded.looked.context}, 1);
  }
  const nn::TimedPart output(context, "output");
  at::Tensor chooses = at::linear(known, readout_, readout_bias_).tanh();
  if (context.training && options_.output_dropout > 0) {
    chooses = ops::dropout(chooses, options_.output_dropout, {context.seed, Purpose::kDropoutOutput, context.step});
  }
  decoded.logits = output.made(at::linear(chooses, target_embedding()->weight(), output_bias_));
  return decoded;
}

at::Tensor TranslatorImpl::vectors_of(const at::Tensor& ids) const {
  return target_embedding()->forward(ids, {}, {});
}

void TranslatorImpl::pack() {
  encoder_->pack();
  decoder_->pack();
}

}  // namespace fovea::tasks
