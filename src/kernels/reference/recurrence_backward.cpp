// One sequence at a time: forward once more with every step kept, then back through the steps.
#include "kernels/reference/recurrence_backward.h"

#include <cmath>
#include <vector>

#include "base/errors.h"

namespace fovea::kernels::reference {
namespace {

using Vector = std::vector<double>;

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

// What one step leaves behind.
struct Step {
  Vector gates;    // [G·H], after their functions
  Vector product;  // [H], kGru: Whn h + b_hn; kGruResetBefore: r∘h
  Vector hidden, cell;
};

class Sequence {
 public:
  Sequence(Cell cell, const RecurrenceArguments& arguments, const RecurrenceGradients& gradients, int64_t b)
      : kind_(cell),
        a_(arguments),
        d_(gradients),
        b_(b),
        E_(arguments.input_width),
        H_(arguments.hidden_width),
        G_(gates_of(cell)) {}

  void run() {
    Step before{{}, {}, row_or_zeros(a_.initial_hidden), row_or_zeros(a_.initial_cell)};
    const int64_t size = a_.offsets[b_ + 1] - a_.offsets[b_];
    std::vector<Step> steps;
    for (int64_t t = 0; t < size; ++t) steps.push_back(forward(row(t, size), t > 0 ? steps.back() : before));
    Vector dh = row_or_zeros(d_.last_hidden), dc = row_or_zeros(d_.last_cell);
    for (int64_t t = size - 1; t >= 0; --t) {
      const Step& from = t > 0 ? steps[static_cast<size_t>(t - 1)] : before;
      backward(row(t, size), from, steps[static_cast<size_t>(t)], dh, dc);
    }
    for (int64_t j = 0; j < H_; ++j) {
      if (d_.initial_hidden) d_.initial_hidden[b_ * H_ + j] = dh[static_cast<size_t>(j)];
      if (d_.initial_cell) d_.initial_cell[b_ * H_ + j] = dc[static_cast<size_t>(j)];
    }
  }

 private:
  // This sequence's row of [B, H].
  Vector row_or_zeros(const double* states) const {
    if (!states) return Vector(static_cast<size_t>(H_));
    return Vector(states + b_ * H_, states + (b_ + 1) * H_);
  }
  int64_t row(int64_t t, int64_t size) const { return a_.offsets[b_] + (a_.reverse ? size - 1 - t : t); }

  // Wh of one gate times a state, plus b_h of that gate.
  double hidden_part(int64_t gate, int64_t j, const Vector& state) const {
    const int64_t r = gate * H_ + j;
    double sum = a_.hidden_bias ? a_.hidden_bias[r] : 0;
    for (int64_t k = 0; k < H_; ++k) sum += a_.hidden_weights[r * H_ + k] * state[static_cast<size_t>(k)];
    return sum;
  }
  double input_part(int64_t gate, int64_t j, int64_t n) const {
    const int64_t r = gate * H_ + j;
    double sum = a_.bias ? a_.bias[r] : 0;
    for (int64_t k = 0; k < E_; ++k) sum += a_.input_weights[r * E_ + k] * a_.input[n * E_ + k];
    return sum;
  }

  Step forward(int64_t n, const Step& from) const {
    const size_t H = static_cast<size_t>(H_);
    Step step{Vector(static_cast<size_t>(G_) * H), Vector(H), Vector(H), Vector(H)};
    const auto sum = [&](int64_t gate, size_t j) {
      return input_part(gate, static_cast<int64_t>(j), n) + hidden_part(gate, static_cast<int64_t>(j), from.hidden);
    };
    for (size_t j = 0; j < H; ++j) {
      double* gates = step.gates.data();
      switch (kind_) {
        case Cell::kLstm:
          gates[j] = sigmoid(sum(0, j)), gates[H + j] = sigmoid(sum(1, j));
          gates[2 * H + j] = std::tanh(sum(2, j)), gates[3 * H + j] = sigmoid(sum(3, j));
          step.cell[j] = gates[H + j] * from.cell[j] + gates[j] * gates[2 * H + j];
          step.hidden[j] = gates[3 * H + j] * std::tanh(step.cell[j]);
          break;
        case Cell::kGru:
        case Cell::kGruResetBefore:
          gates[j] = sigmoid(sum(0, j)), gates[H + j] = sigmoid(sum(1, j));
          step.product[j] =
              kind_ == Cell::kGru ? hidden_part(2, static_cast<int64_t>(j), from.hidden) : gates[j] * from.hidden[j];
          break;
        case Cell::kElmanTanh:
          gates[j] = step.hidden[j] = std::tanh(sum(0, j));
          break;
        case Cell::kElmanRelu:
          gates[j] = step.hidden[j] = std::fmax(0.0, sum(0, j));
          break;
      }
    }
    if (G_ != 3) return step;
    for (size_t j = 0; j < H; ++j) {  // n of the GRUs, which may need r∘h whole
      const double x = input_part(2, static_cast<int64_t>(j), n), r = step.gates[j], z = step.gates[H + j];
      const double inside =
          kind_ == Cell::kGru ? r * step.product[j] : hidden_part(2, static_cast<int64_t>(j), step.product);
      step.gates[2 * H + j] = std::tanh(x + inside);
      step.hidden[j] = (1 - z) * step.gates[2 * H + j] + z * from.hidden[j];
    }
    return step;
  }

  // dh and dc come in as gradients of the state after the step, and leave as those of the state before it.
  void backward(int64_t n, const Step& from, const Step& step, Vector& dh, Vector& dc) {
    const size_t H = static_cast<size_t>(H_);
    Vector dx(static_cast<size_t>(G_) * H);  // of Wx x + b
    Vector du(dx.size());                    // of Wh h + b_h
    Vector direct(H);                        // of h before the step, past the products
    for (size_t j = 0; j < H; ++j) dh[j] += d_.output[n * H_ + static_cast<int64_t>(j)];
    for (size_t j = 0; j < H; ++j) {
      const double* y = step.gates.data() + j;
      switch (kind_) {
        case Cell::kLstm: {
          const double i = y[0], f = y[H], g = y[2 * H], o = y[3 * H], c = std::tanh(step.cell[j]);
          dc[j] += dh[j] * o * (1 - c * c);
          dx[j] = dc[j] * g * i * (1 - i);
          dx[H + j] = dc[j] * from.cell[j] * f * (1 - f);
          dx[2 * H + j] = dc[j] * i * (1 - g * g);
          dx[3 * H + j] = dh[j] * c * o * (1 - o);
          dc[j] *= f;
          break;
        }
        case Cell::kGru:
        case Cell::kGruResetBefore: {
          const double r = y[0], z = y[H], tanh_n = y[2 * H];
          direct[j] = dh[j] * z;
          dx[H + j] = dh[j] * (from.hidden[j] - tanh_n) * z * (1 - z);
          dx[2 * H + j] = dh[j] * (1 - z) * (1 - tanh_n * tanh_n);
          if (kind_ == Cell::kGru) dx[j] = dx[2 * H + j] * step.product[j] * r * (1 - r);
          break;
        }
        case Cell::kElmanTanh:
          dx[j] = dh[j] * (1 - y[0] * y[0]);
          break;
        case Cell::kElmanRelu:
          dx[j] = y[0] > 0 ? dh[j] : 0;
          break;
      }
    }
    if (kind_ == Cell::kGruResetBefore) {  // p = r∘h: dp = Whnᵀ dn, dr = dp∘h, dh gets dp∘r
      Vector dp(H);
      add_product(2, dx.data() + 2 * H, dp);
      for (size_t j = 0; j < H; ++j) {
        const double r = step.gates[j];
        dx[j] = dp[j] * from.hidden[j] * r * (1 - r);
        direct[j] += dp[j] * r;
      }
    }
    du = dx;
    for (size_t j = 0; j < H && kind_ == Cell::kGru; ++j) du[2 * H + j] *= step.gates[j];
    dh = direct;
    for (int64_t gate = 0; gate < G_; ++gate) {
      const bool inner = kind_ == Cell::kGruResetBefore && gate == 2;  // passed on above
      if (!inner) add_product(gate, du.data() + gate * H_, dh);
      add_weights(gate, n, dx.data() + gate * H_, du.data() + gate * H_, inner ? step.product : from.hidden);
    }
  }

  // to += Whᵀ of one gate times its gradient.
  void add_product(int64_t gate, const double* gradient, Vector& to) const {
    for (int64_t j = 0; j < H_; ++j) {
      for (int64_t k = 0; k < H_; ++k) {
        to[static_cast<size_t>(k)] += a_.hidden_weights[(gate * H_ + j) * H_ + k] * gradient[j];
      }
    }
  }

  // The row's part of everything that lies before the gate functions of one gate.
  void add_weights(int64_t gate, int64_t n, const double* dx, const double* du, const Vector& state) {
    for (int64_t k = 0; k < E_ && d_.input && gate == 0; ++k) d_.input[n * E_ + k] = 0;
    for (int64_t j = 0; j < H_; ++j) {
      const int64_t r = gate * H_ + j;
      for (int64_t k = 0; k < E_; ++k) {
        if (d_.input) d_.input[n * E_ + k] += a_.input_weights[r * E_ + k] * dx[j];
        if (d_.input_weights) d_.input_weights[r * E_ + k] += dx[j] * a_.input[n * E_ + k];
      }
      for (int64_t k = 0; k < H_ && d_.hidden_weights; ++k) {
        d_.hidden_weights[r * H_ + k] += du[j] * state[static_cast<size_t>(k)];
      }
      if (d_.bias) d_.bias[r] += dx[j];
      if (d_.hidden_bias) d_.hidden_bias[r] += du[j];
    }
  }

  Cell kind_;
  const RecurrenceArguments& a_;
  const RecurrenceGradients& d_;
  int64_t b_, E_, H_, G_;
};

}  // namespace

void recurrence_backward(Cell cell, const RecurrenceArguments& arguments, const RecurrenceGradients& gradients,
                         int64_t begin, int64_t end) {
  FOVEA_CHECK(0 <= begin && begin <= end, "sequences", begin, end);
  FOVEA_CHECK(arguments.input_width >= 0 && arguments.hidden_width >= 0, "widths", arguments.input_width,
              arguments.hidden_width);
  FOVEA_CHECK(gates_of(cell) == 3 || !arguments.hidden_bias, "only the GRUs have a second bias");
  for (int64_t b = begin; b < end; ++b) {
    FOVEA_CHECK(arguments.offsets[b] <= arguments.offsets[b + 1], "offsets decrease at sequence", b);
    Sequence(cell, arguments, gradients, b).run();
  }
}

}  // namespace fovea::kernels::reference
