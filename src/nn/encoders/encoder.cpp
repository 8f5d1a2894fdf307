#include "nn/encoders/encoder.h"

#include "base/errors.h"

namespace fovea::nn {
namespace {

ops::Cell cell_of(EncoderKind kind) {
  switch (kind) {
    case EncoderKind::kGru:
      return ops::Cell::kGru;
    case EncoderKind::kElman:
      return ops::Cell::kElmanTanh;
    default:
      return ops::Cell::kLstm;
  }
}

}  // namespace

EncoderImpl::EncoderImpl(const EncoderOptions& options, const Stream& stream) : options_(options) {
  if (options.kind == EncoderKind::kAverage) return;
  FOVEA_CHECK(options.input_size > 0 && options.hidden_size > 0 && options.layers > 0, options.hidden_size,
              options.layers);
  if (options.kind == EncoderKind::kCnn) {
    convolution_ = register_module("convolution", Convolution(options, stream / "convolution"));
  } else if (options.kind == EncoderKind::kTransformer) {
    transformer_ = register_module("transformer", Transformer(options, stream / "transformer"));
  } else if (options.kind == EncoderKind::kWord) {
    per_word_ = register_module("per_word", PerWord(options, stream / "per_word"));
  } else {
    recurrent_.emplace([this](const std::string& name, const at::Tensor& tensor) { register_parameter(name, tensor); },
                       RecurrentOptions{cell_of(options.kind), options.input_size, options.hidden_size, options.layers,
                                        options.directions, options.dropout},
                       stream);
  }
}

void EncoderImpl::pack() {
  if (recurrent_) recurrent_->pack();
}

int64_t EncoderImpl::output_size() const {
  return options_.kind == EncoderKind::kAverage ? options_.input_size : options_.hidden_size * directions();
}

int64_t EncoderImpl::directions() const {
  return recurrent() ? options_.directions : 1;
}

at::Tensor EncoderImpl::forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context,
                                const at::Tensor& which) {
  if (convolution_) return convolution_->forward(values, offsets, context, {}, which);
  if (recurrent_) return recurrent_->forward(values, offsets, context, {}, which).states;
  const at::Tensor rows = which.defined() ? values.index_select(0, which) : values;
  if (transformer_) return transformer_->forward(rows, offsets, context);
  return per_word_ ? per_word_->forward(rows, offsets, context) : rows;
}

RecurrentOutput EncoderImpl::read(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context) {
  FOVEA_CHECK(recurrent_, "only a recurrent encoder ends in a state");
  return recurrent_->forward(values, offsets, context);
}

}  // namespace fovea::nn
