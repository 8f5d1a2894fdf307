#include "nn/encoders/per_word.h"

#include <cmath>
#include <string>

#include <ATen/TensorOperators.h>

#include "ops/aten.h"

namespace fovea::nn {

PerWordImpl::PerWordImpl(const EncoderOptions& options, const Stream& stream) : dropout_(options.dropout) {
  int64_t input_size = options.input_size;
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    const std::string name = "layer" + std::to_string(layer);
    at::Tensor weight = register_parameter(name + "_weight", at::empty({options.hidden_size, input_size}));
    // Glorot's bound.
    fill_uniform(weight, std::sqrt(6.0 / static_cast<double>(input_size + options.hidden_size)), stream,
                 name + "_weight");
    weights_.push_back(weight);
    biases_.push_back(register_parameter(name + "_bias", at::zeros({options.hidden_size})));
    input_size = options.hidden_size;
  }
}

at::Tensor PerWordImpl::forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context) {
  at::Tensor states = values;
  for (size_t layer = 0; layer < weights_.size(); ++layer) {
    states = at::tanh(at::addmm(biases_[layer], states, weights_[layer].t()));
    if (context.training) states = dropped(states, offsets, dropout_, state_key(context, layer));
  }
  return states;
}

}  // namespace fovea::nn
