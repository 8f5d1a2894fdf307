// The backward recurrence: per step, from the last to the first, gates become their gradients in place, then
// dh_before = dG·Wh for all sequences of a block.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/recurrence_backward.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/simd/math-inl.h"
#include "kernels/simd/recurrence-inl.h"
#include "kernels/simd/recurrence.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace {  // other files have the same names

// Buffers of a block, each [kBlockSequences, …].
struct BackwardState {
  float* zeros;   // one panel, then one row of a state
  float* hidden;  // dh, from the step after; StateStride(H)
  float* cell;    // dc, LSTM; kGruResetBefore: d(r∘h); StateStride(H)
  float* gates;   // dG of the step, as it goes through Wh; gates_stride
  int64_t stride;
  int64_t gates_stride;
};

int64_t BackwardScratchSize(const RecurrenceArguments& a) {
  const int64_t width = static_cast<int64_t>(PanelWidth()), rows = Least(kBlockSequences, a.sequences);
  const int64_t stride = StateStride(a.hidden_width);
  return 2 * width + stride + rows * (2 * stride + StateStride(gates_of(a.cell) * a.hidden_width));
}

BackwardState DivideBackward(const RecurrenceArguments& a, float* scratch) {
  const int64_t width = static_cast<int64_t>(PanelWidth()), rows = Least(kBlockSequences, a.sequences);
  BackwardState s;
  s.stride = StateStride(a.hidden_width);
  s.gates_stride = StateStride(gates_of(a.cell) * a.hidden_width);
  s.zeros = AlignToPanel(scratch);
  s.hidden = s.zeros + width + s.stride;
  s.cell = s.hidden + rows * s.stride;
  s.gates = s.cell + rows * s.stride;
  return s;
}

// One vector of hidden units of one sequence: where its numbers are.
struct GradientUnits {
  const RecurrenceArguments& a;
  int64_t size;              // units used, at most a vector
  int64_t row;               // of the N rows
  int64_t unit;              // the first of the vector
  float* gates;              // this row's first gate
  const float* from_above;   // the gradient of the output
  const float* hidden_from;  // h before the step
  const float* cell_from;    // c before the step
  float* hidden;             // dh
  float* cell;               // dc or d(r∘h)
  float* step_gates;         // dG of the step, gate g at step_gates + g·H

  HWY_INLINE Floats Gate(FloatTag d, int64_t gate) const { return LoadUpTo(d, gates + gate * a.hidden_width, size); }
  HWY_INLINE void Keep(FloatTag d, int64_t gate, Floats v) const {
    StoreUpTo(v, d, gates + gate * a.hidden_width, size);
  }
  HWY_INLINE void Pass(FloatTag d, int64_t gate, Floats v) const {
    StoreUpTo(v, d, step_gates + gate * a.hidden_width, size);
  }
  HWY_INLINE Floats In(FloatTag d, const float* matrix) const {
    return LoadUpTo(d, matrix + row * a.hidden_width + unit, size);
  }
  // dh = from above + from the step after
  HWY_INLINE Floats Hidden(FloatTag d) const { return hn::Add(LoadUpTo(d, from_above, size), hn::LoadU(d, hidden)); }
};

// y = σ(x): dx = dy·y·(1 − y)
HWY_INLINE Floats SigmoidGradient(Floats dy, Floats y) {
  return hn::Mul(dy, hn::NegMulAdd(y, y, y));
}
// y = tanh(x): dx = dy·(1 − y²)
HWY_INLINE Floats TanhGradient(Floats dy, Floats y) {
  return hn::NegMulAdd(hn::Mul(dy, y), y, dy);
}

HWY_INLINE void LstmGradient(const GradientUnits& u) {
  const FloatTag d;
  const Floats i = u.Gate(d, 0), f = u.Gate(d, 1), g = u.Gate(d, 2), o = u.Gate(d, 3);
  const Floats dh = u.Hidden(d), tanh_c = Tanh(d, u.In(d, u.a.cells));
  // h = o∘tanh(c): do = dh∘tanh(c), dc += dh∘o∘(1 − tanh²(c))
  const Floats d_o = SigmoidGradient(hn::Mul(dh, tanh_c), o);
  const Floats dc = hn::Add(hn::LoadU(d, u.cell), TanhGradient(hn::Mul(dh, o), tanh_c));
  // c = f∘c_before + i∘g: df = dc∘c_before, di = dc∘g, dg = dc∘i, dc_before = dc∘f
  const Floats d_f = SigmoidGradient(hn::Mul(dc, LoadUpTo(d, u.cell_from, u.size)), f);
  const Floats d_i = SigmoidGradient(hn::Mul(dc, g), i);
  const Floats d_g = TanhGradient(hn::Mul(dc, i), g);
  hn::StoreU(hn::Mul(dc, f), d, u.cell);
  u.Keep(d, 0, d_i), u.Keep(d, 1, d_f), u.Keep(d, 2, d_g), u.Keep(d, 3, d_o);
  u.Pass(d, 0, d_i), u.Pass(d, 1, d_f), u.Pass(d, 2, d_g), u.Pass(d, 3, d_o);
}

// h = n + z∘(h_before − n): dz = dh∘(h_before − n), dn = dh∘(1 − z), and dh_before gets dh∘z directly.
HWY_INLINE void MixGradient(const GradientUnits& u, Floats before, Floats n, Floats& dx_z, Floats& dx_n) {
  const FloatTag d;
  const Floats dh = u.Hidden(d), z = u.Gate(d, 1), direct = hn::Mul(dh, z);
  dx_z = SigmoidGradient(hn::Mul(dh, hn::Sub(before, n)), z);
  dx_n = TanhGradient(hn::Sub(dh, direct), n);
  hn::StoreU(direct, d, u.hidden);
}

HWY_INLINE void GruGradient(const GradientUnits& u) {
  const FloatTag d;
  const Floats r = u.Gate(d, 0), n = u.Gate(d, 2), q = u.In(d, u.a.extra);
  Floats dx_z = hn::Zero(d), dx_n = dx_z;
  MixGradient(u, LoadUpTo(d, u.hidden_from, u.size), n, dx_z, dx_n);
  // n = tanh(x_n + r∘q): dr = dx_n∘q, dq = dx_n∘r
  const Floats dx_r = SigmoidGradient(hn::Mul(dx_n, q), r), dq = hn::Mul(dx_n, r);
  u.Keep(d, 0, dx_r), u.Keep(d, 1, dx_z), u.Keep(d, 2, dx_n);
  u.Pass(d, 0, dx_r), u.Pass(d, 1, dx_z), u.Pass(d, 2, dq);
  StoreUpTo(dq, d, u.a.extra + u.row * u.a.hidden_width + u.unit, u.size);
}

// First half of kGruResetBefore: what goes through Whn to become d(r∘h).
HWY_INLINE void UpdateGradient(const GradientUnits& u) {
  const FloatTag d;
  Floats dx_z = hn::Zero(d), dx_n = dx_z;
  MixGradient(u, LoadUpTo(d, u.hidden_from, u.size), u.Gate(d, 2), dx_z, dx_n);
  u.Keep(d, 1, dx_z), u.Keep(d, 2, dx_n);
  u.Pass(d, 1, dx_z), u.Pass(d, 2, dx_n);
}

// Second half: p = r∘h_before: dr = dp∘h_before, and dh_before gets dp∘r.
HWY_INLINE void ResetGradient(const GradientUnits& u) {
  const FloatTag d;
  const Floats r = u.Gate(d, 0), dp = hn::LoadU(d, u.cell);
  const Floats dx_r = SigmoidGradient(hn::Mul(dp, LoadUpTo(d, u.hidden_from, u.size)), r);
  hn::StoreU(hn::MulAdd(dp, r, hn::LoadU(d, u.hidden)), d, u.hidden);
  u.Keep(d, 0, dx_r);
  u.Pass(d, 0, dx_r);
}

// h = tanh(x) or max(0, x), where h is the output
template <bool kTanh>
HWY_INLINE void ElmanGradient(const GradientUnits& u) {
  const FloatTag d;
  const Floats h = LoadUpTo(d, u.a.output + u.row * u.a.output_stride + u.unit, u.size), dh = u.Hidden(d);
  const Floats dx = kTanh ? TanhGradient(dh, h) : hn::IfThenElseZero(hn::Gt(h, hn::Zero(d)), dh);
  u.Keep(d, 0, dx);
  u.Pass(d, 0, dx);
}

// `kFunction` for all units of all sequences that walk, at `step`.
template <void (*kFunction)(const GradientUnits&)>
HWY_INLINE void WalkUnits(const Walk& walk, const BackwardState& s, const RecurrenceGradients& from, int64_t step) {
  const RecurrenceArguments& a = walk.a;
  const int64_t H = a.hidden_width, L = VectorSize(), G = gates_of(a.cell);
  const float* nothing = s.zeros + PanelWidth();
  for (int64_t r = 0; r < walk.active; ++r) {
    const int64_t row = walk.rows[r], earlier = row - walk.Stride(), b = walk.Sequence(r);
    const float* hidden_from = step > 0           ? a.output + earlier * a.output_stride
                               : a.initial_hidden ? a.initial_hidden + b * H
                                                  : nothing;
    const float* cell_from = step > 0 && a.cells ? a.cells + earlier * H
                             : a.initial_cell    ? a.initial_cell + b * H
                                                 : nothing;
    for (int64_t unit = 0; unit < H; unit += L) {
      float* gates = a.gates + row * a.gates_stride + unit;
      const GradientUnits units = {a,
                                   H - unit,
                                   row,
                                   unit,
                                   gates,
                                   from.output + row * from.output_stride + unit,
                                   hidden_from + unit,
                                   cell_from + unit,
                                   s.hidden + r * s.stride + unit,
                                   s.cell + r * s.stride + unit,
                                   s.gates + r * s.gates_stride + unit};
      kFunction(units);
      // What the earlier step reads, a row further back.
      for (int64_t g = 0; g < G; ++g) hwy::Prefetch(gates - walk.Stride() * a.gates_stride + g * H);
      hwy::Prefetch(from.output + earlier * from.output_stride + unit);
      if (a.cells) hwy::Prefetch(a.cells + (earlier - walk.Stride()) * H + unit);
      if (a.extra) hwy::Prefetch(a.extra + earlier * H + unit);
      if (!a.cells) hwy::Prefetch(a.output + (a.extra ? earlier - walk.Stride() : earlier) * a.output_stride + unit);
    }
  }
}

// hidden (+)= dG[.., gates first … first + count)·Wh of those gates
void MultiplyGates(const Walk& walk, const BackwardState& s, const float* packed, int64_t first, int64_t count,
                   bool add, float* out) {
  const int64_t H = walk.a.hidden_width, padded = RoundUpToPanels(H);
  const Rows rows = {s.gates + first * H, s.gates_stride, walk.active};
  if (walk.active == 1) {
    return MultiplyOneRow<false>(rows.a, packed, count * H, padded, add, s.zeros, out,
                                 static_cast<int64_t>(PanelWidth()));
  }
  for (int64_t panel = 0; panel * static_cast<int64_t>(PanelWidth()) < H; ++panel) {
    MultiplyRows(rows, packed, panel, count * H, padded, add, s.zeros, out + panel * static_cast<int64_t>(PanelWidth()),
                 s.stride);
  }
}

void WalkBlockBack(Walk& walk, const BackwardState& s, const RecurrenceGradients& from) {
  const RecurrenceArguments& a = walk.a;
  const int64_t H = a.hidden_width;
  Clear(s.zeros, static_cast<int64_t>(PanelWidth()) + s.stride);
  Clear(s.hidden, walk.size * s.stride);
  Clear(s.cell, walk.size * s.stride);
  for (int64_t r = 0; r < walk.size; ++r) {
    const int64_t b = walk.Sequence(r);
    for (int64_t j = 0; j < H && from.last_hidden; ++j) s.hidden[r * s.stride + j] = from.last_hidden[b * H + j];
    for (int64_t j = 0; j < H && from.last_cell; ++j) s.cell[r * s.stride + j] = from.last_cell[b * H + j];
  }
  for (int64_t step = walk.Steps() - 1; step >= 0; --step) {
    walk.Seek(step);
    const bool pass = step > 0 || from.initial_hidden;  // else nobody asks for dh_before
    switch (a.cell) {
      case Cell::kLstm:
        WalkUnits<LstmGradient>(walk, s, from, step);
        if (pass) MultiplyGates(walk, s, from.hidden_packed, 0, 4, false, s.hidden);
        break;
      case Cell::kGru:
        WalkUnits<GruGradient>(walk, s, from, step);
        if (pass) MultiplyGates(walk, s, from.hidden_packed, 0, 3, true, s.hidden);
        break;
      case Cell::kGruResetBefore:
        WalkUnits<UpdateGradient>(walk, s, from, step);
        MultiplyGates(walk, s, from.hidden_packed + 2 * H * RoundUpToPanels(H), 2, 1, false, s.cell);
        WalkUnits<ResetGradient>(walk, s, from, step);
        if (pass) MultiplyGates(walk, s, from.hidden_packed, 0, 2, true, s.hidden);
        break;
      case Cell::kElmanTanh:
        WalkUnits<ElmanGradient<true>>(walk, s, from, step);
        if (pass) MultiplyGates(walk, s, from.hidden_packed, 0, 1, false, s.hidden);
        break;
      case Cell::kElmanRelu:
        WalkUnits<ElmanGradient<false>>(walk, s, from, step);
        if (pass) MultiplyGates(walk, s, from.hidden_packed, 0, 1, false, s.hidden);
        break;
    }
  }
  for (int64_t r = 0; r < walk.size; ++r) {
    const int64_t to = walk.Sequence(r) * H;
    for (int64_t j = 0; j < H && from.initial_hidden; ++j) from.initial_hidden[to + j] = s.hidden[r * s.stride + j];
    for (int64_t j = 0; j < H && from.initial_cell; ++j) from.initial_cell[to + j] = s.cell[r * s.stride + j];
  }
}

void RecurrenceBackward(const RecurrenceArguments& a, const RecurrenceGradients& from, int64_t begin, int64_t end,
                        float* scratch) {
  const BackwardState state = DivideBackward(a, scratch);
  for (int64_t first = begin; first < end; first += kBlockSequences) {
    Walk walk(a, first, Least(kBlockSequences, end - first));
    WalkBlockBack(walk, state, from);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::kernels::simd {

HWY_EXPORT(RecurrenceBackward);
HWY_EXPORT(BackwardScratchSize);

void recurrence_backward(const RecurrenceArguments& arguments, const RecurrenceGradients& gradients, int64_t begin,
                         int64_t end, float* scratch) {
  HWY_DYNAMIC_DISPATCH(RecurrenceBackward)(arguments, gradients, begin, end, scratch);
}
int64_t recurrence_scratch_size_backward(const RecurrenceArguments& arguments) {
  return HWY_DYNAMIC_DISPATCH(BackwardScratchSize)(arguments);
}

}  // namespace fovea::kernels::simd
#endif  // HWY_ONCE
