#include <cmath>
#include <limits>
#include <tuple>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "ops/aten.h"
#include "runner/models.h"

namespace fovea::bench {

LibtorchModel::LibtorchModel(const Case& given, const std::map<std::string, at::Tensor>& weights, bool packed)
    : case_(given), packed_(packed) {
  for (const auto& [name, value] : weights) {
    const at::Tensor mine = value.detach().clone().set_requires_grad(given.kind != Kind::kInfer);
    named_[name] = mine;
    if (given.kind != Kind::kTrain) continue;
    parameters_.push_back(mine);
    first_.push_back(at::zeros_like(value).detach());
    second_.push_back(at::zeros_like(value).detach());
    counts_.push_back(at::zeros({}, at::kFloat));
  }
  for (int64_t layer = 0; layer < given.layers; ++layer) {
    for (const char* direction : {"_forward_", "_backward_"}) {
      const std::string name = "encoder.layer" + std::to_string(layer) + direction;
      if (!named_.contains(name + "input_weight")) continue;
      for (const char* part : {"input_weight", "hidden_weight", "input_bias", "hidden_bias"})
        layers_.push_back(named_.at(name + part));
    }
  }
}

// The layers over [B, T, E], or over packed rows where there are batch sizes.
at::Tensor LibtorchModel::recur(const at::Tensor& rows, const at::Tensor& batch_sizes, int64_t batch) {
  const at::Tensor zeros = at::zeros({case_.layers * case_.directions, batch, case_.hidden});
  const bool both = case_.directions == 2, training = case_.kind != Kind::kInfer, packed = batch_sizes.defined();
  if (case_.cell == "lstm") {
    const std::vector<at::Tensor> state = {zeros, zeros};
    return std::get<0>(packed ? at::lstm(rows, batch_sizes, state, layers_, true, case_.layers, 0.0, training, both)
                              : at::lstm(rows, state, layers_, true, case_.layers, 0.0, training, both, true));
  }
  if (case_.cell == "gru") {
    return std::get<0>(packed ? at::gru(rows, batch_sizes, zeros, layers_, true, case_.layers, 0.0, training, both)
                              : at::gru(rows, zeros, layers_, true, case_.layers, 0.0, training, both, true));
  }
  return std::get<0>(packed ? at::rnn_tanh(rows, batch_sizes, zeros, layers_, true, case_.layers, 0.0, training, both)
                            : at::rnn_tanh(rows, zeros, layers_, true, case_.layers, 0.0, training, both, true));
}

at::Tensor LibtorchModel::encode(const at::Tensor& rows, const at::Tensor& lengths) {
  if (!packed_) return recur(rows, {}, rows.size(0));
  const auto [data, batch_sizes] = at::_pack_padded_sequence(rows, lengths, true);
  return std::get<0>(
      at::_pad_packed_sequence(recur(data, batch_sizes, rows.size(0)), batch_sizes, true, 0.0, rows.size(1)));
}

at::Tensor LibtorchModel::pool(const at::Tensor& states, const Padded& batch) {
  if (case_.pooling == "last") {
    const at::Tensor last = (batch.lengths - 1).view({-1, 1, 1}).expand({-1, 1, states.size(2)});
    return states.gather(1, last).squeeze(1);
  }
  const at::Tensor hidden = at::tanh(at::linear(states, named_.at("pooling.projection"), named_.at("pooling.query")));
  const at::Tensor scores = hidden.matmul(named_.at("pooling.score_vector"));
  const at::Tensor weights = scores.masked_fill(batch.mask, -std::numeric_limits<float>::infinity()).softmax(1);
  return at::bmm(weights.unsqueeze(1), states).squeeze(1);
}

at::Tensor LibtorchModel::logits(const Padded& batch) {
  const at::Tensor states = encode(at::embedding(named_.at("embedding.weight"), batch.ids), batch.lengths);
  return at::linear(pool(states, batch), named_.at("head.weight"), named_.at("head.bias"));
}

at::Tensor LibtorchModel::loss(const Padded& batch) {
  return at::cross_entropy_loss(logits(batch), batch.labels);
}

void LibtorchModel::clear_gradients() {
  for (auto& [name, value] : named_) value.mutable_grad() = at::Tensor();
}

void LibtorchModel::step(const Padded& batch) {
  clear_gradients();
  loss(batch).backward();
  const at::NoGradGuard guard;
  std::vector<at::Tensor> parameters, gradients, first, second, counts;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].grad().defined()) continue;
    parameters.push_back(parameters_[i].detach());
    gradients.push_back(parameters_[i].grad());
    first.push_back(first_[i]);
    second.push_back(second_[i]);
    counts_[i].add_(1);
    counts.push_back(counts_[i]);
  }
  at::_fused_adamw_(parameters, gradients, first, second, {}, counts, kRate, 0.9, 0.999, kWeightDecay, 1e-8, false,
                    false);
}

}  // namespace fovea::bench
