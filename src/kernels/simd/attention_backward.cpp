// Backward attention: per tile of queries the gradient of the scores, then from it those of queries, keys and v; tanh
// is computed again. Sums run over tiles in a fixed order within a sequence. Compiled once per instruction set.
#include <stddef.h>
#include <string.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/attention_backward.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/attention.h"
#include "kernels/simd/additive-inl.h"
#include "kernels/simd/attention.h"
#include "kernels/simd/normalise-inl.h"
#include "kernels/simd/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct BackwardScratch {
  size_t width;        // A padded to whole vectors; all below it for the additive score only
  float* v;            // [width]
  float* query_forms;  // [2 · kQueryTile, width]
  float* keys;         // [2 · kKeyTile, width]
  float* query_sums;   // [kQueryTile, width]
  float* key_sums;     // [kKeyTile, width]
  float* v_sums;       // [width], Σ g tanh over a sequence
  float* d_scores;     // [kQueryTile, longest memory]
};

int64_t attention_backward_scratch_size(Score score, int64_t score_width, int64_t longest_memory) {
  const Floats d;
  const size_t rows = score == Score::kDot ? 0 : 2 + 3 * kQueryTile + 3 * kKeyTile;
  return static_cast<int64_t>(rows * padded(d, static_cast<size_t>(score_width)) +
                              kQueryTile * static_cast<size_t>(longest_memory) + kScratchSlack);
}

HWY_INLINE BackwardScratch backward_parts(Floats d, const AttendInput<float>& in, float* scratch) {
  BackwardScratch parts = {};
  float* next = aligned(scratch);
  if (in.score == Score::kAdditive) {
    const size_t width = parts.width = padded(d, static_cast<size_t>(in.score_width));
    const auto take = [&](size_t rows) {
      float* part = next;
      next += rows * width;
      return part;
    };
    parts.v = take(1);
    parts.query_forms = take(2 * kQueryTile);
    parts.keys = take(2 * kKeyTile);
    parts.query_sums = take(kQueryTile);
    parts.key_sums = take(kKeyTile);
    parts.v_sums = take(1);
    copy_padded(d, {in.score_vector, 0}, 1, static_cast<size_t>(in.score_width), width, parts.v);
  }
  parts.d_scores = next;
  return parts;
}

// out [count, columns] (+)= v ∘ sums [count, width]
HWY_INLINE void put_sums(Floats d, const float* HWY_RESTRICT v, const float* HWY_RESTRICT sums, size_t count,
                         size_t columns, size_t width, float* HWY_RESTRICT out, bool add) {
  for (size_t r = 0; r < count; ++r) {
    for (size_t a = 0, L = hn::Lanes(d); a < columns; a += L) {
      const size_t there = HWY_MIN(L, columns - a);
      float* place = out + r * columns + a;
      const Vector gradient = hn::Mul(hn::LoadU(d, v + a), hn::LoadU(d, sums + r * width + a));
      store_first(add ? hn::Add(load_first(d, place, there), gradient) : gradient, d, place, there);
    }
  }
}

// s = v · tanh(k + q): from g = d_s [count, rows] to the queries' gradients of one tile (whole), and to those of the
// keys and the sums for d_v (added, the keys' written by the first tile of the sequence).
HWY_INLINE void additive_tile(Floats d, const BackwardScratch& scratch, Rows queries, size_t count, Rows keys,
                              size_t rows, size_t columns, bool with_exponentials, float* d_query, float* d_keys,
                              bool first_tile) {
  const size_t width = scratch.width;
  const QueryTile tile = query_tile(d, queries, count, columns, width, with_exponentials, scratch.query_forms);
  memset(scratch.query_sums, 0, count * width * sizeof(float));
  for (size_t i = 0; i < rows; i += kKeyTile) {
    const size_t key_count = HWY_MIN(kKeyTile, rows - i);
    const Tile key =
        key_tile(d, tile, {keys.data + i * keys.stride, keys.stride}, key_count, columns, width, scratch.keys);
    memset(scratch.key_sums, 0, kKeyTile * width * sizeof(float));
    const Side key_side = {key.rows, scratch.key_sums};
    const float* g = scratch.d_scores + i;
    if (key.exponentials) {
      additive_gradients<FromExponentials>(d, {tile.exponentials, scratch.query_sums}, count, key_side, key_count, g,
                                           rows, width, scratch.v_sums);
    } else {
      additive_gradients<FromSums>(d, {tile.plain, scratch.query_sums}, count, key_side, key_count, g, rows, width,
                                   scratch.v_sums);
    }
    put_sums(d, scratch.v, scratch.key_sums, key_count, columns, width, d_keys + i * columns, !first_tile);
  }
  put_sums(d, scratch.v, scratch.query_sums, count, columns, width, d_query, false);
}

// row += other
HWY_INLINE void add_row(Floats d, const float* HWY_RESTRICT other, size_t size, float* HWY_RESTRICT row) {
  for_each_vector(d, row, size, [&](auto v, auto, size_t i, size_t count) {
    store_first(hn::Add(v, load_first(d, other + i, count)), d, row + i, count);
  });
}

// context = weights · memory, weights = normalise(scores): the gradient of the scores [count, rows] of one tile.
// d_w = d_context · memoryᵀ (+ the loss's own), d_s = Jᵀ d_w (+ the loss's own)
HWY_INLINE void score_gradients(Floats d, const AttendInput<float>& in, const AttendGradients<float>& grad,
                                Rows d_context, size_t count, Rows memory, size_t rows, size_t first_weight,
                                float* HWY_RESTRICT d_scores) {
  products(d, d_context, count, memory, rows, memory.stride, 1, d_scores);
  for (size_t k = 0; k < count; ++k) {
    float* row = d_scores + k * rows;
    const size_t place = first_weight + k * rows;
    if (grad.d_weights) add_row(d, grad.d_weights + place, rows, row);
    normalise_backward(d, in.normaliser, grad.weights + place, rows, row);
    if (grad.d_scores) add_row(d, grad.d_scores + place, rows, row);
  }
}

// Rows and widths of one sequence, and where its outputs go.
struct BackwardSequence {
  size_t first_query, queries, first_row, rows, first_weight;
  float *d_memory, *d_keys;
};

HWY_INLINE BackwardSequence sequence_at(const AttendInput<float>& in, const AttendGradients<float>& grad, int64_t b) {
  const int64_t query = in.query_offsets[b], row = in.memory_offsets[b];
  float* d_memory = grad.d_memory + row * in.memory_width;
  return {static_cast<size_t>(query),
          static_cast<size_t>(in.query_offsets[b + 1] - query),
          static_cast<size_t>(row),
          static_cast<size_t>(in.memory_offsets[b + 1] - row),
          static_cast<size_t>(in.weight_offsets[b]),
          d_memory,
          grad.d_keys ? grad.d_keys + row * in.score_width : d_memory};
}

// s = scale · k · q: d_q = scale · g k, d_k (+)= scale · gᵀ q
HWY_INLINE void dot_tile(Floats d, float scale, float* HWY_RESTRICT g, Rows queries, size_t count, Rows keys,
                         size_t rows, float* d_query, float* d_keys, bool add) {
  for_each_vector(d, g, count * rows, [&](auto v, auto, size_t i, size_t there) {
    store_first(hn::Mul(v, hn::Set(d, scale)), d, g + i, there);
  });
  combine(d, {g, rows, 1}, count, rows, keys, keys.stride, d_query, false);
  combine(d, {g, 1, rows}, rows, count, queries, queries.stride, d_keys, add);
}

HWY_INLINE void sequence_backward(Floats d, const AttendInput<float>& in, const AttendGradients<float>& grad,
                                  const BackwardScratch& scratch, const BackwardSequence& at) {
  const size_t A = static_cast<size_t>(in.score_width), D = static_cast<size_t>(in.memory_width);
  const Rows memory = {in.memory + at.first_row * D, D}, keys = {in.keys + at.first_row * A, A};
  const bool with_exponentials = exponentials_pay(at.queries, at.rows);
  for (size_t q = 0; q < at.queries; q += kQueryTile) {
    const size_t count = HWY_MIN(kQueryTile, at.queries - q), first = at.first_query + q;
    const size_t first_weight = at.first_weight + q * at.rows;
    const Rows d_context = {grad.d_context + first * D, D}, queries = {in.query + first * A, A};
    score_gradients(d, in, grad, d_context, count, memory, at.rows, first_weight, scratch.d_scores);
    // context_q = Σ_i w_qi m_i: d_m_i += Σ_q w_qi d_context_q
    combine(d, {grad.weights + first_weight, 1, at.rows}, at.rows, count, d_context, D, at.d_memory, q > 0);
    if (in.score == Score::kDot) {
      dot_tile(d, in.scale, scratch.d_scores, queries, count, keys, at.rows, grad.d_query + first * A, at.d_keys,
               q > 0 || at.d_keys == at.d_memory);
      continue;
    }
    additive_tile(d, scratch, queries, count, keys, at.rows, A, with_exponentials, grad.d_query + first * A, at.d_keys,
                  q == 0);
  }
}

void backward_sequences(const AttendInput<float>& in, const AttendGradients<float>& grad, float* scratch, int64_t begin,
                        int64_t end) {
  const Floats d;
  const BackwardScratch parts = backward_parts(d, in, scratch);
  const size_t A = static_cast<size_t>(in.score_width), D = static_cast<size_t>(in.memory_width);
  for (int64_t b = begin; b < end; ++b) {
    const BackwardSequence at = sequence_at(in, grad, b);
    if (parts.width > 0) memset(parts.v_sums, 0, parts.width * sizeof(float));
    if (at.rows > 0 && at.queries > 0) {
      sequence_backward(d, in, grad, parts, at);
    } else {  // one of the two has no rows: what there is of the other has no gradient
      memset(grad.d_query + at.first_query * A, 0, at.queries * A * sizeof(float));
      memset(at.d_memory, 0, at.rows * D * sizeof(float));
      if (at.d_keys != at.d_memory) memset(at.d_keys, 0, at.rows * A * sizeof(float));
    }
    if (in.score == Score::kDot) continue;
    memcpy(grad.d_score_vector_parts + static_cast<size_t>(b) * A, parts.v_sums, A * sizeof(float));  // d_v = Σ g tanh
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::kernels {
HWY_EXPORT(attention_backward_scratch_size);
HWY_EXPORT(backward_sequences);

int64_t simd::attend_backward_scratch_size(Score score, int64_t score_width, int64_t longest_memory) {
  return HWY_DYNAMIC_DISPATCH(attention_backward_scratch_size)(score, score_width, longest_memory);
}

void simd::attend_backward(const AttendInput<float>& input, const AttendGradients<float>& gradients, float* scratch,
                           int64_t begin, int64_t end) {
  HWY_DYNAMIC_DISPATCH(backward_sequences)(input, gradients, scratch, begin, end);
}

}  // namespace fovea::kernels
#endif  // HWY_ONCE
