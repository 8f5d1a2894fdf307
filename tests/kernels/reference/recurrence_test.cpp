#include "kernels/reference/recurrence.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"

namespace fovea::kernels::reference {
namespace {

using Layer = void (*)(const RecurrenceArguments&, int64_t, int64_t);

struct Cell {
  std::string name;
  Layer layer;
  int64_t gates;
};
const Cell kLstm = {"Lstm", lstm, 4}, kGru = {"Gru", gru, 3}, kElman = {"Elman", elman, 1};

// sin(start), sin(start + 0.7), …: distinct values that another program can make too.
std::vector<double> series(int64_t size, double start) {
  std::vector<double> values;
  for (int64_t k = 0; k < size; ++k) values.push_back(std::sin(start + 0.7 * static_cast<double>(k)));
  return values;
}

struct Case {
  Case(const Cell& given_cell, std::vector<int64_t> given_offsets, int64_t E, int64_t H)
      : cell(given_cell),
        offsets(std::move(given_offsets)),
        input(series(offsets.back() * E, 0.2)),
        input_weights(series(cell.gates * H * E, 1.1)),
        hidden_weights(series(cell.gates * H * H, 2.3)),
        bias(series(cell.gates * H, 0.4)),
        hidden_bias(series(cell.gates * H, 1.9)),
        output(static_cast<size_t>(offsets.back() * H), std::numeric_limits<double>::quiet_NaN()) {
    arguments.input_width = E;
    arguments.hidden_width = H;
  }

  void run() { run(0, static_cast<int64_t>(offsets.size()) - 1); }
  void run(int64_t begin, int64_t end) {
    arguments.offsets = offsets.data();
    arguments.input = input.data();
    arguments.input_weights = input_weights.data();
    arguments.hidden_weights = hidden_weights.data();
    arguments.bias = bias.data();
    arguments.hidden_bias = cell.layer == gru ? hidden_bias.data() : nullptr;
    arguments.output = output.data();
    cell.layer(arguments, begin, end);
  }

  Cell cell;
  std::vector<int64_t> offsets;
  std::vector<double> input, input_weights, hidden_weights, bias, hidden_bias, output;
  RecurrenceArguments arguments;
};

void expect_near(const std::vector<double>& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], 1e-14) << "at " << i;
}

// The inputs 2 and −1 through one hidden unit. LSTM, first step: i = σ(1.1), f = σ(0.5), g = tanh(1.7), o = σ(1.55).
Case worked(const Cell& cell) {
  Case example(cell, {0, 2}, 1, 1);
  example.input = {2, -1};
  return example;
}

TEST(ReferenceRecurrence, LstmWorkedByHand) {
  Case example = worked(kLstm);
  example.input_weights = {0.5, -0.25, 1.0, 0.75};
  example.hidden_weights = {0.3, 0.6, -0.4, 0.2};
  example.bias = {0.1, 1.0, -0.3, 0.05};
  example.run();
  expect_near(example.output, {0.4994927994208439, 0.06400591803834886});
}

// First step: r = σ(1.1), z = σ(−0.3), n = tanh(1.7 + r·0.7), h = (1 − z)·n.
TEST(ReferenceRecurrence, GruWorkedByHand) {
  Case example = worked(kGru);
  example.input_weights = {0.5, -0.25, 1.0};
  example.hidden_weights = {0.3, 0.6, -0.4};
  example.bias = {0.1, 0.2, -0.3};
  example.hidden_bias = {0, 0, 0.7};
  example.run();
  expect_near(example.output, {0.5611848452419912, 0.13632009542942747});
}

// tanh(1.1), then tanh(−0.5 − 0.8·0.8005 + 0.1).
TEST(ReferenceRecurrence, ElmanWorkedByHand) {
  Case example = worked(kElman);
  example.input_weights = {0.5};
  example.hidden_weights = {-0.8};
  example.bias = {0.1};
  example.run();
  expect_near(example.output, {0.8004990217606297, -0.7780456646519613});
}

// c of the second step: f = σ(0.5 + 1 + 0.6·h), i = σ(−0.5 + 0.1 + 0.3·h), g = tanh(−1 − 0.3 − 0.4·h) with h the first
// state; of the first c = i·g.
TEST(ReferenceRecurrence, LastStatesWorkedByHandAndOfEmptySequences) {
  Case example = worked(kLstm);
  example.offsets = {0, 2, 2};
  example.input_weights = {0.5, -0.25, 1.0, 0.75};
  example.hidden_weights = {0.3, 0.6, -0.4, 0.2};
  example.bias = {0.1, 1.0, -0.3, 0.05};
  const std::vector<double> hidden = {0, 0.25}, cell = {0, -0.5};
  std::vector<double> last_hidden(2), last_cell(2);
  example.arguments.initial_hidden = hidden.data(), example.arguments.initial_cell = cell.data();
  example.arguments.last_hidden = last_hidden.data(), example.arguments.last_cell = last_cell.data();
  example.run();
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  const double first = sigmoid(1.1) * std::tanh(1.7), h = sigmoid(1.55) * std::tanh(first);
  const double second = sigmoid(1.25 + 0.6 * h) * first + sigmoid(-0.4 + 0.3 * h) * std::tanh(-1.3 - 0.4 * h);
  expect_near(last_hidden, {example.output[1], 0.25});
  expect_near(last_cell, {second, -0.5});
}

// Recorded from libtorch 2.15 (at::lstm, at::gru, at::rnn_tanh in double) on the same four rows, E = 3, H = 2: gate
// order and the place of every bias are PyTorch's.
TEST(ReferenceRecurrence, AgreesWithRecordedLibtorch) {
  Case long_short(kLstm, {0, 4}, 3, 2), gated(kGru, {0, 4}, 3, 2), simple(kElman, {0, 4}, 3, 2);
  long_short.run();
  gated.run();
  simple.run();
  expect_near(long_short.output, {-0.417811658328776, -0.015777970786397, -0.249909378801601, -0.306084534252027,
                                  -0.031563666209342, 0.069096386508039, -0.504935903835698, -0.007994809113104});
  expect_near(gated.output, {-0.298690156166004, -0.154755814970992, -0.467917484137742, -0.534334696780758,
                             -0.377387672642312, -0.371537401141843, -0.505658612699593, -0.478198277850615});
  expect_near(simple.output, {0.958533437620024, -0.573285312692209, 0.906621747883858, 0.865481691440435,
                              -0.685862544792447, 0.629879392194872, 0.910308550368718, -0.714269572818769});
}

class ReferenceRecurrenceOf : public testing::TestWithParam<Cell> {};
INSTANTIATE_TEST_SUITE_P(, ReferenceRecurrenceOf, testing::Values(kLstm, kGru, kElman),
                         [](const auto& info) { return info.param.name; });

const std::vector<int64_t> kRagged = {0, 0, 1, 8, 8, 13, 13};

// Every sequence of a ragged batch gives what it gives alone, whatever stands before and after it.
TEST_P(ReferenceRecurrenceOf, SequencesDoNotSeeEachOther) {
  for (const bool reverse : {false, true}) {
    Case batch(GetParam(), kRagged, 5, 3);
    batch.arguments.reverse = reverse;
    batch.run();
    for (size_t b = 0; b + 1 < kRagged.size(); ++b) {
      Case alone(GetParam(), {0, kRagged[b + 1] - kRagged[b]}, 5, 3);
      alone.arguments.reverse = reverse;
      alone.input.assign(batch.input.begin() + kRagged[b] * 5, batch.input.begin() + kRagged[b + 1] * 5);
      alone.run();
      const std::vector<double> part(batch.output.begin() + kRagged[b] * 3, batch.output.begin() + kRagged[b + 1] * 3);
      EXPECT_EQ(part, alone.output) << "sequence " << b << " reverse " << reverse;
    }
  }
}

TEST_P(ReferenceRecurrenceOf, ReverseEqualsForwardOverTheReversedSequence) {
  Case backward(GetParam(), {0, 7}, 5, 3), forward(GetParam(), {0, 7}, 5, 3);
  backward.arguments.reverse = true;
  for (int64_t t = 0; t < 7; ++t) {
    std::copy_n(backward.input.begin() + (6 - t) * 5, 5, forward.input.begin() + t * 5);
  }
  backward.run();
  forward.run();
  for (int64_t t = 0; t < 7; ++t) {
    for (int64_t j = 0; j < 3; ++j) {
      EXPECT_EQ(backward.output[static_cast<size_t>((6 - t) * 3 + j)], forward.output[static_cast<size_t>(t * 3 + j)]);
    }
  }
  EXPECT_NE(backward.output, forward.output);
}

TEST_P(ReferenceRecurrenceOf, DirectionIsNothingToOneWord) {
  Case forward(GetParam(), {0, 1}, 5, 3), backward(GetParam(), {0, 1}, 5, 3);
  backward.arguments.reverse = true;
  forward.run();
  backward.run();
  EXPECT_EQ(forward.output, backward.output);
  for (const double value : forward.output) EXPECT_TRUE(std::isfinite(value) && value != 0) << value;
}

// The state after a row depends on that row and the rows before it only.
TEST_P(ReferenceRecurrenceOf, LaterRowsDoNotChangeEarlierStates) {
  Case before(GetParam(), {0, 7}, 5, 3), after(GetParam(), {0, 7}, 5, 3);
  for (size_t k = 4 * 5; k < 7 * 5; ++k) after.input[k] += 1.75;
  before.run();
  after.run();
  for (size_t k = 0; k < 4 * 3; ++k) EXPECT_EQ(before.output[k], after.output[k]) << k;
  EXPECT_NE(before.output[4 * 3], after.output[4 * 3]);
}

TEST_P(ReferenceRecurrenceOf, SplitRangesGiveTheSameBits) {
  Case whole(GetParam(), kRagged, 5, 3), split(GetParam(), kRagged, 5, 3);
  whole.run();
  split.run(4, 6);
  split.run(0, 2);
  split.run(2, 4);
  EXPECT_EQ(split.output, whole.output);
}

TEST_P(ReferenceRecurrenceOf, RefusesDecreasingOffsets) {
  Case example(GetParam(), {0, 4, 2, 6}, 5, 3);
  EXPECT_THROW(example.run(), InternalError);
}

}  // namespace
}  // namespace fovea::kernels::reference
