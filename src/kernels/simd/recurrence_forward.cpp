// The forward recurrence: per step and panel of hidden units the product with the hidden weights for all sequences of a
// block, then the gate functions while the sums are in the nearest cache.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/recurrence_forward.cpp"
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

// Buffers of a block, each [kBlockSequences, …]. States have rows of StateStride(H).
struct ForwardState {
  float* zeros;   // one panel
  float* sums;    // [.., G, panel]: Wh h, of one panel of hidden units, or of one sequence and all panels
  float* before;  // h before the step
  float* after;   // h after it
  float* cell;    // c, LSTM
  float* reset;   // r∘h, kGruResetBefore
  int64_t stride;
  int64_t gates;
};

int64_t SumsSize(const RecurrenceArguments& a) {
  const int64_t width = static_cast<int64_t>(PanelWidth()), rows = Least(kBlockSequences, a.sequences);
  const int64_t panels = RoundUpToPanels(a.hidden_width) / width;
  return gates_of(a.cell) * width * (rows > panels ? rows : panels);
}

int64_t ForwardScratchSize(const RecurrenceArguments& a) {
  const int64_t width = static_cast<int64_t>(PanelWidth()), rows = Least(kBlockSequences, a.sequences);
  return 2 * width + SumsSize(a) + 4 * rows * StateStride(a.hidden_width);
}

ForwardState DivideForward(const RecurrenceArguments& a, float* scratch) {
  const int64_t width = static_cast<int64_t>(PanelWidth()), rows = Least(kBlockSequences, a.sequences);
  ForwardState s;
  s.stride = StateStride(a.hidden_width);
  s.gates = gates_of(a.cell);
  s.zeros = AlignToPanel(scratch);
  s.sums = s.zeros + width;
  s.before = s.sums + SumsSize(a);
  s.after = s.before + rows * s.stride;
  s.cell = s.after + rows * s.stride;
  s.reset = s.cell + rows * s.stride;
  return s;
}

// One vector of hidden units of one sequence: where its numbers are.
struct Units {
  const RecurrenceArguments& a;
  int64_t size;       // units used, at most a vector
  float* gates;       // this row's first gate
  int64_t row;        // of the N rows
  int64_t unit;       // the first of the vector
  const float* sums;  // Wh h, gate g at sums + g·PanelWidth()
  const float* before;
  float* after;
  float* cell;
  float* reset;

  HWY_INLINE Floats Projection(FloatTag d, int64_t gate) const {
    return LoadUpTo(d, gates + gate * a.hidden_width, size);
  }
  HWY_INLINE Floats Sum(FloatTag d, int64_t gate) const {
    return hn::LoadU(d, sums + gate * static_cast<int64_t>(PanelWidth()));
  }
  HWY_INLINE void Keep(FloatTag d, int64_t gate, Floats v) const {
    StoreUpTo(v, d, gates + gate * a.hidden_width, size);
  }
  HWY_INLINE void KeepIn(FloatTag d, float* matrix, Floats v) const {
    StoreUpTo(v, d, matrix + row * a.hidden_width + unit, size);
  }
  HWY_INLINE void Emit(FloatTag d, Floats h) const {
    hn::StoreU(h, d, after);
    StoreUpTo(h, d, a.output + row * a.output_stride + unit, size);
  }
};

// i, f, o = σ(x + Wh h), g = tanh(x + Wh h); c = f∘c + i∘g; h = o∘tanh(c)
HWY_INLINE void LstmUnits(const Units& u) {
  const FloatTag d;
  const Floats i = Sigmoid(d, hn::Add(u.Projection(d, 0), u.Sum(d, 0)));
  const Floats f = Sigmoid(d, hn::Add(u.Projection(d, 1), u.Sum(d, 1)));
  const Floats g = Tanh(d, hn::Add(u.Projection(d, 2), u.Sum(d, 2)));
  const Floats o = Sigmoid(d, hn::Add(u.Projection(d, 3), u.Sum(d, 3)));
  const Floats c = hn::MulAdd(f, hn::LoadU(d, u.cell), hn::Mul(i, g));
  hn::StoreU(c, d, u.cell);
  u.Emit(d, hn::Mul(o, Tanh(d, c)));
  if (!u.a.save) return;
  u.Keep(d, 0, i), u.Keep(d, 1, f), u.Keep(d, 2, g), u.Keep(d, 3, o);
  u.KeepIn(d, u.a.cells, c);
}

// r, z = σ(x + Wh h); q = Whn h + b_hn; n = tanh(x_n + r∘q); h = n + z∘(h − n)
HWY_INLINE void GruUnits(const Units& u) {
  const FloatTag d;
  const Floats r = Sigmoid(d, hn::Add(u.Projection(d, 0), u.Sum(d, 0)));
  const Floats z = Sigmoid(d, hn::Add(u.Projection(d, 1), u.Sum(d, 1)));
  const Floats bias = u.a.reset_bias ? LoadUpTo(d, u.a.reset_bias + u.unit, u.size) : hn::Zero(d);
  const Floats q = hn::Add(u.Sum(d, 2), bias);
  const Floats n = Tanh(d, hn::MulAdd(r, q, u.Projection(d, 2)));
  u.Emit(d, hn::MulAdd(z, hn::Sub(hn::LoadU(d, u.before), n), n));
  if (!u.a.save) return;
  u.Keep(d, 0, r), u.Keep(d, 1, z), u.Keep(d, 2, n);
  u.KeepIn(d, u.a.extra, q);
}

// First half of kGruResetBefore: r, z = σ(x + Wh h); r∘h goes into the second product.
HWY_INLINE void ResetUnits(const Units& u) {
  const FloatTag d;
  const Floats r = Sigmoid(d, hn::Add(u.Projection(d, 0), u.Sum(d, 0)));
  const Floats z = Sigmoid(d, hn::Add(u.Projection(d, 1), u.Sum(d, 1)));
  const Floats reset = hn::Mul(r, hn::LoadU(d, u.before));
  hn::StoreU(reset, d, u.reset);
  u.Keep(d, 1, z);  // read again by the second half
  if (!u.a.save) return;
  u.Keep(d, 0, r);
  u.KeepIn(d, u.a.extra, reset);
}

// Second half: n = tanh(x_n + Whn (r∘h)); h = n + z∘(h − n)
HWY_INLINE void UpdateUnits(const Units& u) {
  const FloatTag d;
  const Floats z = u.Projection(d, 1);
  const Floats n = Tanh(d, hn::Add(u.Projection(d, 2), u.Sum(d, 2)));
  u.Emit(d, hn::MulAdd(z, hn::Sub(hn::LoadU(d, u.before), n), n));
  if (u.a.save) u.Keep(d, 2, n);
}

// h = tanh(x + Wh h) or max(0, x + Wh h)
template <bool kTanh>
HWY_INLINE void ElmanUnits(const Units& u) {
  const FloatTag d;
  const Floats x = hn::Add(u.Projection(d, 0), u.Sum(d, 0));
  if constexpr (kTanh) {
    u.Emit(d, Tanh(d, x));
  } else {
    u.Emit(d, hn::IfThenZeroElse(hn::Lt(x, hn::Zero(d)), x));  // NaN stays NaN
  }
}

// Gates [first_gate, last_gate) of one step for all sequences that walk: the product with `state`, then `function`.
template <void (*kFunction)(const Units&)>
HWY_INLINE void WalkGates(const Walk& walk, const ForwardState& s, const float* state, int64_t first_gate,
                          int64_t last_gate) {
  const RecurrenceArguments& a = walk.a;
  const int64_t H = a.hidden_width, L = VectorSize(), width = 2 * L, padded = RoundUpToPanels(H);
  const bool alone = walk.active == 1;
  const float* kept = !a.save ? nullptr : a.cells ? a.cells : a.extra;
  const bool woven = alone && state && a.hidden_woven && first_gate == 0 && last_gate == s.gates;
  if (woven) {
    MultiplyOneRow<true>(state, a.hidden_woven, H, s.gates * padded, false, s.zeros, s.sums, width);
  }
  for (int64_t g = first_gate; g < last_gate && state && alone && !woven; ++g) {
    MultiplyOneRow<false>(state, a.hidden_packed + g * H * padded, H, padded, false, s.zeros, s.sums + g * width,
                          s.gates * width);
  }
  for (int64_t panel = 0; panel * width < H; ++panel) {
    const Rows rows = {state, s.stride, walk.active};
    for (int64_t g = first_gate; g < last_gate && state && !alone; ++g) {
      MultiplyRows(rows, a.hidden_packed + g * H * padded, panel, H, padded, false, s.zeros, s.sums + g * width,
                   s.gates * width);
    }
    const float* sums = s.sums + (alone ? panel * s.gates * width : 0);
    for (int64_t r = 0; r < walk.active; ++r) {
      for (int64_t unit = panel * width; unit < Least(H, panel * width + width); unit += L) {
        const int64_t at = r * s.stride + unit;
        float* gates = a.gates + walk.rows[r] * a.gates_stride + unit;
        const Units units = {a,
                             H - unit,
                             gates,
                             walk.rows[r],
                             unit,
                             sums + r * s.gates * width + (unit - panel * width),
                             s.before + at,
                             s.after + at,
                             s.cell + at,
                             s.reset + at};
        kFunction(units);
        // What the next step reads and writes, a row further on.
        const int64_t next = walk.rows[r] + walk.Stride();
        for (int64_t g = first_gate; g < last_gate; ++g) hwy::Prefetch(gates + walk.Stride() * a.gates_stride + g * H);
        hwy::Prefetch(a.output + next * a.output_stride + unit);
        if (kept) hwy::Prefetch(kept + next * H + unit);
      }
    }
  }
}

// From panels that pack_recurrence_weights() has made, gate after gate, to the order of a single row's product: for
// each panel of units the panels of its gates, four panels side by side. A row reads them from front to back, which
// doubles what the second cache delivers.
void WeaveWeights(int64_t gates, int64_t H, const float* packed, float* HWY_RESTRICT woven) {
  const int64_t width = static_cast<int64_t>(PanelWidth()), padded = RoundUpToPanels(H);
  const int64_t panels = gates * (padded / width);
  for (int64_t first = 0; first < H; first += PackedDepth()) {
    const int64_t depth = Least(PackedDepth(), H - first);
    for (int64_t panel = 0; panel < panels; ++panel) {
      const int64_t group = panel / kWovenPanels * kWovenPanels, together = Least(kWovenPanels, panels - group);
      const int64_t gate = panel % gates, unit = panel / gates * width;
      const float* from = packed + gate * H * padded + first * padded + unit * depth;
      float* to = woven + first * panels * width + group * width * depth + (panel - group) * width;
      for (int64_t k = 0; k < depth; ++k) {
        for (int64_t j = 0; j < width; ++j) to[k * together * width + j] = from[k * width + j];
      }
    }
  }
}

// The states that the sequences of a block end with: of the output's last row, or the initial one.
void StoreLast(const Walk& walk, const ForwardState& s) {
  const RecurrenceArguments& a = walk.a;
  const int64_t H = a.hidden_width;
  for (int64_t r = 0; r < walk.size; ++r) {
    const int64_t b = walk.Sequence(r), steps = walk.Length(r);
    const float* initial = a.initial_hidden ? a.initial_hidden + b * H : nullptr;
    const float* hidden = steps > 0 ? a.output + walk.RowOf(b, steps - 1) * a.output_stride : initial;
    for (int64_t j = 0; j < H && a.last_hidden; ++j) a.last_hidden[b * H + j] = hidden ? hidden[j] : 0;
    for (int64_t j = 0; j < H && a.last_cell; ++j) a.last_cell[b * H + j] = s.cell[r * s.stride + j];
  }
}

// `from`: which row of the initial states each sequence starts from; null: its own.
void WalkBlock(Walk& walk, ForwardState s, const int64_t* from) {
  const RecurrenceArguments& a = walk.a;
  const int64_t H = a.hidden_width;
  Clear(s.zeros, static_cast<int64_t>(PanelWidth()));
  Clear(s.sums, SumsSize(a));
  Clear(s.before, walk.size * s.stride);
  Clear(s.cell, walk.size * s.stride);
  for (int64_t r = 0; r < walk.size; ++r) {
    const int64_t row = from ? from[walk.Sequence(r)] : walk.Sequence(r);
    for (int64_t j = 0; j < H && a.initial_hidden; ++j) s.before[r * s.stride + j] = a.initial_hidden[row * H + j];
    for (int64_t j = 0; j < H && a.initial_cell; ++j) s.cell[r * s.stride + j] = a.initial_cell[row * H + j];
  }
  for (int64_t step = 0; step < walk.Steps(); ++step) {
    walk.Seek(step);
    // The product with a state of zeros is left out; the sums are zeros still.
    const float* state = step > 0 || a.initial_hidden ? s.before : nullptr;
    switch (a.cell) {
      case Cell::kLstm:
        WalkGates<LstmUnits>(walk, s, state, 0, 4);
        break;
      case Cell::kGru:
        WalkGates<GruUnits>(walk, s, state, 0, 3);
        break;
      case Cell::kGruResetBefore:
        WalkGates<ResetUnits>(walk, s, state, 0, 2);
        WalkGates<UpdateUnits>(walk, s, state ? s.reset : nullptr, 2, 3);
        break;
      case Cell::kElmanTanh:
        WalkGates<ElmanUnits<true>>(walk, s, state, 0, 1);
        break;
      case Cell::kElmanRelu:
        WalkGates<ElmanUnits<false>>(walk, s, state, 0, 1);
        break;
    }
    float* before = s.before;
    s.before = s.after;
    s.after = before;
  }
  if (a.last_hidden || a.last_cell) StoreLast(walk, s);
}

void RecurrenceForward(const RecurrenceArguments& a, int64_t begin, int64_t end, float* scratch) {
  const ForwardState state = DivideForward(a, scratch);
  for (int64_t first = begin; first < end; first += kBlockSequences) {
    Walk walk(a, first, Least(kBlockSequences, end - first));
    WalkBlock(walk, state, nullptr);
  }
}

// `a`: sequences of one row each, without offsets.
void RecurrenceStep(const RecurrenceArguments& a, const int64_t* from, int64_t begin, int64_t end, float* scratch) {
  const ForwardState state = DivideForward(a, scratch);
  for (int64_t first = begin; first < end; first += kBlockSequences) {
    Walk walk(a, first, Least(kBlockSequences, end - first));
    WalkBlock(walk, state, from);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::kernels::simd {

HWY_EXPORT(RecurrenceForward);
HWY_EXPORT(ForwardScratchSize);
HWY_EXPORT(RecurrenceStep);
HWY_EXPORT(WeaveWeights);

void recurrence_forward(const RecurrenceArguments& arguments, int64_t begin, int64_t end, float* scratch) {
  HWY_DYNAMIC_DISPATCH(RecurrenceForward)(arguments, begin, end, scratch);
}
int64_t recurrence_scratch_size_forward(const RecurrenceArguments& arguments) {
  return HWY_DYNAMIC_DISPATCH(ForwardScratchSize)(arguments);
}
void recurrence_step(const RecurrenceArguments& arguments, const int64_t* from, int64_t begin, int64_t end,
                     float* scratch) {
  HWY_DYNAMIC_DISPATCH(RecurrenceStep)(arguments, from, begin, end, scratch);
}
void weave_recurrence_weights(int64_t gates, int64_t hidden_width, const float* packed, float* woven) {
  HWY_DYNAMIC_DISPATCH(WeaveWeights)(gates, hidden_width, packed, woven);
}

}  // namespace fovea::kernels::simd
#endif  // HWY_ONCE
