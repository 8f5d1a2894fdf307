// Forward attention: per tile of queries a row of scores is made, normalised, and summed over the memory while it is
// near. Compiled once per instruction set.
#include <stddef.h>
#include <string.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/attention.cpp"
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

struct ForwardScratch {
  AdditiveScratch additive;      // of the additive score
  float* scores;                 // [tile, step]; null where they are written where the weights go
  size_t step;                   // from one row of scores to the next
  float *keys, *memory, *query;  // of packed products: keys, memory, and a tile of scaled queries
};

ForwardScratch forward_scratch(Floats d, const AttendInput<float>& in, bool with_weights, const Unit& u,
                               Carver& carver) {
  ForwardScratch parts = {};
  parts.step = u.rows;
  if (u.packed) {
    parts.step = panel_columns(u.rows);
    parts.keys = carver.take(u.A * panel_columns(u.rows));
    parts.memory = carver.take(u.rows * panel_columns(u.D));
    parts.query = carver.take(tile_queries(u) * u.A);
  } else if (in.score == Score::kAdditive) {
    parts.additive = additive_scratch(d, u, carver);
  }
  if (u.packed || !with_weights) parts.scores = carver.take(tile_queries(u) * parts.step);
  return parts;
}

int64_t forward_scratch_size(const AttendInput<float>& in, bool with_weights, const AttendUnit* units, int64_t count) {
  size_t most = 0;
  for (int64_t i = 0; i < count; ++i) {
    Carver carver = {nullptr};
    forward_scratch(Floats(), in, with_weights, unit_of(in, units[i], nullptr), carver);
    most = HWY_MAX(most, carver.used);
  }
  return static_cast<int64_t>(most + kScratchSlack);
}

void sum_rows_weighted(const float* weights, const float* memory, int64_t queries, int64_t rows, int64_t memory_width,
                       float* context) {
  const Floats d;
  const size_t D = static_cast<size_t>(memory_width), n = static_cast<size_t>(rows);
  combine(d, {weights, n, 1}, static_cast<size_t>(queries), n, {memory, D}, D, context, D, false);
}

// A unit, the tiles of its queries and where their results go.
struct ForwardUnit {
  const AttendInput<float>& in;
  const AttendOutput<float>& out;
  Unit u;
  size_t head;
  ForwardScratch scratch;
  Panels keys, memory;  // where packed

  void run_tile(Floats d, size_t q, size_t count) const {
    const Seen tile = seen_by_tile(u, q, count);
    const bool in_place = !scratch.scores;
    float* weights = out.weights ? out.weights + u.first_weight + q * u.rows : nullptr;
    float* scores = in_place ? weights + tile.begin : scratch.scores;
    if (tile.size() > 0) make_scores(d, q, count, tile, scores);
    if (out.scores) put_rows(q, count, tile, scores, out.scores + u.first_weight + q * u.rows);
    float* constants =
        out.row_constants ? out.row_constants + (u.first_query + q) * static_cast<size_t>(in.heads) + head : nullptr;
    normalise_tile(d, in.normaliser, u, q, count, tile, scores, scratch.step, constants, static_cast<size_t>(in.heads));
    if (in_place) {
      for (size_t k = 0; u.visible && k < count; ++k) clear_unseen(weights + k * u.rows, 0, u.rows, tile);
    } else if (weights) {
      put_rows(q, count, tile, scores, weights);
    }
    if (out.context) sum_memory(d, q, count, tile, scores);
  }

 private:
  void make_scores(Floats d, size_t q, size_t count, Seen tile, float* scores) const {
    if (in.score == Score::kAdditive) {
      additive_tile_scores(d, scratch.additive, u, q, count, tile, scores, scratch.step);
    } else if (u.packed) {
      packed_tile_scores(d, in.scale, u, keys, q, count, tile, scratch.query, scores, scratch.step);
    } else {
      products(d, {u.query.data + q * u.query.stride, u.query.stride}, count,
               {u.keys.data + tile.begin * u.keys.stride, u.keys.stride}, tile.size(), u.A, in.scale, scores,
               scratch.step);
    }
  }

  void put_rows(size_t q, size_t count, Seen tile, const float* rows, float* whole) const {
    if (!u.visible && scratch.step == u.rows) {
      memcpy(whole, rows, count * u.rows * sizeof(float));
      return;
    }
    for (size_t k = 0; k < count; ++k) put_row(u, q + k, tile, rows + k * scratch.step, whole + k * u.rows);
  }

  void sum_memory(Floats d, size_t q, size_t count, Seen tile, const float* weights) const {
    const size_t D = static_cast<size_t>(in.memory_width);
    float* context = out.context + (u.first_query + q) * D + head * u.D;
    if (u.packed && tile.size() > 0) {
      multiply_by_panels(
          {{weights, scratch.step, 1}, count, memory, tile.begin, tile.size(), context, D, /*add=*/false});
    } else {
      combine(d, {weights, scratch.step, 1}, count, tile.size(),
              {u.memory.data + tile.begin * u.memory.stride, u.memory.stride}, u.D, context, D, false);
    }
  }
};

void attend_units(const AttendInput<float>& in, const AttendOutput<float>& out, float* scratch, const AttendUnit* units,
                  int64_t count) {
  const Floats d;
  size_t place = 0;
  for (int64_t i = 0; i < count; ++i) {
    const Unit u = unit_of(in, units[i], out.by_unit ? &place : nullptr);
    Carver carver = {aligned(scratch)};
    ForwardUnit unit = {
        in, out, u, static_cast<size_t>(units[i].head), forward_scratch(d, in, out.weights != nullptr, u, carver),
        {}, {}};
    if (in.score == Score::kAdditive) set_score_vector(d, in, units[i].head, u, unit.scratch.additive);
    if (u.packed) {
      // What the unit before has packed lies where this one wants it.
      const bool again = i > 0 && units[i - 1].sequence == units[i].sequence && units[i - 1].head == units[i].head;
      unit.keys = {unit.scratch.keys, u.A, u.rows}, unit.memory = {unit.scratch.memory, u.rows, u.D};
      if (!again) {
        pack_transposed(u.keys, u.A, u.rows, unit.scratch.keys);
        if (out.context) pack(u.memory, u.rows, u.D, unit.scratch.memory);
      }
    }
    const size_t step = tile_queries(u);
    for (size_t q = 0; q < u.queries; q += step) unit.run_tile(d, q, HWY_MIN(step, u.queries - q));
  }
}

}  // namespace

}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::kernels {
HWY_EXPORT(forward_scratch_size);
HWY_EXPORT(attend_units);
HWY_EXPORT(sum_rows_weighted);

int64_t simd::attend_scratch_size(const AttendInput<float>& input, bool with_weights, const AttendUnit* units,
                                  int64_t count) {
  return HWY_DYNAMIC_DISPATCH(forward_scratch_size)(input, with_weights, units, count);
}

void simd::attend(const AttendInput<float>& input, const AttendOutput<float>& output, float* scratch,
                  const AttendUnit* units, int64_t count) {
  HWY_DYNAMIC_DISPATCH(attend_units)(input, output, scratch, units, count);
}

void simd::weighted_sum(const float* weights, const float* memory, int64_t queries, int64_t rows, int64_t memory_width,
                        float* context) {
  HWY_DYNAMIC_DISPATCH(sum_rows_weighted)(weights, memory, queries, rows, memory_width, context);
}

}  // namespace fovea::kernels
#endif  // HWY_ONCE
