// What the passes of attention share: where the numbers of a unit lie, which rows a query sees, the scores of a tile of
// queries and the weights made of them. Included once per instruction set.
#if defined(FOVEA_KERNELS_SIMD_ATTENTION_UNIT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_SIMD_ATTENTION_UNIT_INL_H_
#undef FOVEA_KERNELS_SIMD_ATTENTION_UNIT_INL_H_
#else
#define FOVEA_KERNELS_SIMD_ATTENTION_UNIT_INL_H_
#endif

#include <hwy/highway.h>
#include <string.h>

#include "kernels/attention.h"
#include "kernels/simd/additive-inl.h"
#include "kernels/simd/normalise-inl.h"
#include "kernels/simd/panels-inl.h"
#include "kernels/simd/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {  // panels-inl.h is of each file

static_assert(kTileQueries == kQueryTile, "units must not cut a tile");

// Many queries meet keys that were packed for them; fewer than kPackedQueries take the keys as they lie. So do up to
// kTileQueries where the keys are the memory, and all of it is seen: the sums of a packed product run in another order,
// and a text's looks stay what they were, bit for bit.
constexpr size_t kPackedQueries = 8;

// Floats of a tile of scores of packed keys: with its gradient it stays in the second cache.
constexpr size_t kPackedTile = 1 << 17;

// One head of the queries of a unit.
struct Unit {
  size_t queries, of_sequence, rows;  // queries of the unit and of its sequence, rows of the memory
  size_t A, D;                        // widths of the head
  Rows query, keys, memory;           // its first query and the first row of the sequence
  size_t first_query, first_row;      // their numbers
  const int64_t* visible;             // of its first query; null: all rows
  size_t first_weight;                // where the weights of its first query begin
  bool packed;
};

// `by_unit` null: weights lie where the whole batch has them; else there, and it moves on.
HWY_INLINE Unit unit_of(const AttendInput<float>& in, const AttendUnit& given, size_t* by_unit) {
  const int64_t b = given.sequence, first = in.query_offsets[b] + given.first, row = in.memory_offsets[b];
  const size_t heads = static_cast<size_t>(in.heads), head = static_cast<size_t>(given.head);
  const size_t A = static_cast<size_t>(in.score_width), D = static_cast<size_t>(in.memory_width);
  Unit u = {};
  u.queries = static_cast<size_t>(given.queries);
  u.of_sequence = static_cast<size_t>(in.query_offsets[b + 1] - in.query_offsets[b]);
  u.rows = static_cast<size_t>(in.memory_offsets[b + 1] - row);
  u.A = A / heads, u.D = D / heads;
  u.first_query = static_cast<size_t>(first), u.first_row = static_cast<size_t>(row);
  u.query = {in.query + u.first_query * A + head * u.A, A};
  u.keys = {in.keys + u.first_row * A + head * u.A, A};
  u.memory = {in.memory + u.first_row * D + head * u.D, D};
  u.visible = in.visible ? in.visible + 2 * first : nullptr;
  if (by_unit) {
    u.first_weight = *by_unit;
    *by_unit += u.queries * u.rows;
  } else {
    u.first_weight = heads * static_cast<size_t>(in.weight_offsets[b]) +
                     (head * u.of_sequence + static_cast<size_t>(given.first)) * u.rows;
  }
  const bool as_text = in.keys == in.memory && heads == 1 && !in.visible;
  u.packed = in.score == Score::kDot && u.of_sequence >= (as_text ? kQueryTile + 1 : kPackedQueries);
  return u;
}

// Queries of a tile: packed, so many that the scores stay near.
HWY_INLINE size_t tile_queries(const Unit& u) {
  if (!u.packed) return HWY_MIN(kQueryTile, u.queries);
  const size_t fit = kPackedTile / (panel_columns(u.rows) + 1) / kTileRows * kTileRows;
  return HWY_MIN(HWY_MAX(kTileRows, HWY_MIN(fit, 8 * kTileRows)), u.queries);
}

// Rows begin … end - 1 of a sequence.
struct Seen {
  size_t begin, end;
  HWY_INLINE size_t size() const { return end - begin; }
};

HWY_INLINE Seen seen_by(const Unit& u, size_t query) {
  if (!u.visible) return {0, u.rows};
  return {static_cast<size_t>(u.visible[2 * query]), static_cast<size_t>(u.visible[2 * query + 1])};
}

// From the first to the last row that one of the queries sees, begun at a whole panel or tile of keys.
HWY_INLINE Seen seen_by_tile(const Unit& u, size_t query, size_t count) {
  if (!u.visible) return {0, u.rows};
  Seen all = {u.rows, 0};
  for (size_t k = query; k < query + count; ++k) {
    const Seen seen = seen_by(u, k);
    if (seen.size() == 0) continue;
    all.begin = HWY_MIN(all.begin, seen.begin);
    all.end = HWY_MAX(all.end, seen.end);
  }
  if (all.begin >= all.end) return {0, 0};
  const size_t whole = u.packed ? PanelWidth() : kKeyTile;
  return {all.begin / whole * whole, all.end};
}

// Deals parts of the scratch out, each at a cache line; without a base it only counts.
struct Carver {
  float* base;
  size_t used = 0;

  HWY_INLINE float* take(size_t floats) {
    float* part = base ? base + used : nullptr;
    used += (floats + kScratchSlack - 1) / kScratchSlack * kScratchSlack;
    return part;
  }
};

// What the additive score needs beside the input.
struct AdditiveScratch {
  size_t width;        // A of the head padded to whole vectors
  float* v;            // [width]
  float* query_forms;  // [2 · kQueryTile, width]
  float* keys;         // [2 · kKeyTile, width]
};

HWY_INLINE AdditiveScratch additive_scratch(Floats d, const Unit& u, Carver& carver) {
  AdditiveScratch parts = {};
  parts.width = padded(d, u.A);
  parts.v = carver.take(parts.width);
  parts.query_forms = carver.take(2 * kQueryTile * parts.width);
  parts.keys = carver.take(2 * kKeyTile * parts.width);
  return parts;
}

HWY_INLINE void set_score_vector(Floats d, const AttendInput<float>& in, int64_t head, const Unit& u,
                                 const AdditiveScratch& scratch) {
  copy_padded(d, {in.score_vector + static_cast<size_t>(head) * u.A, 0}, 1, u.A, scratch.width, scratch.v);
}

// scores [count, rows seen] of the additive score for the tile of queries at q, rows of them `step` apart.
HWY_INLINE void additive_tile_scores(Floats d, const AdditiveScratch& scratch, const Unit& u, size_t q, size_t count,
                                     Seen seen, float* HWY_RESTRICT scores, size_t step) {
  const size_t width = scratch.width;
  const QueryTile tile = query_tile(d, {u.query.data + q * u.query.stride, u.query.stride}, count, u.A, width,
                                    exponentials_pay(u.of_sequence, u.rows), scratch.query_forms);
  for (size_t i = seen.begin; i < seen.end; i += kKeyTile) {
    const size_t key_count = HWY_MIN(kKeyTile, seen.end - i);
    const KeyTile key =
        key_tile(d, tile, {u.keys.data + i * u.keys.stride, u.keys.stride}, key_count, u.A, width, scratch.keys);
    float* place = scores + (i - seen.begin);
    if (key.exponentials) {
      additive_scores<FromExponentials>(d, tile.exponentials, count, key.rows, key_count, scratch.v, width, place,
                                        step);
    } else {
      additive_scores<FromSums>(d, tile.plain, count, key.rows, key_count, scratch.v, width, place, step);
    }
  }
}

// The same of products with packed keys [A, rows]; the queries are scaled on the way, in `scaled` [count, A].
HWY_INLINE void packed_tile_scores(Floats d, float scale, const Unit& u, const Panels& keys, size_t q, size_t count,
                                   Seen seen, float* HWY_RESTRICT scaled, float* HWY_RESTRICT scores, size_t step) {
  for (size_t k = 0; k < count; ++k) {
    const float* query = u.query.data + (q + k) * u.query.stride;
    for (size_t a = 0, L = hn::Lanes(d); a < u.A; a += L) {
      const size_t there = HWY_MIN(L, u.A - a);
      store_first(hn::Mul(load_first(d, query + a, there), hn::Set(d, scale)), d, scaled + k * u.A + a, there);
    }
  }
  const Panels some = {keys.data + seen.begin * keys.depth, keys.depth, panel_columns(seen.size())};
  multiply_by_panels({{scaled, u.A, 1}, count, some, 0, u.A, scores, step, false});
}

// Zeros in the rows from first to last that are not seen.
HWY_INLINE void clear_unseen(float* row, size_t first, size_t last, Seen seen) {
  memset(row, 0, (HWY_MIN(HWY_MAX(seen.begin, first), last) - first) * sizeof(float));
  const size_t after = HWY_MIN(HWY_MAX(seen.end, first), last);
  memset(row + (after - first), 0, (last - after) * sizeof(float));
}

// Scores of a tile to weights in place, `step` apart, the first of them those of row seen.begin; 0 for what a query
// does not see. The row constants go to `constants`, `constant_step` apart, if it is not null.
HWY_INLINE void normalise_tile(Floats d, Normaliser normaliser, const Unit& u, size_t q, size_t count, Seen tile,
                               float* scores, size_t step, float* constants, size_t constant_step) {
  for (size_t k = 0; k < count; ++k) {
    Seen seen = seen_by(u, q + k);
    if (seen.size() == 0) seen = {tile.begin, tile.begin};
    float* row = scores + k * step;
    const float constant = seen.size() > 0 ? normalise(d, normaliser, row + (seen.begin - tile.begin), seen.size()) : 0;
    if (constants) constants[k * constant_step] = constant;
    if (u.visible) clear_unseen(row, tile.begin, tile.end, seen);
  }
}

// A row of a tile to its place in an array of whole rows; 0 for what the query does not see.
HWY_INLINE void put_row(const Unit& u, size_t query, Seen tile, const float* row, float* whole) {
  const Seen seen = seen_by(u, query);
  if (seen.size() == 0) {
    memset(whole, 0, u.rows * sizeof(float));
    return;
  }
  if (u.visible) clear_unseen(whole, 0, u.rows, seen);
  memmove(whole + seen.begin, row + (seen.begin - tile.begin), seen.size() * sizeof(float));
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
