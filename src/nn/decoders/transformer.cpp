#include "nn/decoders/transformer.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/attend_given.h"

namespace fovea::nn {
namespace {

// Every row sees itself and those before it.
at::Tensor causal_attention(const at::Tensor& all, const at::Tensor& offsets, int64_t heads,
                            const std::optional<Rotation>& rotation) {
  const int64_t size = all.size(1) / 3;
  const auto placed = [&](const at::Tensor& of) { return rotation ? (*rotation)(of, heads) : of; };
  ops::AttendInput in;
  in.score = ops::Score::kScaledDot;
  in.query = placed(all.narrow(1, 0, size));
  in.query_offsets = offsets;
  in.keys = placed(all.narrow(1, size, size));
  in.memory = all.narrow(1, 2 * size, size);
  in.memory_offsets = offsets;
  in.causal = true;
  in.heads = heads;
  return ops::attend(in).context;
}

}  // namespace

TransformerDecoderImpl::TransformerDecoderImpl(const TransformerDecoderOptions& options, const Stream& stream)
    : options_(options) {
  const int64_t size = options.hidden_size;
  FOVEA_CHECK(options.heads > 0 && size % options.heads == 0, size, options.heads);
  const AddParameter add = [this](const std::string& name, const at::Tensor& tensor) {
    register_parameter(name, tensor);
  };
  input_ = make_matrix(add, "input", size, options.input_size, stream);
  input_bias_ = register_parameter("input_bias", at::zeros({size}));
  if (!rotary()) place_scale_ = register_parameter("place_scale", at::full({}, kFirstPlaceScale));
  FOVEA_CHECK(!rotary() || head_width() % 2 == 0, head_width());
  for (int64_t number = 0; number < options.layers; ++number) {
    const std::string name = "layer" + std::to_string(number) + "_";
    Layer layer;
    layer.before_attention = LayerNorm(add, name + "before_attention", size);
    layer.attention = make_matrix(add, name + "attention", 3 * size, size, stream);
    layer.output = make_matrix(add, name + "output", size, size, stream);
    layer.before_look = LayerNorm(add, name + "before_look", size);
    layer.look = register_module(name + "look", Lookup(LookupOptions{.score = ops::Score::kScaledDot,
                                                                     .query_size = size,
                                                                     .memory_size = options.memory_size,
                                                                     .attention_size = size,
                                                                     .heads = options.heads},
                                                       stream / (name + "look")));
    layer.value = make_matrix(add, name + "look_value", size, options.value_size, stream);
    layer.look_output = make_matrix(add, name + "look_output", size, size, stream);
    layer.before_forward = LayerNorm(add, name + "before_forward", size);
    layer.forward = FeedForward(add, name, size, stream);
    layers_.push_back(std::move(layer));
  }
  last_ = LayerNorm(add, "last", size);
}

std::vector<ops::Memory> TransformerDecoderImpl::ready(const at::Tensor& states, const at::Tensor& values,
                                                       const at::Tensor& offsets) const {
  std::vector<ops::Memory> memories;
  for (const Layer& layer : layers_) {
    memories.push_back(layer.look->ready(states, offsets));
    memories.back().rows = ops::ready(values, offsets, layer.value).keys;
  }
  return memories;
}

at::Tensor TransformerDecoderImpl::first_states(const at::Tensor& values) const {
  return at::addmm(input_bias_, values, input_.t());
}

at::Tensor TransformerDecoderImpl::waves_added(const at::Tensor& states, const at::Tensor& waves) const {
  return states + place_scale_ * waves.to(states.scalar_type());
}

TransformerDecoded TransformerDecoderImpl::forward(const at::Tensor& values, const at::Tensor& offsets,
                                                   const std::vector<ops::Memory>& memories, const StepContext& context,
                                                   const std::vector<at::Tensor>& looks) const {
  FOVEA_CHECK(memories.size() == layers_.size() && (looks.empty() || looks.size() == layers_.size()), memories.size(),
              "memories,", looks.size(), "looks of layers", layers_.size());
  at::Tensor states = first_states(values);
  std::optional<Rotation> rotation;
  if (rotary()) {
    rotation.emplace(offsets, head_width());
  } else {
    states = waves_added(states, place_waves(offsets, options_.hidden_size));
  }
  size_t part = 0;
  const auto thinned = [&](const at::Tensor& added) {
    return context.training ? dropped(added, offsets, options_.dropout, state_key(context, part++)) : added;
  };
  TransformerDecoded decoded;
  for (size_t number = 0; number < layers_.size(); ++number) {
    const Layer& layer = layers_[number];
    const ops::Memory& memory = memories[number];
    const at::Tensor seen = causal_attention(at::mm(layer.before_attention(states), layer.attention.t()), offsets,
                                             options_.heads, rotation);
    states = states + thinned(at::mm(seen, layer.output.t()));
    ops::AttendOutput looked;
    if (looks.empty()) {
      looked = layer.look->forward(layer.before_look(states), offsets, memory, {}, ops::kAllWeights);
    } else {
      looked.weights = looks[number];
      looked.context = ops::attend_given(looks[number], offsets, memory.rows, memory.offsets, options_.heads);
    }
    states = states + thinned(at::mm(looked.context, layer.look_output.t()));
    decoded.looked.push_back(std::move(looked));
    states = states + thinned(layer.forward(layer.before_forward(states)));
  }
  decoded.states = last_(states);
  return decoded;
}

}  // namespace fovea::nn
