// The fast recurrences against the plain ones in double, forward and backward, for every cell and instruction set.
#include "kernels/recurrence.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "kernels/dispatch.h"
#include "kernels/gemm.h"
#include "kernels/reference/recurrence.h"

namespace fovea::kernels {
namespace {

using Vector = std::vector<float>;

struct Kind {
  std::string name;
  Cell cell;
  void (*plain)(const reference::RecurrenceArguments&, int64_t, int64_t);
};
const std::vector<Kind> kKinds = {{"Lstm", Cell::kLstm, reference::lstm},
                                  {"Gru", Cell::kGru, reference::gru},
                                  {"GruResetBefore", Cell::kGruResetBefore, reference::gru_reset_before},
                                  {"ElmanTanh", Cell::kElmanTanh, reference::elman},
                                  {"ElmanRelu", Cell::kElmanRelu, reference::elman_relu}};

struct Shape {
  std::vector<int64_t> offsets;
  int64_t E, H;
};

// One direction of a layer with all that it takes and gives. The loss is Σ `weights`∘output.
struct Layer {
  Layer(const Kind& kind_, const Shape& shape, bool reverse_, bool initial_, unsigned seed, float scale = 1)
      : kind(kind_),
        offsets(shape.offsets),
        E(shape.E),
        H(shape.H),
        G(gates_of(kind.cell)),
        reverse(reverse_),
        initial(initial_),
        random(seed) {
    B = static_cast<int64_t>(offsets.size()) - 1, N = offsets.back();
    const float narrow = scale / std::sqrt(static_cast<float>(H));
    input = draw(N * E, scale), input_weights = draw(G * H * E, narrow), hidden_weights = draw(G * H * H, narrow);
    bias = draw(G * H, 0.5f), reset_bias = draw(H, 0.5f), weights = draw(N * H, 1);
    initial_hidden = draw(B * H, 0.7f), initial_cell = draw(B * H, 0.7f);
    order = recurrence_order(offsets.data(), B);
  }

  Vector draw(int64_t size, float width) {
    Vector values(static_cast<size_t>(size));
    std::uniform_real_distribution<float> uniform(-width, width);
    for (float& value : values) value = uniform(random);
    return values;
  }

  bool is_gru() const { return kind.cell == Cell::kGru || kind.cell == Cell::kGruResetBefore; }
  static Vector unset(int64_t size) {
    return Vector(static_cast<size_t>(size), std::numeric_limits<float>::quiet_NaN());
  }

  RecurrenceArguments arguments(bool save) {
    RecurrenceArguments a;
    a.cell = kind.cell, a.reverse = reverse, a.sequences = B, a.hidden_width = H;
    a.offsets = offsets.data(), a.order = order.data(), a.hidden_packed = packed.data();
    a.reset_bias = kind.cell == Cell::kGru ? reset_bias.data() : nullptr;
    a.initial_hidden = initial ? initial_hidden.data() : nullptr;
    a.initial_cell = initial && kind.cell == Cell::kLstm ? initial_cell.data() : nullptr;
    a.gates = gates.data(), a.gates_stride = G * H, a.output = output.data(), a.output_stride = H + 3, a.save = save;
    a.cells = save && kind.cell == Cell::kLstm ? cells.data() : nullptr;
    a.extra = save && is_gru() ? extra.data() : nullptr;
    return a;
  }

  void multiply(GemmArguments g) {
    Vector scratch(static_cast<size_t>(gemm_scratch_size(g)));
    gemm(g, 0, g.rows, scratch.data());
  }

  // `cuts` of [0, B), each called for itself.
  void forward(bool save, std::vector<int64_t> cuts = {}) {
    packed = unset(packed_recurrence_size(kind.cell, H));
    pack_recurrence_weights(kind.cell, H, hidden_weights.data(), packed.data());
    gates = unset(N * G * H), output = unset(N * (H + 3)), cells = unset(N * H), extra = unset(N * H);
    GemmArguments project;
    project.rows = N, project.columns = G * H, project.depth = E, project.a = input.data(), project.a_stride = E;
    project.b = input_weights.data(), project.b_stride = E, project.b_transposed = true, project.bias = bias.data();
    project.c = gates.data(), project.c_stride = G * H;
    multiply(project);
    const RecurrenceArguments a = arguments(save);
    Vector scratch(static_cast<size_t>(recurrence_scratch_size(a)));
    cuts.insert(cuts.begin(), 0), cuts.push_back(B);
    for (size_t i = 0; i + 1 < cuts.size(); ++i) recurrence_forward(a, cuts[i], cuts[i + 1], scratch.data());
  }

  void backward(std::vector<int64_t> cuts = {}) {
    const RecurrenceArguments a = arguments(true);
    packed_back = unset(packed_recurrence_size_backward(kind.cell, H));
    pack_recurrence_weights_backward(kind.cell, H, hidden_weights.data(), packed_back.data());
    d_initial_hidden = unset(B * H), d_initial_cell = unset(B * H);
    RecurrenceGradients from;
    from.hidden_packed = packed_back.data(), from.output = weights.data(), from.output_stride = H;
    if (initial) from.initial_hidden = d_initial_hidden.data();
    if (a.initial_cell) from.initial_cell = d_initial_cell.data();
    Vector scratch(static_cast<size_t>(recurrence_scratch_size(a)));
    cuts.insert(cuts.begin(), 0), cuts.push_back(B);
    for (size_t i = 0; i + 1 < cuts.size(); ++i) recurrence_backward(a, from, cuts[i], cuts[i + 1], scratch.data());
    products(a);
  }

  // The recipe of the header.
  void products(const RecurrenceArguments& a) {
    d_input = unset(N * E), d_input_weights = unset(G * H * E), d_hidden_weights = unset(G * H * H);
    d_bias = unset(G * H), d_reset_bias = unset(H);
    GemmArguments x;
    x.rows = N, x.columns = E, x.depth = G * H, x.a = gates.data(), x.a_stride = G * H, x.b = input_weights.data();
    x.b_stride = E, x.c = d_input.data(), x.c_stride = E;
    multiply(x);
    GemmArguments wx;
    wx.rows = G * H, wx.columns = E, wx.depth = N, wx.a = gates.data(), wx.a_stride = G * H, wx.a_transposed = true;
    wx.b = input.data(), wx.b_stride = E, wx.c = d_input_weights.data(), wx.c_stride = E, wx.a_sums = d_bias.data();
    multiply(wx);
    std::vector<const float*> before(static_cast<size_t>(N));
    previous_state_rows(a, before.data());
    GemmArguments wh = wx;
    wh.columns = H, wh.b = nullptr, wh.b_rows = before.data(), wh.c = d_hidden_weights.data(), wh.c_stride = H;
    wh.a_sums = nullptr;
    if (is_gru()) wh.rows = 2 * H;
    multiply(wh);
    if (!is_gru()) return;
    wh.rows = H, wh.c = d_hidden_weights.data() + 2 * H * H;
    if (kind.cell == Cell::kGru) {
      wh.a = extra.data(), wh.a_stride = H, wh.a_sums = d_reset_bias.data();
    } else {
      wh.a = gates.data() + 2 * H, wh.b_rows = nullptr, wh.b = extra.data(), wh.b_stride = H;
    }
    multiply(wh);
  }

  // The parameters in double, and the loss or the output by the plain loops.
  struct Plain {
    std::vector<double> input, input_weights, hidden_weights, bias, hidden_bias, initial_hidden, initial_cell, output;
  };
  static std::vector<double> wide(const Vector& values) { return {values.begin(), values.end()}; }
  Plain plain() const {
    Plain p{wide(input), wide(input_weights),  wide(hidden_weights), wide(bias),
            {},          wide(initial_hidden), wide(initial_cell),   {}};
    if (is_gru()) {
      p.hidden_bias.assign(static_cast<size_t>(3 * H), 0);
      if (kind.cell == Cell::kGru) std::copy(reset_bias.begin(), reset_bias.end(), p.hidden_bias.begin() + 2 * H);
    }
    return p;
  }
  double loss(Plain& p) const {
    reference::RecurrenceArguments a;
    a.input_width = E, a.hidden_width = H, a.reverse = reverse, a.offsets = offsets.data(), a.input = p.input.data();
    a.input_weights = p.input_weights.data(), a.hidden_weights = p.hidden_weights.data(), a.bias = p.bias.data();
    a.hidden_bias = is_gru() ? p.hidden_bias.data() : nullptr;
    a.initial_hidden = initial ? p.initial_hidden.data() : nullptr;
    a.initial_cell = initial && kind.cell == Cell::kLstm ? p.initial_cell.data() : nullptr;
    p.output.assign(static_cast<size_t>(N * H), 0);
    a.output = p.output.data();
    kind.plain(a, 0, B);
    double sum = 0;
    for (size_t i = 0; i < p.output.size(); ++i) sum += p.output[i] * weights[i];
    return sum;
  }

  Kind kind;
  std::vector<int64_t> offsets;
  int64_t E, H, G, B = 0, N = 0;
  bool reverse, initial;
  std::mt19937 random;
  Vector input, input_weights, hidden_weights, bias, reset_bias, initial_hidden, initial_cell, weights;
  std::vector<int64_t> order;
  Vector packed, packed_back, gates, output, cells, extra;
  Vector d_input, d_input_weights, d_hidden_weights, d_bias, d_reset_bias, d_initial_hidden, d_initial_cell;
};

const std::vector<int64_t> kRagged = {0, 0, 1, 8, 8, 13, 13, 16, 47, 49, 54, 60};
// One sequence; ragged with empty ones, wide and narrow; more sequences than walk together; no rows at all.
std::vector<Shape> shapes() {
  std::vector<int64_t> many = {0};
  for (int64_t b = 0; b < 120; ++b) many.push_back(many.back() + b % 4);
  return {{{0, 5}, 1, 1}, {kRagged, 7, 7},   {kRagged, 5, 33},      {{0, 9}, 3, 130},
          {many, 4, 13},  {{0, 0, 0}, 3, 4}, {{0, 2, 5}, 267, 267}, {{0, 3, 4}, 3, 1030}};
}

template <typename Body>
void for_each_layer(Body body, int64_t widest = 100000) {
  unsigned seed = 1;
  for (const Kind& kind : kKinds) {
    for (const Shape& shape : shapes()) {
      if (shape.H > widest) continue;
      for (const bool reverse : {false, true}) {
        const bool initial = (seed / 2) % 2 == 0;  // differs between directions of a shape
        SCOPED_TRACE(testing::Message() << kind.name << " E " << shape.E << " H " << shape.H << " B "
                                        << shape.offsets.size() - 1 << " reverse " << reverse << " initial "
                                        << initial);
        body(Layer(kind, shape, reverse, initial, seed += 3));
      }
    }
  }
}

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

TEST(SimdRecurrence, ForwardAgreesWithTheReferenceOnEveryInstructionSet) {
  for_each_layer([](Layer layer) {
    Layer::Plain plain = layer.plain();
    layer.loss(plain);
    for_each_instruction_set([&](const std::string& name) {
      SCOPED_TRACE(name);
      layer.forward(true);
      ASSERT_NO_FATAL_FAILURE(expect_output(layer, plain.output, 5e-6));
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

bool same_bits(const Vector& x, const Vector& y) {
  return x.size() == y.size() && std::equal(x.begin(), x.end(), y.begin(), [](float p, float q) {
           return p == q || (std::isnan(p) && std::isnan(q));
         });
}

TEST(SimdRecurrence, AnySplitOfTheSequencesGivesTheSameBits) {
  for_each_instruction_set([](const std::string& name) {
    SCOPED_TRACE(name);
    for_each_layer(
        [](Layer whole) {
          if (whole.B < 3) return;
          Layer split = whole;
          const std::vector<int64_t> cuts = {1, 2, whole.B / 2 + 1};
          whole.forward(true), split.forward(true, cuts);
          EXPECT_TRUE(same_bits(split.output, whole.output));
          EXPECT_TRUE(same_bits(split.gates, whole.gates));
          whole.backward(), split.backward(cuts);
          EXPECT_TRUE(same_bits(split.gates, whole.gates));
          EXPECT_TRUE(same_bits(split.d_hidden_weights, whole.d_hidden_weights));
          EXPECT_TRUE(same_bits(split.d_initial_hidden, whole.d_initial_hidden));
        },
        40);
  });
}

// Units of a plan, each on a thread of its own with its own scratch.
TEST(SimdRecurrence, UnitsOnThreadsGiveTheSameBits) {
  for (const Kind& kind : kKinds) {
    Layer whole(kind, {kRagged, 7, 33}, true, true, 11);
    Layer threaded = whole;
    whole.forward(true);
    threaded.forward(true, {});
    const Vector projected = [&] {  // the gates before the recurrence: run the projection alone by an empty range
      Layer copy = threaded;
      copy.order.clear();
      copy.B = 0;
      copy.forward(false);
      return copy.gates;
    }();
    threaded.gates = projected;
    std::fill(threaded.output.begin(), threaded.output.end(), std::numeric_limits<float>::quiet_NaN());
    const RecurrenceArguments a = threaded.arguments(true);
    const auto plan = plan_recurrence(threaded.offsets.data(), threaded.order, 1, 4);
    ASSERT_EQ(plan.size(), 4u);
    std::vector<std::thread> threads;
    for (const RecurrenceUnit& unit : plan) {
      threads.emplace_back([&a, unit] {
        Vector scratch(static_cast<size_t>(recurrence_scratch_size(a)));
        recurrence_forward(a, unit.begin, unit.end, scratch.data());
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_TRUE(same_bits(threaded.output, whole.output)) << kind.name;
    EXPECT_TRUE(same_bits(threaded.gates, whole.gates)) << kind.name;
  }
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

TEST(SimdRecurrence, PlanCoversEverySequenceOnceAndBalances) {
  std::vector<int64_t> offsets = {0};
  for (int64_t b = 0; b < 64; ++b) offsets.push_back(offsets.back() + 80 + b * 37 % 176);
  const std::vector<int64_t> order = recurrence_order(offsets.data(), 64);
  for (const int64_t directions : {1, 2}) {
    for (const int64_t threads : {1, 2, 3, 4, 8, 200}) {
      std::vector<int> seen(static_cast<size_t>(64 * directions));
      const auto plan = plan_recurrence(offsets.data(), order, directions, threads);
      const int64_t parts = std::max<int64_t>(1, threads / directions);
      EXPECT_EQ(static_cast<int64_t>(plan.size()), std::min<int64_t>(parts, 64) * directions);
      int64_t heaviest = 0;
      for (const RecurrenceUnit& unit : plan) {
        int64_t rows = 0;
        for (int64_t r = unit.begin; r < unit.end; ++r) {
          ++seen[static_cast<size_t>(unit.direction * 64 + r)];
          rows += offsets[static_cast<size_t>(order[static_cast<size_t>(r)] + 1)] -
                  offsets[static_cast<size_t>(order[static_cast<size_t>(r)])];
        }
        heaviest = std::max(heaviest, rows);
      }
      EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](int count) { return count == 1; }));
      if (parts <= 4) {
        EXPECT_LE(heaviest, offsets.back() / parts * 13 / 10);
      }
    }
  }
  EXPECT_TRUE(plan_recurrence(offsets.data(), {}, 2, 2).empty());
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
