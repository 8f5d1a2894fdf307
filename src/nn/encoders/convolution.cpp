#include "nn/encoders/convolution.h"

#include <cmath>
#include <string>

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/convolution.h"
#include "ops/segments.h"

namespace fovea::nn {

ConvolutionImpl::ConvolutionImpl(const EncoderOptions& options, const Stream& stream) : dropout_(options.dropout) {
  FOVEA_CHECK(options.filter_width > 0 && options.filter_width % 2 == 1, options.filter_width);
  int64_t input_size = options.input_size;
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    const std::string name = "layer" + std::to_string(layer);
    at::Tensor weight =
        register_parameter(name + "_weight", at::empty({options.filter_width, input_size, options.hidden_size}));
    // Glorot's bound, the filter seen as a matrix from all rows it reads to the one it makes.
    const double fan = static_cast<double>(options.filter_width * input_size + options.hidden_size);
    fill_uniform(weight, std::sqrt(6.0 / fan), stream, name + "_weight");
    weights_.push_back(weight);
    biases_.push_back(register_parameter(name + "_bias", at::zeros({options.hidden_size})));
    input_size = options.hidden_size;
  }
}

at::Tensor ConvolutionImpl::forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context,
                                    const at::Tensor& beside, const at::Tensor& which) {
  at::Tensor states = values;
  for (size_t layer = 0; layer < weights_.size(); ++layer) {
    const at::Tensor made = at::relu(
        ops::convolve(states, offsets, weights_[layer], biases_[layer], beside, layer == 0 ? which : at::Tensor()));
    states = layer == 0 ? made : states + made;
    if (context.training) states = dropped(states, offsets, dropout_, state_key(context, layer));
  }
  return states;
}

ConvolutionImpl::Parts ConvolutionImpl::parts(const at::Tensor& values, const at::Tensor& offsets,
                                              const at::Tensor& made) const {
  FOVEA_CHECK(weights_.size() == 1, "a further layer is no sum of what its rows were made of");
  const at::Tensor open = made.gt(0).to(values.scalar_type());
  Parts out;
  out.bias = open * biases_[0];
  const at::Tensor sequences = ops::segment_ids(offsets);
  for (int64_t w = 0; w < weights_[0].size(0); ++w) {
    out.by_place.push_back(open * ops::convolve_tap(values, sequences, weights_[0][w], w - reach()));
  }
  return out;
}

}  // namespace fovea::nn
