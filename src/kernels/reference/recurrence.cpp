// One sequence at a time, one row at a time; what differs between the cells is the step from the two products
// Wx x + b and Wh h (+ b_h) to the next state.
#include "kernels/reference/recurrence.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/errors.h"

namespace fovea::kernels::reference {
namespace {

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

// out = matrix [rows, columns] · vector + bias; a null bias counts as 0.
void affine(const double* matrix, const double* vector, const double* bias, int64_t columns, std::vector<double>& out) {
  for (size_t r = 0; r < out.size(); ++r) {
    double sum = bias ? bias[r] : 0;
    for (int64_t c = 0; c < columns; ++c) sum += matrix[static_cast<int64_t>(r) * columns + c] * vector[c];
    out[r] = sum;
  }
}

// Row b of the initial states [B, H], where null stands for 0.
void start(const double* initial, int64_t b, std::vector<double>& state) {
  const int64_t H = static_cast<int64_t>(state.size());
  for (int64_t j = 0; j < H; ++j) state[static_cast<size_t>(j)] = initial ? initial[b * H + j] : 0;
}

// Walks every sequence in its direction. `step(from_input, from_hidden, hidden, cell)` turns the products [G·H] into
// the next state, in place.
template <typename Step>
void run(const RecurrenceArguments& arguments, int64_t gates, int64_t begin, int64_t end, Step step) {
  const int64_t E = arguments.input_width, H = arguments.hidden_width;
  FOVEA_CHECK(E >= 0 && H >= 0, "input width", E, "hidden width", H);
  FOVEA_CHECK(0 <= begin && begin <= end, "sequences", begin, end);
  const size_t gate_rows = static_cast<size_t>(gates * H);
  std::vector<double> from_input(gate_rows), from_hidden(gate_rows), hidden(static_cast<size_t>(H)),
      cell(hidden.size());
  for (int64_t b = begin; b < end; ++b) {
    const int64_t first = arguments.offsets[b], size = arguments.offsets[b + 1] - first;
    FOVEA_CHECK(size >= 0, "offsets decrease at sequence", b);
    start(arguments.initial_hidden, b, hidden);
    start(arguments.initial_cell, b, cell);
    for (int64_t t = 0; t < size; ++t) {
      const int64_t row = first + (arguments.reverse ? size - 1 - t : t);
      affine(arguments.input_weights, arguments.input + row * E, arguments.bias, E, from_input);
      affine(arguments.hidden_weights, hidden.data(), arguments.hidden_bias, H, from_hidden);
      step(from_input, from_hidden, hidden, cell);
      std::copy(hidden.begin(), hidden.end(), arguments.output + row * H);
    }
    if (arguments.last_hidden) std::copy(hidden.begin(), hidden.end(), arguments.last_hidden + b * H);
    if (arguments.last_cell) std::copy(cell.begin(), cell.end(), arguments.last_cell + b * H);
  }
}

}  // namespace

void lstm(const RecurrenceArguments& arguments, int64_t begin, int64_t end) {
  FOVEA_CHECK(!arguments.hidden_bias, "the LSTM has one bias");
  using Vector = std::vector<double>;
  run(arguments, 4, begin, end, [](const Vector& x, const Vector& h, Vector& hidden, Vector& cell) {
    const size_t H = hidden.size();
    for (size_t j = 0; j < H; ++j) {
      const double i = sigmoid(x[j] + h[j]);
      const double f = sigmoid(x[H + j] + h[H + j]);
      const double g = std::tanh(x[2 * H + j] + h[2 * H + j]);
      const double o = sigmoid(x[3 * H + j] + h[3 * H + j]);
      cell[j] = f * cell[j] + i * g;
      hidden[j] = o * std::tanh(cell[j]);
    }
  });
}

void gru(const RecurrenceArguments& arguments, int64_t begin, int64_t end) {
  using Vector = std::vector<double>;
  run(arguments, 3, begin, end, [](const Vector& x, const Vector& h, Vector& hidden, Vector&) {
    const size_t H = hidden.size();
    for (size_t j = 0; j < H; ++j) {
      const double r = sigmoid(x[j] + h[j]);
      const double z = sigmoid(x[H + j] + h[H + j]);
      const double n = std::tanh(x[2 * H + j] + r * h[2 * H + j]);  // the reset gate scales b_hn too, as in PyTorch
      hidden[j] = (1 - z) * n + z * hidden[j];
    }
  });
}

void gru_reset_before(const RecurrenceArguments& arguments, int64_t begin, int64_t end) {
  using Vector = std::vector<double>;
  const int64_t width = arguments.hidden_width;
  const double* bias = arguments.hidden_bias ? arguments.hidden_bias + 2 * width : nullptr;
  Vector reset, product;
  run(arguments, 3, begin, end, [&](const Vector& x, const Vector& h, Vector& hidden, Vector&) {
    const size_t H = hidden.size();
    reset.resize(H);
    product.resize(H);
    for (size_t j = 0; j < H; ++j) reset[j] = sigmoid(x[j] + h[j]) * hidden[j];
    affine(arguments.hidden_weights + 2 * width * width, reset.data(), bias, width, product);
    for (size_t j = 0; j < H; ++j) {
      const double z = sigmoid(x[H + j] + h[H + j]);
      const double n = std::tanh(x[2 * H + j] + product[j]);
      hidden[j] = (1 - z) * n + z * hidden[j];
    }
  });
}

void elman(const RecurrenceArguments& arguments, int64_t begin, int64_t end) {
  FOVEA_CHECK(!arguments.hidden_bias, "the Elman layer has one bias");
  using Vector = std::vector<double>;
  run(arguments, 1, begin, end, [](const Vector& x, const Vector& h, Vector& hidden, Vector&) {
    for (size_t j = 0; j < hidden.size(); ++j) hidden[j] = std::tanh(x[j] + h[j]);
  });
}

void elman_relu(const RecurrenceArguments& arguments, int64_t begin, int64_t end) {
  FOVEA_CHECK(!arguments.hidden_bias, "the Elman layer has one bias");
  using Vector = std::vector<double>;
  run(arguments, 1, begin, end, [](const Vector& x, const Vector& h, Vector& hidden, Vector&) {
    for (size_t j = 0; j < hidden.size(); ++j) hidden[j] = std::max(0.0, x[j] + h[j]);
  });
}

}  // namespace fovea::kernels::reference
