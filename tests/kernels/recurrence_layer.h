// A recurrent layer of random numbers with all that the kernels take and give, for the tests that hold them against the
// plain loops.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/gemm.h"
#include "kernels/recurrence.h"
#include "kernels/reference/recurrence.h"

namespace fovea::kernels {

using Vector = std::vector<float>;

struct Kind {
  std::string name;
  Cell cell;
  void (*plain)(const reference::RecurrenceArguments&, int64_t, int64_t);
};
inline const std::vector<Kind> kKinds = {{"Lstm", Cell::kLstm, reference::lstm},
                                         {"Gru", Cell::kGru, reference::gru},
                                         {"GruResetBefore", Cell::kGruResetBefore, reference::gru_reset_before},
                                         {"ElmanTanh", Cell::kElmanTanh, reference::elman},
                                         {"ElmanRelu", Cell::kElmanRelu, reference::elman_relu}};

struct Shape {
  std::vector<int64_t> offsets;
  int64_t E, H;
};

// One direction of a layer with all that it takes and gives. The loss is Σ `weights`∘output, and the same of the last
// states with weights of their own.
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
    last_hidden_weights = draw(B * H, 1), last_cell_weights = draw(has_cell() ? B * H : 0, 1);
    order = recurrence_order(offsets.data(), B);
  }

  Vector draw(int64_t size, float width) {
    Vector values(static_cast<size_t>(size));
    std::uniform_real_distribution<float> uniform(-width, width);
    for (float& value : values) value = uniform(random);
    return values;
  }

  bool has_cell() const { return kind.cell == Cell::kLstm; }
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
    a.last_hidden = last_hidden.data(), a.last_cell = has_cell() ? last_cell.data() : nullptr;
    a.cells = save && has_cell() ? cells.data() : nullptr;
    a.extra = save && is_gru() ? extra.data() : nullptr;
    return a;
  }

  void multiply(GemmArguments g) {
    Vector scratch(static_cast<size_t>(gemm_scratch_size(g)));
    gemm(g, 0, g.rows, scratch.data());
  }

  // The gates before the recurrence; all that it writes is unset.
  void project() {
    gates = unset(N * G * H), output = unset(N * (H + 3)), cells = unset(N * H), extra = unset(N * H);
    last_hidden = unset(B * H), last_cell = unset(has_cell() ? B * H : 0);
    GemmArguments product;
    product.rows = N, product.columns = G * H, product.depth = E, product.a = input.data(), product.a_stride = E;
    product.b = input_weights.data(), product.b_stride = E, product.b_transposed = true, product.bias = bias.data();
    product.c = gates.data(), product.c_stride = G * H;
    multiply(product);
  }

  // `cuts` of [0, B), each called for itself.
  void forward(bool save, std::vector<int64_t> cuts = {}) {
    packed = unset(packed_recurrence_size(kind.cell, H));
    pack_recurrence_weights(kind.cell, H, hidden_weights.data(), packed.data());
    project();
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
    from.last_hidden = last_hidden_weights.data(), from.last_cell = has_cell() ? last_cell_weights.data() : nullptr;
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
    std::vector<double> last_hidden, last_cell;
  };
  static std::vector<double> wide(const Vector& values) { return {values.begin(), values.end()}; }
  Plain plain() const {
    Plain p{wide(input),
            wide(input_weights),
            wide(hidden_weights),
            wide(bias),
            {},
            wide(initial_hidden),
            wide(initial_cell),
            {},
            {},
            {}};
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
    p.last_hidden.assign(static_cast<size_t>(B * H), 0), p.last_cell.assign(last_cell_weights.size(), 0);
    a.output = p.output.data(), a.last_hidden = p.last_hidden.data();
    a.last_cell = has_cell() ? p.last_cell.data() : nullptr;
    kind.plain(a, 0, B);
    double sum = 0;
    for (size_t i = 0; i < p.output.size(); ++i) sum += p.output[i] * weights[i];
    for (size_t i = 0; i < p.last_hidden.size(); ++i) sum += p.last_hidden[i] * last_hidden_weights[i];
    for (size_t i = 0; i < p.last_cell.size(); ++i) sum += p.last_cell[i] * last_cell_weights[i];
    return sum;
  }

  Kind kind;
  std::vector<int64_t> offsets;
  int64_t E, H, G, B = 0, N = 0;
  bool reverse, initial;
  std::mt19937 random;
  Vector input, input_weights, hidden_weights, bias, reset_bias, initial_hidden, initial_cell, weights;
  Vector last_hidden_weights, last_cell_weights;
  std::vector<int64_t> order;
  Vector packed, packed_back, gates, output, cells, extra, last_hidden, last_cell;
  Vector d_input, d_input_weights, d_hidden_weights, d_bias, d_reset_bias, d_initial_hidden, d_initial_cell;
};

inline const std::vector<int64_t> kRagged = {0, 0, 1, 8, 8, 13, 13, 16, 47, 49, 54, 60};
// One sequence; ragged with empty ones, wide and narrow; more sequences than walk together; no rows at all.
inline std::vector<Shape> shapes() {
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

inline bool same_bits(const Vector& x, const Vector& y) {
  return x.size() == y.size() && std::equal(x.begin(), x.end(), y.begin(), [](float p, float q) {
           return p == q || (std::isnan(p) && std::isnan(q));
         });
}

}  // namespace fovea::kernels
