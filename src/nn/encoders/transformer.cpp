#include "nn/encoders/transformer.h"

#include <cmath>

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/self_attention.h"

namespace fovea::nn {
namespace {

constexpr double kLongestWave = 10000;    // of the places, as in Vaswani et al.
constexpr double kFirstPlaceScale = 0.1;  // the size that word vectors start with: places must not drown the words
constexpr double kNormEpsilon = 1e-5;

}  // namespace

at::Tensor place_waves(const at::Tensor& offsets, int64_t size) {
  const int64_t* from = offsets.const_data_ptr<int64_t>();
  at::Tensor waves = at::empty({from[offsets.numel() - 1], size}, at::kFloat);
  float* to = waves.mutable_data_ptr<float>();
  std::vector<double> rates;
  for (int64_t d = 0; d < size; ++d) {
    rates.push_back(std::pow(kLongestWave, -static_cast<double>(d / 2 * 2) / static_cast<double>(size)));
  }
  for (int64_t b = 0; b + 1 < offsets.numel(); ++b) {
    for (int64_t place = 0; place < from[b + 1] - from[b]; ++place) {
      for (size_t d = 0; d < rates.size(); ++d) {
        const double angle = static_cast<double>(place) * rates[d];
        *to++ = static_cast<float>(d % 2 == 0 ? std::sin(angle) : std::cos(angle));
      }
    }
  }
  return waves;
}

TransformerImpl::TransformerImpl(const EncoderOptions& options, const Stream& stream) : options_(options) {
  const int64_t size = options.hidden_size;
  FOVEA_CHECK(options.heads > 0 && size % options.heads == 0, size, options.heads);
  input_ = make_matrix("input", size, options.input_size, stream);
  input_bias_ = register_parameter("input_bias", at::zeros({size}));
  place_scale_ = register_parameter("place_scale", at::full({}, kFirstPlaceScale));
  for (int64_t number = 0; number < options.layers; ++number) {
    const std::string name = "layer" + std::to_string(number) + "_";
    Layer layer;
    layer.before_attention = make_norm(name + "before_attention");
    layer.attention = make_matrix(name + "attention", 3 * size, size, stream);
    layer.output = make_matrix(name + "output", size, size, stream);
    layer.before_forward = make_norm(name + "before_forward");
    layer.up = make_matrix(name + "up", 2 * size, size, stream);
    layer.up_bias = register_parameter(name + "up_bias", at::zeros({2 * size}));
    layer.down = make_matrix(name + "down", size, 2 * size, stream);
    layer.bottom = register_parameter(name + "down_bias", at::zeros({size}));
    layers_.push_back(layer);
  }
  last_ = make_norm("last");
}

TransformerImpl::Norm TransformerImpl::make_norm(const std::string& name) {
  return {register_parameter(name + "_scale", at::ones({options_.hidden_size})),
          register_parameter(name + "_shift", at::zeros({options_.hidden_size}))};
}

at::Tensor TransformerImpl::make_matrix(const std::string& name, int64_t rows, int64_t columns, const Stream& stream) {
  at::Tensor matrix = register_parameter(name, at::empty({rows, columns}));
  fill_glorot(matrix, stream, name);
  return matrix;
}

at::Tensor TransformerImpl::normalised(const at::Tensor& states, const Norm& norm) const {
  return at::layer_norm(states, {states.size(1)}, norm.scale, norm.shift, kNormEpsilon);
}

at::Tensor TransformerImpl::forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context) {
  const int64_t size = options_.hidden_size;
  const at::Tensor waves = place_waves(offsets, size).to(values.scalar_type());
  at::Tensor states = at::addmm(input_bias_, values, input_.t()) + place_scale_ * waves;
  size_t part = 0;
  const auto thinned = [&](const at::Tensor& added) {
    return context.training ? dropped(added, offsets, options_.dropout, state_key(context, part++)) : added;
  };
  for (const Layer& layer : layers_) {
    const at::Tensor all = at::mm(normalised(states, layer.before_attention), layer.attention.t());
    const at::Tensor seen = ops::self_attention(all.narrow(1, 0, size), all.narrow(1, size, size),
                                                all.narrow(1, 2 * size, size), offsets, options_.heads);
    states = states + thinned(at::mm(seen, layer.output.t()));
    const at::Tensor up = at::relu(at::addmm(layer.up_bias, normalised(states, layer.before_forward), layer.up.t()));
    states = states + thinned(at::addmm(layer.bottom, up, layer.down.t()));
  }
  return normalised(states, last_);
}

}  // namespace fovea::nn
