#include "nn/encoders/encoder.h"

#include <cmath>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "nn/initialise.h"

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

EncoderImpl::EncoderImpl(const EncoderOptions& options, Seed seed) : options_(options), cell_(cell_of(options.kind)) {
  if (options.kind == EncoderKind::kAverage) return;
  FOVEA_CHECK(options.input_size > 0 && options.hidden_size > 0 && options.layers > 0, options.hidden_size,
              options.layers);
  if (options.kind == EncoderKind::kCnn) {
    convolution_ = register_module("convolution", Convolution(options, seed));
    return;
  }
  if (options.kind == EncoderKind::kTransformer) {
    transformer_ = register_module("transformer", Transformer(options, seed));
    return;
  }
  FOVEA_CHECK(options.directions == 1 || options.directions == 2, options.directions);
  int64_t input_size = options.input_size;
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    layers_.emplace_back();
    for (int64_t direction = 0; direction < options.directions; ++direction) {
      const std::string name = "layer" + std::to_string(layer) + (direction == 0 ? "_forward" : "_backward");
      layers_.back().push_back(make_direction(name, input_size, seed));
    }
    input_size = output_size();
  }
}

ops::RecurrenceWeights EncoderImpl::make_direction(const std::string& name, int64_t input_size, Seed seed) {
  const int64_t hidden = options_.hidden_size, gates = ops::gate_count(cell_);
  ops::RecurrenceWeights made;
  made.input_weight = register_parameter(name + "_input_weight", at::empty({gates * hidden, input_size}));
  made.hidden_weight = register_parameter(name + "_hidden_weight", at::empty({gates * hidden, hidden}));
  made.input_bias = register_parameter(name + "_input_bias", at::zeros({gates * hidden}));
  made.hidden_bias = register_parameter(name + "_hidden_bias", at::zeros({gates * hidden}));
  fill_uniform(made.input_weight, std::sqrt(6.0 / static_cast<double>(input_size + hidden)), seed,
               name + "_input_weight");
  fill_orthogonal_blocks(made.hidden_weight, gates, seed, name + "_hidden_weight");
  if (cell_ == ops::Cell::kLstm) {
    // A forget gate that starts open (Jozefowicz, Zaremba & Sutskever 2015).
    const at::NoGradGuard guard;
    made.input_bias.narrow(0, hidden, hidden).fill_(1.0);
  }
  return made;
}

void EncoderImpl::pack() {
  for (auto& layer : layers_) {
    for (ops::RecurrenceWeights& weights : layer) weights.packed = ops::pack_recurrence(cell_, weights);
  }
}

int64_t EncoderImpl::output_size() const {
  return options_.kind == EncoderKind::kAverage ? options_.input_size : options_.hidden_size * directions();
}

int64_t EncoderImpl::directions() const {
  return recurrent() ? options_.directions : 1;
}

at::Tensor EncoderImpl::forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context) {
  if (options_.kind == EncoderKind::kAverage) return values;
  if (convolution_) return convolution_->forward(values, offsets, context);
  if (transformer_) return transformer_->forward(values, offsets, context);
  at::Tensor states = values;
  for (int64_t layer = 0; layer < options_.layers; ++layer) {
    states = ops::recurrence({cell_, states, offsets, layers_[static_cast<size_t>(layer)], {}, {}});
    if (context.training) {
      states = dropped(states, offsets, options_.dropout, state_key(context, static_cast<uint64_t>(layer)));
    }
  }
  return states;
}

}  // namespace fovea::nn
