#include "nn/transformer_parts.h"

#include <cmath>
#include <vector>

#include "ops/aten.h"

namespace fovea::nn {
namespace {

constexpr double kLongestWave = 10000;  // of the places, as in Vaswani et al.

std::vector<double> wave_rates(int64_t size) {
  std::vector<double> rates;
  for (int64_t d = 0; d < size; ++d) {
    rates.push_back(std::pow(kLongestWave, -static_cast<double>(d / 2 * 2) / static_cast<double>(size)));
  }
  return rates;
}

void write_waves(int64_t place, const std::vector<double>& rates, float* to) {
  for (size_t d = 0; d < rates.size(); ++d) {
    const double angle = static_cast<double>(place) * rates[d];
    *to++ = static_cast<float>(d % 2 == 0 ? std::sin(angle) : std::cos(angle));
  }
}

}  // namespace

LayerNorm::LayerNorm(const AddParameter& add, const std::string& name, int64_t size)
    : scale(at::ones({size})), shift(at::zeros({size})) {
  add(name + "_scale", scale);
  add(name + "_shift", shift);
}

at::Tensor LayerNorm::operator()(const at::Tensor& states) const {
  return at::layer_norm(states, {states.size(1)}, scale, shift, kNormEpsilon);
}

FeedForward::FeedForward(const AddParameter& add, const std::string& name, int64_t size, const Stream& stream) {
  up = make_matrix(add, name + "up", 2 * size, size, stream);
  add(name + "up_bias", up_bias = at::zeros({2 * size}));
  down = make_matrix(add, name + "down", size, 2 * size, stream);
  add(name + "down_bias", down_bias = at::zeros({size}));
}

at::Tensor FeedForward::operator()(const at::Tensor& states) const {
  return at::addmm(down_bias, at::relu(at::addmm(up_bias, states, up.t())), down.t());
}

at::Tensor make_matrix(const AddParameter& add, const std::string& name, int64_t rows, int64_t columns,
                       const Stream& stream) {
  at::Tensor matrix = at::empty({rows, columns});
  add(name, matrix);
  fill_glorot(matrix, stream, name);
  return matrix;
}

at::Tensor place_waves(const at::Tensor& offsets, int64_t size) {
  const int64_t* from = offsets.const_data_ptr<int64_t>();
  at::Tensor waves = at::empty({from[offsets.numel() - 1], size}, at::kFloat);
  float* to = waves.mutable_data_ptr<float>();
  const std::vector<double> rates = wave_rates(size);
  // The waves of a place are made once, and copied to every sequence that has it.
  std::vector<float> table;
  for (int64_t b = 0; b + 1 < offsets.numel(); ++b) {
    const int64_t length = from[b + 1] - from[b];
    for (int64_t place = std::ssize(table) / size; place < length; ++place) {
      table.resize(table.size() + static_cast<size_t>(size));
      write_waves(place, rates, table.data() + place * size);
    }
    to = std::copy_n(table.begin(), length * size, to);
  }
  return waves;
}

at::Tensor waves_of_place(int64_t place, int64_t size) {
  at::Tensor waves = at::empty({size}, at::kFloat);
  write_waves(place, wave_rates(size), waves.mutable_data_ptr<float>());
  return waves;
}

// Sine and cosine of the same rate stand side by side in the waves.
Rotation::Rotation(const at::Tensor& waves)
    : sines_(waves.select(2, 0).unsqueeze(1)), cosines_(waves.select(2, 1).unsqueeze(1)) {}

Rotation::Rotation(const at::Tensor& offsets, int64_t head_width)
    : Rotation(place_waves(offsets, head_width).view({-1, head_width / 2, 2})) {}

Rotation::Rotation(int64_t place, int64_t head_width)
    : Rotation(waves_of_place(place, head_width).view({1, head_width / 2, 2})) {}

at::Tensor Rotation::operator()(const at::Tensor& states, int64_t heads) const {
  const int64_t width = states.size(1) / heads;
  const at::Tensor by_head = states.reshape({states.size(0), heads, width});
  const at::Tensor first = by_head.narrow(2, 0, width / 2), second = by_head.narrow(2, width / 2, width / 2);
  const at::Tensor sine = sines_.to(states.scalar_type()), cosine = cosines_.to(states.scalar_type());
  return at::cat({first * cosine - second * sine, second * cosine + first * sine}, 2).view({states.size(0), -1});
}

}  // namespace fovea::nn
