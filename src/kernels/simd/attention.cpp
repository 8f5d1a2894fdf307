// Forward attention: per tile of queries the scores are written where the weights go, normalised there, and summed over
// the memory. Compiled once per instruction set.
#include <stddef.h>
#include <string.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/attention.cpp"
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

// What the additive score needs beside the input; every part starts at a whole vector.
struct ForwardScratch {
  size_t width;        // A padded to whole vectors
  float* v;            // [width]
  float* query_forms;  // [2 · kQueryTile, width]
  float* keys;         // [2 · kKeyTile, width]
};

int64_t attention_scratch_size(Score score, int64_t score_width) {
  const Floats d;
  if (score == Score::kDot) return 0;
  return static_cast<int64_t>((1 + 2 * kQueryTile + 2 * kKeyTile) * padded(d, static_cast<size_t>(score_width)) +
                              kScratchSlack);
}

HWY_INLINE ForwardScratch forward_parts(Floats d, const AttendInput<float>& in, float* scratch) {
  ForwardScratch parts = {};
  if (in.score == Score::kDot) return parts;
  parts.width = padded(d, static_cast<size_t>(in.score_width));
  parts.v = aligned(scratch);
  parts.query_forms = parts.v + parts.width;
  parts.keys = parts.query_forms + 2 * kQueryTile * parts.width;
  copy_padded(d, {in.score_vector, 0}, 1, static_cast<size_t>(in.score_width), parts.width, parts.v);
  return parts;
}

// scores [count, rows] of the additive score for one tile of queries
HWY_INLINE void score_tile(Floats d, const ForwardScratch& scratch, Rows queries, size_t count, Rows keys, size_t rows,
                           size_t columns, bool with_exponentials, float* HWY_RESTRICT scores) {
  const size_t width = scratch.width;
  const QueryTile tile = query_tile(d, queries, count, columns, width, with_exponentials, scratch.query_forms);
  for (size_t i = 0; i < rows; i += kKeyTile) {
    const size_t key_count = HWY_MIN(kKeyTile, rows - i);
    const Tile key =
        key_tile(d, tile, {keys.data + i * keys.stride, keys.stride}, key_count, columns, width, scratch.keys);
    if (key.exponentials) {
      additive_scores<FromExponentials>(d, tile.exponentials, count, key.rows, key_count, scratch.v, width, scores + i,
                                        rows);
    } else {
      additive_scores<FromSums>(d, tile.plain, count, key.rows, key_count, scratch.v, width, scores + i, rows);
    }
  }
}

void sum_rows_weighted(const float* weights, const float* memory, int64_t queries, int64_t rows, int64_t memory_width,
                       float* context) {
  const Floats d;
  const size_t D = static_cast<size_t>(memory_width), n = static_cast<size_t>(rows);
  combine(d, {weights, n, 1}, static_cast<size_t>(queries), n, {memory, D}, D, context, false);
}

void attend_sequences(const AttendInput<float>& in, const AttendOutput<float>& out, float* scratch, int64_t begin,
                      int64_t end) {
  const Floats d;
  const ForwardScratch parts = forward_parts(d, in, scratch);
  const size_t A = static_cast<size_t>(in.score_width), D = static_cast<size_t>(in.memory_width);
  for (int64_t b = begin; b < end; ++b) {
    const int64_t first_query = in.query_offsets[b], first_row = in.memory_offsets[b];
    const size_t queries = static_cast<size_t>(in.query_offsets[b + 1] - first_query);
    const size_t rows = static_cast<size_t>(in.memory_offsets[b + 1] - first_row);
    const Rows keys = {in.keys + first_row * in.score_width, A};
    const bool with_exponentials = exponentials_pay(queries, rows);
    for (size_t q = 0; q < queries; q += kQueryTile) {
      const size_t count = HWY_MIN(kQueryTile, queries - q), tile_query = static_cast<size_t>(first_query) + q;
      const Rows tile = {in.query + tile_query * A, A};
      float* weights = out.weights + in.weight_offsets[b] + static_cast<int64_t>(q * rows);
      if (rows > 0 && in.score == Score::kAdditive) {
        score_tile(d, parts, tile, count, keys, rows, A, with_exponentials, weights);
      } else if (rows > 0) {
        products(d, tile, count, keys, rows, A, in.scale, weights);
      }
      if (out.scores && rows > 0) {
        memcpy(out.scores + (weights - out.weights), weights, count * rows * sizeof(float));
      }
      for (size_t k = 0; k < count; ++k) {
        const float constant = rows > 0 ? normalise(d, in.normaliser, weights + k * rows, rows) : 0;
        if (out.row_constants) out.row_constants[tile_query + k] = constant;
      }
      sum_rows_weighted(weights, in.memory + first_row * in.memory_width, static_cast<int64_t>(count),
                        static_cast<int64_t>(rows), in.memory_width, out.context + tile_query * D);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::kernels {
HWY_EXPORT(attention_scratch_size);
HWY_EXPORT(attend_sequences);
HWY_EXPORT(sum_rows_weighted);

int64_t simd::attend_scratch_size(Score score, int64_t score_width) {
  return HWY_DYNAMIC_DISPATCH(attention_scratch_size)(score, score_width);
}

void simd::attend(const AttendInput<float>& input, const AttendOutput<float>& output, float* scratch, int64_t begin,
                  int64_t end) {
  HWY_DYNAMIC_DISPATCH(attend_sequences)(input, output, scratch, begin, end);
}

void simd::weighted_sum(const float* weights, const float* memory, int64_t queries, int64_t rows, int64_t memory_width,
                        float* context) {
  HWY_DYNAMIC_DISPATCH(sum_rows_weighted)(weights, memory, queries, rows, memory_width, context);
}

}  // namespace fovea::kernels
#endif  // HWY_ONCE
