#include "nn/decoders/transformer_steps.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/from_blob.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/decoding.h"

namespace fovea::nn {
namespace {

constexpr int64_t kFirstSteps = 32;  // room for so many at first

float* data_of(std::vector<float>& buffer, int64_t floats) {
  if (std::ssize(buffer) < floats) buffer.resize(static_cast<size_t>(floats));
  return buffer.data();
}

}  // namespace

PackedTransformer::Norm PackedTransformer::copied(const LayerNorm& norm) {
  return {norm.scale.detach().clone(), norm.shift.detach().clone()};
}

PackedTransformer::PackedTransformer(const TransformerDecoderImpl& decoder)
    : options_(decoder.options_),
      input_(decoder.input_, decoder.input_bias_),
      place_scale_(decoder.place_scale_.defined() ? decoder.place_scale_.detach().clone() : at::Tensor()),
      last_(copied(decoder.last_)) {
  for (const TransformerDecoderImpl::Layer& layer : decoder.layers_) {
    layers_.push_back({copied(layer.before_attention), copied(layer.before_look), copied(layer.before_forward),
                       ops::PackedLinear(layer.attention), ops::PackedLinear(layer.output),
                       ops::PackedLinear(layer.look->query_weight()), ops::PackedLinear(layer.look_output),
                       ops::PackedLinear(layer.forward.up, layer.forward.up_bias),
                       ops::PackedLinear(layer.forward.down, layer.forward.down_bias)});
  }
}

TransformerSteps::TransformerSteps(const PackedTransformer& decoder, const std::vector<ops::Memory>& memories,
                                   int64_t most_rows)
    : decoder_(decoder), memories_(memories), most_(most_rows), kept_(memories.size()) {
  FOVEA_CHECK(most_rows > 0 && memories.size() == decoder.layers_.size(), most_rows, memories.size());
}

// Each row has what its parent had, and itself.
void TransformerSteps::follow(const at::Tensor& from, int64_t rows) {
  const int64_t before = place_, width = place_ + 1;
  std::vector<int64_t> slots(static_cast<size_t>(rows * width));
  const int64_t* parent = before > 0 ? from.const_data_ptr<int64_t>() : nullptr;
  firsts_.resize(static_cast<size_t>(rows));
  counts_.assign(static_cast<size_t>(rows), width);
  for (int64_t m = 0; m < rows; ++m) {
    int64_t* to = slots.data() + m * width;
    if (parent) std::copy_n(slots_.begin() + parent[m] * before, before, to);
    to[before] = place_ * most_ + m;
    firsts_[static_cast<size_t>(m)] = m * width;
  }
  slots_ = std::move(slots);
}

// states_ → normed_.
void TransformerSteps::normalise(const PackedTransformer::Norm& norm, int64_t rows) {
  kernels::LayerNormArguments arguments;
  arguments.width = decoder_.options_.hidden_size;
  arguments.epsilon = static_cast<float>(kNormEpsilon);
  arguments.scale = norm.scale.const_data_ptr<float>();
  arguments.shift = norm.shift.const_data_ptr<float>();
  arguments.in = states_.data();
  arguments.out = data_of(normed_, rows * arguments.width);
  ops::layer_norm(arguments, rows);
}

// normed_ → context_, over what each row has written before.
void TransformerSteps::attend_to_own(const PackedTransformer::Layer& layer, Kept& kept, int64_t rows) {
  const TransformerDecoderOptions& options = decoder_.options_;
  const int64_t size = options.hidden_size, width = size / options.heads;
  float* all = data_of(wide_, rows * 3 * size);
  layer.attention.apply(normed_.data(), rows, all);
  const auto room = static_cast<size_t>((place_ + 1) * most_ * size);
  for (std::vector<float>* of : {&kept.keys, &kept.values}) {
    if (of->size() < room) of->resize(std::max(2 * of->size(), static_cast<size_t>(kFirstSteps * most_ * size)));
  }
  if (options.positions == Positions::kRotary) {
    const at::Tensor both = at::from_blob(all, {rows, 3 * size}, at::kFloat);
    const Rotation rotation(place_, width);
    for (const int64_t part : {int64_t{0}, size}) {
      both.narrow(1, part, size).copy_(rotation(both.narrow(1, part, size), options.heads));
    }
  }
  for (int64_t m = 0; m < rows; ++m) {
    const int64_t slot = (place_ * most_ + m) * size;
    std::copy_n(all + m * 3 * size + size, size, kept.keys.data() + slot);
    std::copy_n(all + m * 3 * size + 2 * size, size, kept.values.data() + slot);
  }
  kernels::AttendSlotsArguments look;
  look.heads = options.heads;
  look.width = width;
  look.scale = 1 / std::sqrt(static_cast<float>(width));
  look.query = all;
  look.query_stride = 3 * size;
  look.keys = kept.keys.data();
  look.values = kept.values.data();
  look.counts = counts_.data();
  look.slots = slots_.data();
  look.firsts = firsts_.data();
  look.context = data_of(context_, rows * size);
  ops::attend_slots(look, rows);
}

// normed_ → context_, into the memory of each row's sequence; the weights, as ops::AttendOutput has them.
at::Tensor TransformerSteps::look(const PackedTransformer::Layer& layer, const ops::Memory& memory,
                                  const at::Tensor& offsets, int64_t rows) {
  const TransformerDecoderOptions& options = decoder_.options_;
  const int64_t size = options.hidden_size, heads = options.heads;
  float* query = data_of(wide_, rows * size);
  layer.look_query.apply(normed_.data(), rows, query);
  const int64_t *first_row = memory.offsets.const_data_ptr<int64_t>(), *first = offsets.const_data_ptr<int64_t>();
  std::vector<int64_t> counts, firsts, weight_firsts, strides;
  int64_t weight = 0;
  for (int64_t b = 0; b + 1 < offsets.numel(); ++b) {
    const int64_t count = first_row[b + 1] - first_row[b], queries = first[b + 1] - first[b];
    for (int64_t q = 0; q < queries; ++q) {
      counts.push_back(count);
      firsts.push_back(first_row[b]);
      weight_firsts.push_back(weight + q * count);
      strides.push_back(queries * count);
    }
    weight += heads * queries * count;
  }
  const at::Tensor weights = at::empty({weight}, memory.keys.options().requires_grad(false));
  kernels::AttendSlotsArguments look;
  look.heads = heads;
  look.width = size / heads;
  look.scale = 1 / std::sqrt(static_cast<float>(look.width));
  look.query = query;
  look.query_stride = size;
  look.keys = memory.keys.const_data_ptr<float>();
  look.values = memory.rows.const_data_ptr<float>();
  look.counts = counts.data();
  look.firsts = firsts.data();
  look.context = data_of(context_, rows * size);
  look.weights = weights.mutable_data_ptr<float>();
  look.weight_firsts = weight_firsts.data();
  look.head_strides = strides.data();
  ops::attend_slots(look, rows);
  return weights;
}

TransformerDecoded TransformerSteps::step(const at::Tensor& values, const at::Tensor& from, const at::Tensor& offsets) {
  const at::NoGradGuard guard;
  const int64_t size = decoder_.options_.hidden_size, rows = values.size(0);
  FOVEA_CHECK(rows <= most_ && values.scalar_type() == at::kFloat, "rows", rows, "of", most_, values.toString());
  follow(from, rows);
  const at::Tensor read = values.contiguous();
  float* states = data_of(states_, rows * size);
  decoder_.input_.apply(read.const_data_ptr<float>(), rows, states);
  if (decoder_.place_scale_.defined()) {
    const at::Tensor waves = waves_of_place(place_, size) * decoder_.place_scale_;
    ops::add_to_rows(waves.const_data_ptr<float>(), size, states, rows);
  }
  TransformerDecoded decoded;
  for (size_t number = 0; number < kept_.size(); ++number) {
    const PackedTransformer::Layer& layer = decoder_.layers_[number];
    normalise(layer.before_attention, rows);
    attend_to_own(layer, kept_[number], rows);
    layer.output.add(context_.data(), rows, states);
    normalise(layer.before_look, rows);
    decoded.looked.emplace_back();
    decoded.looked.back().weights = look(layer, memories_[number], offsets, rows);
    layer.look_output.add(context_.data(), rows, states);
    normalise(layer.before_forward, rows);
    float* inside = data_of(wide_, rows * layer.up.outputs());
    layer.up.apply(normed_.data(), rows, inside);
    ops::cut_below_zero(layer.up.outputs(), inside, rows);
    layer.down.add(inside, rows, states);
  }
  normalise(decoder_.last_, rows);
  decoded.states = at::empty({rows, size}, values.options().requires_grad(false));
  std::copy_n(normed_.data(), rows * size, decoded.states.mutable_data_ptr<float>());
  ++place_;
  return decoded;
}

}  // namespace fovea::nn
