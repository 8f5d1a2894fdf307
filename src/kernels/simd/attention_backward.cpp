// Backward attention: per tile of queries the gradient of the scores, then from it those of queries, keys and v; tanh
// is computed again, and the weights where the forward pass kept none. Sums run over tiles in a fixed order within a
// unit. Compiled once per instruction set.
#include <stddef.h>
#include <string.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/attention_backward.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/attention.h"
#include "kernels/simd/attention.h"
#include "kernels/simd/attention_unit-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {

struct BackwardScratch {
  size_t step;      // from one row of the two below to the next
  float* d_scores;  // [tile, step]
  float* weights;   // [tile, step]; null where the forward pass has kept them
  // Of the additive score:
  AdditiveScratch additive;
  float* query_sums;  // [kQueryTile, width]
  float* key_sums;    // [kKeyTile, width]
  float* v_sums;      // [width], Σ g tanh over the unit
  // Of packed products:
  float *keys_across, *memory_across;  // [A, rows], [D, rows]; the first where the scores are made again
  float* keys;                         // [rows, A]
  float *scaled, *query, *d_context;   // of a tile: scaled queries [tile, A]; panels of the queries and of d_context
};

BackwardScratch backward_scratch(Floats d, const AttendInput<float>& in, bool with_weights, const Unit& u,
                                 Carver& carver) {
  BackwardScratch parts = {};
  const size_t tile = tile_queries(u);
  parts.step = u.rows;
  if (u.packed) {
    parts.step = panel_columns(u.rows);
    if (!with_weights) parts.keys_across = carver.take(u.A * parts.step);
    parts.memory_across = carver.take(u.D * parts.step);
    parts.keys = carver.take(u.rows * panel_columns(u.A));
    parts.scaled = carver.take(tile * u.A);
    parts.query = carver.take(tile * panel_columns(u.A));
    parts.d_context = carver.take(tile * panel_columns(u.D));
  } else if (in.score == Score::kAdditive) {
    parts.additive = additive_scratch(d, u, carver);
    parts.query_sums = carver.take(kQueryTile * parts.additive.width);
    parts.key_sums = carver.take(kKeyTile * parts.additive.width);
    parts.v_sums = carver.take(parts.additive.width);
  }
  parts.d_scores = carver.take(tile * parts.step);
  if (!with_weights) parts.weights = carver.take(tile * parts.step);
  return parts;
}

int64_t backward_scratch_size(const AttendInput<float>& in, bool with_weights, const AttendUnit* units, int64_t count) {
  size_t most = 0;
  for (int64_t i = 0; i < count; ++i) {
    Carver carver = {nullptr};
    backward_scratch(Floats(), in, with_weights, unit_of(in, units[i], nullptr), carver);
    most = HWY_MAX(most, carver.used);
  }
  return static_cast<int64_t>(most + kScratchSlack);
}

// out [count, columns] (+)= v ∘ sums [count, width], rows of `out` `step` apart
HWY_INLINE void put_sums(Floats d, const float* HWY_RESTRICT v, const float* HWY_RESTRICT sums, size_t count,
                         size_t columns, size_t width, float* HWY_RESTRICT out, size_t step, bool add) {
  for (size_t r = 0; r < count; ++r) {
    for (size_t a = 0, L = hn::Lanes(d); a < columns; a += L) {
      const size_t there = HWY_MIN(L, columns - a);
      float* place = out + r * step + a;
      const Vector gradient = hn::Mul(hn::LoadU(d, v + a), hn::LoadU(d, sums + r * width + a));
      store_first(add ? hn::Add(load_first(d, place, there), gradient) : gradient, d, place, there);
    }
  }
}

// row += other
HWY_INLINE void add_row(Floats d, const float* HWY_RESTRICT other, size_t size, float* HWY_RESTRICT row) {
  for_each_vector(d, row, size, [&](auto v, auto, size_t i, size_t count) {
    store_first(hn::Add(v, load_first(d, other + i, count)), d, row + i, count);
  });
}

// rows *= factor, `step` apart
HWY_INLINE void scale_rows(Floats d, float factor, size_t count, size_t size, float* HWY_RESTRICT rows, size_t step) {
  for (size_t k = 0; k < count; ++k) {
    for_each_vector(d, rows + k * step, size, [&](auto v, auto, size_t i, size_t there) {
      store_first(hn::Mul(v, hn::Set(d, factor)), d, rows + k * step + i, there);
    });
  }
}

// The weights of a tile: element (query k, row tile.begin + i) at data[k * row_step + i].
using Weights = Steps;

// A unit, its tiles and where their gradients go.
struct BackwardUnit {
  const AttendInput<float>& in;
  const AttendGradients<float>& grad;
  Unit u;
  BackwardScratch scratch;
  Rows d_context;                      // of the unit's first query
  float *d_query, *d_keys, *d_memory;  // d_keys may be d_memory
  float* d_score_vector;               // [A] of the head
  size_t query_step, memory_step;      // A and D of all heads
  Panels keys_across, memory_across, keys;

  void run(Floats d) const {
    if (scratch.v_sums) memset(scratch.v_sums, 0, scratch.additive.width * sizeof(float));
    const bool nothing = u.rows == 0 || u.queries == 0;
    if (nothing) clear_rows(d_query, query_step, u.queries, u.A);
    if (nothing || u.visible) {  // where ranges are, a tile adds to some rows only
      clear_rows(d_memory, memory_step, u.rows, u.D);
      if (d_keys != d_memory) clear_rows(d_keys, query_step, u.rows, u.A);
    }
    const size_t step = nothing ? 1 : tile_queries(u);
    for (size_t q = 0; !nothing && q < u.queries; q += step) run_tile(d, q, HWY_MIN(step, u.queries - q));
    if (d_score_vector) memcpy(d_score_vector, scratch.v_sums, u.A * sizeof(float));  // d_v = Σ g tanh
  }

 private:
  void run_tile(Floats d, size_t q, size_t count) const {
    const Seen tile = seen_by_tile(u, q, count);
    if (tile.size() == 0) {
      clear_rows(d_query + q * query_step, query_step, count, u.A);
      return;
    }
    const bool add = u.visible || q > 0;
    const Weights weights = weights_of(d, q, count, tile);
    score_gradients(d, q, count, tile, weights);
    memory_gradient(d, q, count, tile, weights, add);
    if (in.score == Score::kAdditive) {
      additive_tile(d, q, count, tile, add);
    } else {
      dot_tile(d, q, count, tile, add || d_keys == d_memory);
    }
  }

  Weights weights_of(Floats d, size_t q, size_t count, Seen tile) const {
    if (grad.weights) return {grad.weights + u.first_weight + q * u.rows + tile.begin, u.rows, 1};
    if (in.score == Score::kAdditive) {
      additive_tile_scores(d, scratch.additive, u, q, count, tile, scratch.weights, scratch.step);
    } else if (u.packed) {
      packed_tile_scores(d, in.scale, u, keys_across, q, count, tile, scratch.scaled, scratch.weights, scratch.step);
    } else {
      products(d, {u.query.data + q * u.query.stride, u.query.stride}, count,
               {u.keys.data + tile.begin * u.keys.stride, u.keys.stride}, tile.size(), u.A, in.scale, scratch.weights,
               scratch.step);
    }
    normalise_tile(d, in.normaliser, u, q, count, tile, scratch.weights, scratch.step, nullptr, 0);
    return {scratch.weights, scratch.step, 1};
  }

  // context = weights · memory, weights = normalise(scores): the gradient of the scores of a tile.
  // d_w = d_context · memoryᵀ (+ the loss's own), d_s = Jᵀ d_w (+ the loss's own)
  void score_gradients(Floats d, size_t q, size_t count, Seen tile, const Weights& weights) const {
    const Rows above = {d_context.data + q * d_context.stride, d_context.stride};
    if (u.packed) {
      const Panels some = {memory_across.data + tile.begin * u.D, u.D, panel_columns(tile.size())};
      multiply_by_panels({{above.data, above.stride, 1}, count, some, 0, u.D, scratch.d_scores, scratch.step, false});
    } else {
      products(d, above, count, {u.memory.data + tile.begin * u.memory.stride, u.memory.stride}, tile.size(), u.D, 1,
               scratch.d_scores, scratch.step);
    }
    for (size_t k = 0; k < count; ++k) {
      const Seen seen = seen_by(u, q + k);
      float* whole = scratch.d_scores + k * scratch.step;
      if (seen.size() == 0) {
        memset(whole, 0, tile.size() * sizeof(float));
        continue;
      }
      const size_t from = seen.begin - tile.begin, place = u.first_weight + (q + k) * u.rows + seen.begin;
      float* row = whole + from;
      if (grad.d_weights) add_row(d, grad.d_weights + place, seen.size(), row);
      normalise_backward(d, in.normaliser, weights.data + k * weights.row_step + from, seen.size(), row);
      if (grad.d_scores) add_row(d, grad.d_scores + place, seen.size(), row);
      if (u.visible) clear_unseen(whole, tile.begin, tile.end, seen);
    }
  }

  // context_q = Σ_i w_qi m_i: d_m_i += Σ_q w_qi d_context_q
  void memory_gradient(Floats d, size_t q, size_t count, Seen tile, const Weights& weights, bool add) const {
    const Rows above = {d_context.data + q * d_context.stride, d_context.stride};
    const Steps across = {weights.data, 1, weights.row_step};
    float* out = d_memory + tile.begin * memory_step;
    if (u.packed) {
      const Panels panels = pack(above, count, u.D, scratch.d_context);
      multiply_by_rows({across, tile.size(), panels, 0, count, out, memory_step, add});
    } else {
      combine(d, across, tile.size(), count, above, u.D, out, memory_step, add);
    }
  }

  // s = scale · k · q: d_q = scale · g k, d_k (+)= scale · gᵀ q
  void dot_tile(Floats d, size_t q, size_t count, Seen tile, bool add) const {
    float* g = scratch.d_scores;
    scale_rows(d, in.scale, count, tile.size(), g, scratch.step);
    const Rows queries = {u.query.data + q * u.query.stride, u.query.stride};
    float *to_query = d_query + q * query_step, *to_keys = d_keys + tile.begin * query_step;
    if (u.packed) {
      const Panels panels = pack(queries, count, u.A, scratch.query);
      multiply_by_panels({{g, scratch.step, 1}, count, keys, tile.begin, tile.size(), to_query, query_step, false});
      multiply_by_rows({{g, 1, scratch.step}, tile.size(), panels, 0, count, to_keys, query_step, add});
    } else {
      combine(d, {g, scratch.step, 1}, count, tile.size(), {u.keys.data + tile.begin * u.keys.stride, u.keys.stride},
              u.A, to_query, query_step, false);
      combine(d, {g, 1, scratch.step}, tile.size(), count, queries, u.A, to_keys, query_step, add);
    }
  }

  // s = v · tanh(k + q): from g = d_s to the queries' gradients of the tile (whole), and to those of the keys and the
  // sums for d_v.
  void additive_tile(Floats d, size_t q, size_t count, Seen seen, bool add) const {
    const AdditiveScratch& forms = scratch.additive;
    const size_t width = forms.width;
    const QueryTile tile = query_tile(d, {u.query.data + q * u.query.stride, u.query.stride}, count, u.A, width,
                                      exponentials_pay(u.of_sequence, u.rows), forms.query_forms);
    memset(scratch.query_sums, 0, count * width * sizeof(float));
    for (size_t i = seen.begin; i < seen.end; i += kKeyTile) {
      const size_t key_count = HWY_MIN(kKeyTile, seen.end - i);
      const KeyTile key =
          key_tile(d, tile, {u.keys.data + i * u.keys.stride, u.keys.stride}, key_count, u.A, width, forms.keys);
      memset(scratch.key_sums, 0, kKeyTile * width * sizeof(float));
      const Side key_side = {key.rows, scratch.key_sums};
      const float* g = scratch.d_scores + (i - seen.begin);
      if (key.exponentials) {
        additive_gradients<FromExponentials>(d, {tile.exponentials, scratch.query_sums}, count, key_side, key_count, g,
                                             scratch.step, width, scratch.v_sums);
      } else {
        additive_gradients<FromSums>(d, {tile.plain, scratch.query_sums}, count, key_side, key_count, g, scratch.step,
                                     width, scratch.v_sums);
      }
      put_sums(d, forms.v, scratch.key_sums, key_count, u.A, width, d_keys + i * query_step, query_step, add);
    }
    put_sums(d, forms.v, scratch.query_sums, count, u.A, width, d_query + q * query_step, query_step, false);
  }
};

// Where the gradients of a unit go: those of a part after the first to the arrays of the parts.
BackwardUnit backward_unit(const AttendInput<float>& in, const AttendGradients<float>& grad, const AttendUnit& given) {
  const Unit u = unit_of(in, given, nullptr);
  const size_t A = static_cast<size_t>(in.score_width), D = static_cast<size_t>(in.memory_width);
  const size_t head = static_cast<size_t>(given.head), part = static_cast<size_t>(given.part);
  const size_t before = part == 0 ? 0 : (part - 1) * static_cast<size_t>(grad.memory_rows);
  const size_t row = before + u.first_row;
  BackwardUnit unit = {in, grad, u, {}, {}, nullptr, nullptr, nullptr, nullptr, A, D, {}, {}, {}};
  unit.d_context = {grad.d_context + u.first_query * D + head * u.D, D};
  unit.d_query = grad.d_query + u.first_query * A + head * u.A;
  unit.d_memory = (part == 0 ? grad.d_memory : grad.d_memory_parts) + row * D + head * u.D;
  unit.d_keys = unit.d_memory;
  if (grad.d_keys) unit.d_keys = (part == 0 ? grad.d_keys : grad.d_keys_parts) + row * A + head * u.A;
  if (in.score == Score::kAdditive) {
    const size_t slot = static_cast<size_t>(given.sequence * grad.parts + given.part);
    unit.d_score_vector = grad.d_score_vector_parts + slot * A + head * u.A;
  }
  return unit;
}

void backward_units(const AttendInput<float>& in, const AttendGradients<float>& grad, float* scratch,
                    const AttendUnit* units, int64_t count) {
  const Floats d;
  const bool with_weights = grad.weights != nullptr;
  for (int64_t i = 0; i < count; ++i) {
    BackwardUnit unit = backward_unit(in, grad, units[i]);
    const Unit& u = unit.u;
    Carver carver = {aligned(scratch)};
    unit.scratch = backward_scratch(d, in, with_weights, u, carver);
    if (in.score == Score::kAdditive) set_score_vector(d, in, units[i].head, u, unit.scratch.additive);
    if (u.packed) {
      // What the unit before has packed lies where this one wants it.
      const bool again = i > 0 && units[i - 1].sequence == units[i].sequence && units[i - 1].head == units[i].head;
      unit.keys_across = {unit.scratch.keys_across, u.A, u.rows};
      unit.memory_across = {unit.scratch.memory_across, u.D, u.rows};
      unit.keys = {unit.scratch.keys, u.rows, u.A};
      if (!again && !with_weights) pack_transposed(u.keys, u.A, u.rows, unit.scratch.keys_across);
      if (!again) pack_transposed(u.memory, u.D, u.rows, unit.scratch.memory_across);
      if (!again) pack(u.keys, u.rows, u.A, unit.scratch.keys);
    }
    unit.run(d);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::kernels {
HWY_EXPORT(backward_scratch_size);
HWY_EXPORT(backward_units);

int64_t simd::attend_backward_scratch_size(const AttendInput<float>& input, bool with_weights, const AttendUnit* units,
                                           int64_t count) {
  return HWY_DYNAMIC_DISPATCH(backward_scratch_size)(input, with_weights, units, count);
}

void simd::attend_backward(const AttendInput<float>& input, const AttendGradients<float>& gradients, float* scratch,
                           const AttendUnit* units, int64_t count) {
  HWY_DYNAMIC_DISPATCH(backward_units)(input, gradients, scratch, units, count);
}

}  // namespace fovea::kernels
#endif  // HWY_ONCE
