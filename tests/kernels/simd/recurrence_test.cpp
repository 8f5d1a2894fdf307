// The fast recurrences against the plain ones in double, forward and backward, for every cell and instruction set.
#include "kernels/recurrence.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "kernels/dispatch.h"
#include "kernels/recurrence_layer.h"

namespace fovea::kernels {
namespace {

void expect_output(const Layer& layer, const std::vector<double>& expected, double tolerance) {
  for (int64_t n = 0; n < layer.N; ++n) {
    for (int64_t j = 0; j < layer.H; ++j) {
      ASSERT_NEAR(layer.output[static_cast<size_t>(n * (layer.H + 3) + j)],
                  expected[static_cast<size_t>(n * layer.H + j)], tolerance)
          << "row " << n << " unit " << j;
    }
    for (int64_t j = layer.H; j < layer.H + 3; ++j) {  // between the rows nothing is written
      ASSERT_TRUE(std::isnan(layer.output[static_cast<size_t>(n * (layer.H + 3) + j)])) << "row " << n;
    }
  }
}

void expect_last(const Vector& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (size_t i = 0; i < values.size(); ++i) ASSERT_NEAR(values[i], expected[i], 1e-5) << "last state, at " << i;
}

TEST(SimdRecurrence, ForwardAgreesWithTheReferenceOnEveryInstructionSet) {
  for_each_layer([](Layer layer) {
    Layer::Plain plain = layer.plain();
    layer.loss(plain);
    for_each_instruction_set([&](const std::string& name) {
      SCOPED_TRACE(name);
      layer.forward(true);
      ASSERT_NO_FATAL_FAILURE(expect_output(layer, plain.output, 5e-6));
      ASSERT_NO_FATAL_FAILURE(expect_last(layer.last_hidden, plain.last_hidden));
      ASSERT_NO_FATAL_FAILURE(expect_last(layer.last_cell, plain.last_cell));
      const Vector saved = layer.output;
      layer.forward(false);
      for (size_t i = 0; i < saved.size(); ++i) {
        ASSERT_TRUE(saved[i] == layer.output[i] || std::isnan(saved[i])) << "without saving, at " << i;
      }
    });
  });
}

// ⟨gradient, v⟩ against the central difference of the loss along a random v, for each parameter by itself.
void expect_gradient(const Layer& layer, Layer::Plain& plain, std::vector<double>& parameter, const Vector& gradient,
                     const std::string& name) {
  ASSERT_EQ(parameter.size(), gradient.size()) << name;
  std::mt19937 random(17);
  std::uniform_real_distribution<double> uniform(-1, 1);
  constexpr double kStep = 1e-5;
  for (int trial = 0; trial < 3; ++trial) {
    const std::vector<double> at = parameter;
    std::vector<double> direction(at.size());
    double expected = 0, size = 0;
    for (size_t i = 0; i < at.size(); ++i) {
      // The first trial looks at all places, the others at a few.
      direction[i] = trial == 0 || i % 97 == static_cast<size_t>(trial) ? uniform(random) : 0;
      expected += direction[i] * gradient[i];
      size += std::fabs(direction[i] * gradient[i]);
    }
    for (size_t i = 0; i < at.size(); ++i) parameter[i] = at[i] + kStep * direction[i];
    double difference = layer.loss(plain);
    for (size_t i = 0; i < at.size(); ++i) parameter[i] = at[i] - kStep * direction[i];
    difference = (difference - layer.loss(plain)) / (2 * kStep);
    parameter = at;
    ASSERT_NEAR(expected, difference, 2e-6 * size + 2e-6) << name << " trial " << trial;
  }
}

void expect_gradients(const Layer& layer) {
  Layer::Plain plain = layer.plain();
  expect_gradient(layer, plain, plain.input, layer.d_input, "input");
  expect_gradient(layer, plain, plain.input_weights, layer.d_input_weights, "input weights");
  expect_gradient(layer, plain, plain.hidden_weights, layer.d_hidden_weights, "hidden weights");
  expect_gradient(layer, plain, plain.bias, layer.d_bias, "bias");
  if (layer.kind.cell == Cell::kGru) {
    Vector hidden_bias(static_cast<size_t>(2 * layer.H));  // b_hr and b_hz are in the bias already
    std::copy(layer.d_bias.begin(), layer.d_bias.begin() + 2 * layer.H, hidden_bias.begin());
    hidden_bias.insert(hidden_bias.end(), layer.d_reset_bias.begin(), layer.d_reset_bias.end());
    expect_gradient(layer, plain, plain.hidden_bias, hidden_bias, "hidden bias");
  }
  if (layer.initial) expect_gradient(layer, plain, plain.initial_hidden, layer.d_initial_hidden, "initial hidden");
  if (layer.initial && layer.kind.cell == Cell::kLstm) {
    expect_gradient(layer, plain, plain.initial_cell, layer.d_initial_cell, "initial cell");
  }
}

TEST(SimdRecurrence, BackwardAgreesWithDifferencesOfTheReference) {
  for_each_layer(
      [](Layer layer) {
        layer.forward(true);
        layer.backward();
        expect_gradients(layer);
      },
      300);
}

TEST(SimdRecurrence, BackwardAgreesBetweenInstructionSets) {
  for_each_layer([](Layer layer) {
    Vector input, hidden;
    for_each_instruction_set([&](const std::string& name) {
      SCOPED_TRACE(name);
      layer.forward(true);
      layer.backward();
      if (input.empty()) input = layer.d_input, hidden = layer.d_hidden_weights;
      for (size_t i = 0; i < input.size(); ++i) ASSERT_NEAR(layer.d_input[i], input[i], 2e-5) << i;
      for (size_t i = 0; i < hidden.size(); ++i) ASSERT_NEAR(layer.d_hidden_weights[i], hidden[i], 2e-5) << i;
    });
  });
}

TEST(SimdRecurrence, HugeValuesSaturate) {
  for (const Kind& kind : kKinds) {
    if (kind.cell == Cell::kElmanRelu) continue;  // it has no bound
    Layer layer(kind, {kRagged, 7, 20}, false, true, 3, 1e4f);
    layer.forward(true);
    layer.backward();
    for (int64_t n = 0; n < layer.N; ++n) {
      for (int64_t j = 0; j < layer.H; ++j) {
        ASSERT_TRUE(std::fabs(layer.output[static_cast<size_t>(n * (layer.H + 3) + j)]) <= 1) << kind.name;
      }
    }
    for (const float value : layer.gates) ASSERT_TRUE(std::isfinite(value)) << kind.name;
    for (const float value : layer.d_hidden_weights) ASSERT_TRUE(std::isfinite(value)) << kind.name;
  }
}

TEST(SimdRecurrence, RefusesWhatIsMissing) {
  Layer layer(kKinds[0], {kRagged, 3, 4}, false, false, 1);
  layer.forward(true);
  RecurrenceArguments a = layer.arguments(true);
  Vector scratch(static_cast<size_t>(recurrence_scratch_size(a)));
  EXPECT_THROW(recurrence_forward(a, 0, layer.B + 1, scratch.data()), InternalError);
  a.cells = nullptr;
  EXPECT_THROW(recurrence_forward(a, 0, layer.B, scratch.data()), InternalError);
  EXPECT_THROW(recurrence_backward(a, {}, 0, layer.B, scratch.data()), InternalError);
  const std::vector<int64_t> falling = {0, 3, 2};
  EXPECT_THROW(recurrence_order(falling.data(), 2), InternalError);
}

}  // namespace
}  // namespace fovea::kernels
