#include "nn/recurrent_layers.h"

#include <cmath>

#include "base/errors.h"
#include "ops/aten.h"

namespace fovea::nn {
namespace {

ops::RecurrenceWeights make_direction(const AddParameter& add, const std::string& name, int64_t input_size,
                                      const RecurrentOptions& options, const Stream& stream) {
  const int64_t hidden = options.hidden_size, gates = ops::gate_count(options.cell);
  ops::RecurrenceWeights made;
  const auto made_parameter = [&](const char* what, const at::Tensor& tensor) {
    add(name + what, tensor);
    return tensor;
  };
  made.input_weight = made_parameter("_input_weight", at::empty({gates * hidden, input_size}));
  made.hidden_weight = made_parameter("_hidden_weight", at::empty({gates * hidden, hidden}));
  made.input_bias = made_parameter("_input_bias", at::zeros({gates * hidden}));
  made.hidden_bias = made_parameter("_hidden_bias", at::zeros({gates * hidden}));
  fill_uniform(made.input_weight, std::sqrt(6.0 / static_cast<double>(input_size + hidden)), stream,
               name + "_input_weight");
  fill_orthogonal_blocks(made.hidden_weight, gates, stream, name + "_hidden_weight");
  if (options.cell == ops::Cell::kLstm) {
    // A forget gate that starts open (Jozefowicz, Zaremba & Sutskever 2015).
    const at::NoGradGuard guard;
    made.input_bias.narrow(0, hidden, hidden).fill_(1.0);
  }
  return made;
}

}  // namespace

RecurrentLayers::RecurrentLayers(const AddParameter& add, const RecurrentOptions& options, const Stream& stream)
    : options_(options) {
  FOVEA_CHECK(options.input_size > 0 && options.hidden_size > 0 && options.layers > 0, options.hidden_size,
              options.layers);
  FOVEA_CHECK(options.directions == 1 || options.directions == 2, options.directions);
  int64_t input_size = options.input_size;
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    layers_.emplace_back();
    for (int64_t direction = 0; direction < options.directions; ++direction) {
      const std::string name = "layer" + std::to_string(layer) + (direction == 0 ? "_forward" : "_backward");
      layers_.back().push_back(make_direction(add, name, input_size, options, stream));
    }
    input_size = output_size();
  }
}

void RecurrentLayers::pack() {
  for (auto& layer : layers_) {
    for (ops::RecurrenceWeights& weights : layer) weights.packed = ops::pack_recurrence(options_.cell, weights);
  }
}

const ops::RecurrenceWeights& RecurrentLayers::weights(int64_t layer, int64_t direction) const {
  return layers_.at(static_cast<size_t>(layer)).at(static_cast<size_t>(direction));
}

RecurrentOutput RecurrentLayers::forward(const at::Tensor& values, const at::Tensor& offsets,
                                         const StepContext& context, const std::vector<LayerState>& initial,
                                         const at::Tensor& which) const {
  FOVEA_CHECK(initial.empty() || initial.size() == layers_.size(), "states of layers", initial.size());
  RecurrentOutput out;
  out.states = values;
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    const LayerState before = initial.empty() ? LayerState() : initial[layer];
    const ops::RecurrenceOutput made = ops::recurrence({options_.cell, out.states, offsets, layers_[layer],
                                                        before.hidden, before.cell, layer == 0 ? which : at::Tensor()});
    out.last.push_back({made.hidden, made.cell});
    out.states = made.states;
    if (context.training) out.states = dropped(out.states, offsets, options_.dropout, state_key(context, layer));
  }
  return out;
}

}  // namespace fovea::nn
