// Every place of every parameter against the central difference of the plain forward pass.
#include "kernels/reference/recurrence_backward.h"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"

namespace fovea::kernels::reference {
namespace {

struct Kind {
  std::string name;
  Cell cell;
  void (*forward)(const RecurrenceArguments&, int64_t, int64_t);
};
const std::vector<Kind> kKinds = {{"Lstm", Cell::kLstm, lstm},
                                  {"Gru", Cell::kGru, gru},
                                  {"GruResetBefore", Cell::kGruResetBefore, gru_reset_before},
                                  {"ElmanTanh", Cell::kElmanTanh, elman},
                                  {"ElmanRelu", Cell::kElmanRelu, elman_relu}};

// sin(start), sin(start + 0.7), …, times `width`.
std::vector<double> series(int64_t size, double start, double width) {
  std::vector<double> values;
  for (int64_t k = 0; k < size; ++k) values.push_back(width * std::sin(start + 0.7 * static_cast<double>(k)));
  return values;
}

class Layer {
 public:
  Layer(const Kind& kind, bool reverse) : kind_(kind) {
    const int64_t N = offsets_.back(), B = static_cast<int64_t>(offsets_.size()) - 1, G = gates_of(kind.cell);
    input = series(N * E, 0.2, 1), input_weights = series(G * H * E, 1.1, 0.6), bias = series(G * H, 0.4, 0.5);
    hidden_weights = series(G * H * H, 2.3, 0.6), hidden_bias = series(G == 3 ? G * H : 0, 1.9, 0.5);
    initial_hidden = series(B * H, 0.9, 0.8), initial_cell = series(kind.cell == Cell::kLstm ? B * H : 0, 1.3, 0.8);
    from_above_ = series(N * H, 3.1, 1), output_.resize(static_cast<size_t>(N * H));
    from_last_ = series(B * H, 0.3, 1), from_last_cell_ = series(kind.cell == Cell::kLstm ? B * H : 0, 2.7, 1);
    last_.resize(from_last_.size()), last_cell_.resize(from_last_cell_.size());
    arguments_.input_width = E, arguments_.hidden_width = H, arguments_.reverse = reverse;
  }

  double loss() {
    connect();
    kind_.forward(arguments_, 0, static_cast<int64_t>(offsets_.size()) - 1);
    double sum = 0;
    for (size_t i = 0; i < output_.size(); ++i) sum += output_[i] * from_above_[i];
    for (size_t i = 0; i < last_.size(); ++i) sum += last_[i] * from_last_[i];
    for (size_t i = 0; i < last_cell_.size(); ++i) sum += last_cell_[i] * from_last_cell_[i];
    return sum;
  }

  void backward() {
    connect();
    const auto zeros = [](std::vector<double>& like, std::vector<double>& of) -> double* {
      like.assign(of.size(), 0);
      return of.empty() ? nullptr : like.data();
    };
    RecurrenceGradients d;
    d.last_hidden = from_last_.data(), d.last_cell = from_last_cell_.empty() ? nullptr : from_last_cell_.data();
    d.output = from_above_.data(), d.input = zeros(d_input, input),
    d.input_weights = zeros(d_input_weights, input_weights);
    d.hidden_weights = zeros(d_hidden_weights, hidden_weights), d.bias = zeros(d_bias, bias);
    d.hidden_bias = zeros(d_hidden_bias, hidden_bias), d.initial_hidden = zeros(d_initial_hidden, initial_hidden);
    d.initial_cell = zeros(d_initial_cell, initial_cell);
    recurrence_backward(kind_.cell, arguments_, d, 0, static_cast<int64_t>(offsets_.size()) - 1);
  }

  void expect(std::vector<double>& parameter, const std::vector<double>& gradient, const char* name) {
    ASSERT_EQ(parameter.size(), gradient.size()) << name;
    constexpr double kStep = 1e-6;
    for (size_t i = 0; i < parameter.size(); ++i) {
      const double at = parameter[i];
      parameter[i] = at + kStep;
      const double above = loss();
      parameter[i] = at - kStep;
      const double below = loss();
      parameter[i] = at;
      ASSERT_NEAR(gradient[i], (above - below) / (2 * kStep), 1e-7) << name << " at " << i;
    }
  }

  static constexpr int64_t E = 3, H = 4;
  std::vector<double> input, input_weights, hidden_weights, bias, hidden_bias, initial_hidden, initial_cell;
  std::vector<double> d_input, d_input_weights, d_hidden_weights, d_bias, d_hidden_bias, d_initial_hidden,
      d_initial_cell;

 private:
  void connect() {
    const auto data = [](std::vector<double>& of) { return of.empty() ? nullptr : of.data(); };
    arguments_.offsets = offsets_.data(), arguments_.input = data(input), arguments_.bias = data(bias);
    arguments_.input_weights = data(input_weights), arguments_.hidden_weights = data(hidden_weights);
    arguments_.hidden_bias = data(hidden_bias), arguments_.initial_hidden = data(initial_hidden);
    arguments_.initial_cell = data(initial_cell), arguments_.output = output_.data();
    arguments_.last_hidden = last_.data(), arguments_.last_cell = data(last_cell_);
  }

  Kind kind_;
  std::vector<int64_t> offsets_ = {0, 0, 1, 6, 6, 9};
  std::vector<double> from_above_, output_, from_last_, from_last_cell_, last_, last_cell_;
  RecurrenceArguments arguments_;
};

TEST(ReferenceRecurrenceBackward, AgreesWithDifferences) {
  for (const Kind& kind : kKinds) {
    for (const bool reverse : {false, true}) {
      SCOPED_TRACE(kind.name + (reverse ? " reverse" : ""));
      Layer layer(kind, reverse);
      layer.backward();
      layer.expect(layer.input, layer.d_input, "input");
      layer.expect(layer.input_weights, layer.d_input_weights, "input weights");
      layer.expect(layer.hidden_weights, layer.d_hidden_weights, "hidden weights");
      layer.expect(layer.bias, layer.d_bias, "bias");
      layer.expect(layer.hidden_bias, layer.d_hidden_bias, "hidden bias");
      layer.expect(layer.initial_hidden, layer.d_initial_hidden, "initial hidden");
      layer.expect(layer.initial_cell, layer.d_initial_cell, "initial cell");
    }
  }
}

// With r = 1 everywhere the two conventions of the GRU are one; with r between they are two.
TEST(ReferenceRecurrenceBackward, ConventionsOfTheGruDiffer) {
  Layer after(kKinds[1], false), before(kKinds[2], false);
  EXPECT_NE(after.loss(), before.loss());
  for (Layer* layer : {&after, &before}) {
    for (int64_t j = 0; j < Layer::H; ++j) layer->bias[static_cast<size_t>(j)] = 100;
  }
  EXPECT_NEAR(after.loss(), before.loss(), 1e-12);
}

}  // namespace
}  // namespace fovea::kernels::reference
