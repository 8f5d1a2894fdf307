#include "nn/encoders/transformer.h"

#include <optional>
#include <string>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/self_attention.h"

namespace fovea::nn {

TransformerImpl::TransformerImpl(const EncoderOptions& options, const Stream& stream) : options_(options) {
  const int64_t size = options.hidden_size;
  FOVEA_CHECK(options.heads > 0 && size % options.heads == 0, size, options.heads);
  const AddParameter add = [this](const std::string& name, const at::Tensor& tensor) {
    register_parameter(name, tensor);
  };
  input_ = make_matrix(add, "input", size, options.input_size, stream);
  input_bias_ = register_parameter("input_bias", at::zeros({size}));
  if (!options.rotary) place_scale_ = register_parameter("place_scale", at::full({}, kFirstPlaceScale));
  FOVEA_CHECK(!options.rotary || size / options.heads % 2 == 0, size, options.heads);
  for (int64_t number = 0; number < options.layers; ++number) {
    const std::string name = "layer" + std::to_string(number) + "_";
    Layer layer;
    layer.before_attention = LayerNorm(add, name + "before_attention", size);
    layer.attention = make_matrix(add, name + "attention", 3 * size, size, stream);
    layer.output = make_matrix(add, name + "output", size, size, stream);
    layer.before_forward = LayerNorm(add, name + "before_forward", size);
    layer.forward = FeedForward(add, name, size, stream);
    layers_.push_back(std::move(layer));
  }
  last_ = LayerNorm(add, "last", size);
}

at::Tensor TransformerImpl::forward(const at::Tensor& values, const at::Tensor& offsets, const StepContext& context) {
  const int64_t size = options_.hidden_size;
  at::Tensor states = at::addmm(input_bias_, values, input_.t());
  std::optional<Rotation> rotation;
  if (options_.rotary) {
    rotation.emplace(offsets, size / options_.heads);
  } else {
    states = states + place_scale_ * place_waves(offsets, size).to(values.scalar_type());
  }
  const auto placed = [&](const at::Tensor& of) { return rotation ? (*rotation)(of, options_.heads) : of; };
  size_t part = 0;
  const auto thinned = [&](const at::Tensor& added) {
    return context.training ? dropped(added, offsets, options_.dropout, state_key(context, part++)) : added;
  };
  for (const Layer& layer : layers_) {
    const at::Tensor all = at::mm(layer.before_attention(states), layer.attention.t());
    const at::Tensor seen = ops::self_attention(placed(all.narrow(1, 0, size)), placed(all.narrow(1, size, size)),
                                                all.narrow(1, 2 * size, size), offsets, options_.heads);
    states = states + thinned(at::mm(seen, layer.output.t()));
    states = states + thinned(layer.forward(layer.before_forward(states)));
  }
  return last_(states);
}

}  // namespace fovea::nn
