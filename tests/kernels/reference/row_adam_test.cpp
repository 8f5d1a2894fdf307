#include "kernels/reference/row_adam.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace fovea::kernels::reference {
namespace {

// A table of one column, its state, and a decay of `lambda`.
struct Table {
  explicit Table(std::vector<double> start, double given_lambda) : table(std::move(start)), lambda(given_lambda) {
    first = second = std::vector<double>(table.size());
    counts.resize(table.size());
    decays.resize(table.size());
  }

  RowAdamArguments<double> arguments() {
    RowAdamArguments<double> given;
    given.rate = rate;
    given.decay_sum = decay_sum;
    given.width = 1;
    given.table = table.data();
    given.first_moments = first.data();
    given.second_moments = second.data();
    given.counts = counts.data();
    given.decays = decays.data();
    return given;
  }

  void step(double given_rate, const std::vector<int64_t>& rows, const std::vector<double>& gradients) {
    rate = given_rate;
    decay_sum += std::log1p(-rate * lambda);
    RowAdamArguments<double> given = arguments();
    given.rows = rows.data();
    given.gradients = gradients.data();
    row_adam(given, 0, static_cast<int64_t>(rows.size()));
  }

  std::vector<double> table, first, second, decays;
  std::vector<int64_t> counts;
  double lambda, rate = 0, decay_sum = 0;
};

// The first step of Adam goes η in the gradient's direction, whatever its size.
TEST(ReferenceRowAdam, FirstOccurrenceMovesByTheRate) {
  Table example({5, 7}, 0);
  example.step(0.1, {1}, {-300});
  EXPECT_DOUBLE_EQ(example.table[0], 5);
  EXPECT_NEAR(example.table[1], 7.1, 1e-9);
  EXPECT_EQ(example.counts, (std::vector<int64_t>{0, 1}));
}

// Second step by hand: m = 0.9·0.2 + 0.1·(−1) = 0.08, s = 0.999·0.004 + 0.001·1 = 0.004996, corrected by 0.19 and
// 0.001999.
TEST(ReferenceRowAdam, SecondOccurrenceWorkedByHand) {
  Table example({1}, 0);
  example.step(0.01, {0}, {2});
  example.step(0.03, {0}, {-1});
  EXPECT_NEAR(example.table[0], 1 - 0.01 - 0.03 * (0.08 / 0.19) / std::sqrt(0.004996 / 0.001999), 1e-9);
}

// A row of every step gets the steps of dense AdamW: decay first, then the update.
TEST(ReferenceRowAdam, RowOfEveryStepGetsAdamW) {
  Table example({0.5}, 0.1);
  double w = 0.5, m = 0, s = 0;
  for (int k = 1; k <= 20; ++k) {
    const double g = std::sin(k), rate = 0.01 / k;
    example.step(rate, {0}, {g});
    w *= 1 - rate * 0.1;
    m = 0.9 * m + 0.1 * g;
    s = 0.999 * s + 0.001 * g * g;
    w -= rate * (m / (1 - std::pow(0.9, k))) / (std::sqrt(s / (1 - std::pow(0.999, k))) + 1e-8);
    EXPECT_NEAR(example.table[0], w, 1e-13) << "step " << k;
  }
}

// Missed steps: each decays at its own rate; moments and the count stand still.
TEST(ReferenceRowAdam, MissedStepsDecayOnTouch) {
  Table example({2, 0}, 0.5), alone({2, 0}, 0);
  example.step(0.1, {0}, {1}), alone.step(0.1, {0}, {1});
  EXPECT_NEAR(example.table[0], 2 * 0.95 - 0.1, 1e-8);
  const double before = example.table[0];
  example.step(0.2, {1}, {1});
  example.step(0.4, {1}, {1});
  EXPECT_EQ(example.table[0], before);
  example.step(0.1, {0}, {1}), alone.step(0.1, {0}, {1});
  EXPECT_NEAR(example.table[0], before * 0.9 * 0.8 * 0.95 - (1.9 - alone.table[0]), 1e-8);
  EXPECT_EQ(example.counts[0], 2);
}

TEST(ReferenceRowAdam, SettlingBringsEveryRowUpToDate) {
  Table example({2, 3}, 0.5);
  example.step(0.2, {0}, {1});
  const double touched = example.table[0];
  settle_rows(example.arguments(), 0, 2);
  EXPECT_DOUBLE_EQ(example.table[0], touched);
  EXPECT_NEAR(example.table[1], 3 * 0.9, 1e-14);
  settle_rows(example.arguments(), 0, 2);  // a second time changes nothing
  EXPECT_NEAR(example.table[1], 3 * 0.9, 1e-14);
}

TEST(ReferenceRowAdam, GradientScaleMultipliesTheGradient) {
  Table example({1}, 0), scaled({1}, 0);
  example.step(0.1, {0}, {3}), example.step(0.1, {0}, {-1});
  const int64_t row = 0;
  for (const double gradient : {6.0, -2.0}) {
    RowAdamArguments<double> given = scaled.arguments();
    given.rate = 0.1;
    given.rows = &row;
    given.gradients = &gradient;
    given.gradient_scale = 0.5;
    row_adam(given, 0, 1);
  }
  EXPECT_EQ(example.table, scaled.table);
  EXPECT_EQ(example.second, scaled.second);
}

}  // namespace
}  // namespace fovea::kernels::reference
