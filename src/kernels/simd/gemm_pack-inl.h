// How a product lays its operands out: B as panels two vectors wide, a transposed A as tiles. Included once per
// instruction set.
#if defined(FOVEA_KERNELS_SIMD_GEMM_PACK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_SIMD_GEMM_PACK_INL_H_
#undef FOVEA_KERNELS_SIMD_GEMM_PACK_INL_H_
#else
#define FOVEA_KERNELS_SIMD_GEMM_PACK_INL_H_
#endif

#include "kernels/gemm.h"
#include "kernels/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace {  // other files have the same names

// Rows of a transposed A that are packed at a time, tile after tile: few enough to stay in the nearest cache although
// they often lie a power of two apart.
constexpr int64_t kPackedTogether = 8;

HWY_INLINE int64_t Least(int64_t x, int64_t y) {
  return x < y ? x : y;
}
HWY_INLINE int64_t RoundUp(int64_t x, int64_t unit) {
  return (x + unit - 1) / unit * unit;
}

int64_t PackedGemmSize(int64_t depth, int64_t columns) {
  return depth * RoundUp(columns, static_cast<int64_t>(PanelWidth()));
}

// Rows k0 … k0 + Lanes of four columns of Bᵀ from `source` on: four vectors, woven and dealt to their rows.
HWY_INLINE void TransposeFour(const float* source, int64_t stride, int64_t k0, int64_t width, float* HWY_RESTRICT to) {
  const FloatTag d;
  const hn::CappedTag<float, 4> four;
  const int64_t L = static_cast<int64_t>(hn::Lanes(d));
  HWY_ALIGN float woven[4 * hn::MaxLanes(d)];
  hn::StoreInterleaved4(hn::LoadU(d, source + k0), hn::LoadU(d, source + stride + k0),
                        hn::LoadU(d, source + 2 * stride + k0), hn::LoadU(d, source + 3 * stride + k0), d, woven);
  for (int64_t k = 0; k < L; ++k) {
    for (int64_t j = 0; j < 4; j += static_cast<int64_t>(hn::Lanes(four))) {
      hn::StoreU(hn::LoadU(four, woven + 4 * k + j), four, to + (k0 + k) * width + j);
    }
  }
}

// One panel of Bᵀ, a vector of each of its columns at a time.
void PackTransposedPanel(const GemmArguments& g, int64_t first, int64_t depth, int64_t column,
                         float* HWY_RESTRICT packed) {
  const int64_t width = static_cast<int64_t>(PanelWidth()), used = Least(width, g.columns - column);
  const int64_t step = static_cast<int64_t>(hn::Lanes(FloatTag()));
  for (int64_t k0 = 0; k0 < depth; k0 += step) {
    const int64_t k1 = Least(k0 + step, depth);
    int64_t j = 0;
    for (; j + 4 <= used && k0 + step <= depth; j += 4) {
      TransposeFour(g.b + (column + j) * g.b_stride + first, g.b_stride, k0, width, packed + j);
    }
    for (; j < used; ++j) {
      const float* HWY_RESTRICT source = g.b + (column + j) * g.b_stride + first;
      for (int64_t k = k0; k < k1; ++k) packed[k * width + j] = source[k];
    }
    for (int64_t k = k0; k < k1; ++k) {
      for (int64_t unused = used; unused < width; ++unused) packed[k * width + unused] = 0;
    }
  }
}

// Rows [first, first + depth) of B, all columns, panel after panel.
void PackDepthBlock(const GemmArguments& g, int64_t first, int64_t depth, float* HWY_RESTRICT packed) {
  const FloatTag d;
  const int64_t L = static_cast<int64_t>(hn::Lanes(d)), width = 2 * L;
  for (int64_t column = 0; column < g.columns; column += width, packed += depth * width) {
    const int64_t used = Least(width, g.columns - column);
    if (g.b_transposed) {
      PackTransposedPanel(g, first, depth, column, packed);
      continue;
    }
    for (int64_t k = 0; k < depth; ++k) {
      const float* row = g.b_rows ? g.b_rows[first + k] : g.b + (first + k) * g.b_stride;
      float* HWY_RESTRICT to = packed + k * width;
      if (!row) {
        hn::StoreU(hn::Zero(d), d, to), hn::StoreU(hn::Zero(d), d, to + L);
      } else if (used == width) {
        const auto low = hn::LoadU(d, row + column), high = hn::LoadU(d, row + column + L);
        hn::StoreU(low, d, to), hn::StoreU(high, d, to + L);
      } else {
        for (int64_t j = 0; j < used; ++j) to[j] = row[column + j];
        for (int64_t j = used; j < width; ++j) to[j] = 0;
      }
    }
  }
}

HWY_MAYBE_UNUSED void PackGemmOperand(const GemmArguments& g, float* packed) {
  const int64_t padded = PackedGemmSize(1, g.columns);
  for (int64_t k = 0; k < g.depth; k += PackedDepth()) {
    PackDepthBlock(g, k, Least(PackedDepth(), g.depth - k), packed + k * padded);
  }
}

// Columns [row, row + rows) of a transposed A, depth [first, first + depth), as tiles [depth, kTileRows] one after the
// other. Places beyond `rows` hold anything.
HWY_MAYBE_UNUSED void PackTransposedRows(const GemmArguments& g, int64_t row, int64_t rows, int64_t first,
                                         int64_t depth, float* HWY_RESTRICT packed) {
  const hn::CappedTag<float, 8> d;
  const int64_t L = static_cast<int64_t>(hn::Lanes(d)), tile_rows = static_cast<int64_t>(kTileRows);
  for (int64_t k0 = 0; k0 < depth; k0 += kPackedTogether) {
    const int64_t k1 = Least(k0 + kPackedTogether, depth);
    for (int64_t r = 0; r < rows; r += tile_rows) {
      const float* source = g.a + (first + k0) * g.a_stride + row + r;
      float* to = packed + r * depth + k0 * tile_rows;
      const bool whole = row + r + RoundUp(tile_rows, L) <= g.rows;  // whole vectors may be read
      for (int64_t k = k0; k < k1; ++k, source += g.a_stride, to += tile_rows) {
        if (whole && k + 2 <= depth) {
          // What the last vector writes too much belongs to the next k, which comes later.
          for (int64_t j = 0; j < tile_rows; j += L) hn::StoreU(hn::LoadU(d, source + j), d, to + j);
        } else {
          for (int64_t j = 0; j < Least(tile_rows, rows - r); ++j) to[j] = source[j];
        }
      }
    }
  }
}

// sums[r] (+)= Σ_k A(k, row + r) over one block of the depth.
HWY_MAYBE_UNUSED void SumTransposedRows(const GemmArguments& g, int64_t row, int64_t rows, int64_t first, int64_t depth,
                                        bool add) {
  const FloatTag d;
  const int64_t L = static_cast<int64_t>(hn::Lanes(d));
  const float* source = g.a + first * g.a_stride + row;
  float* sums = g.a_sums + row;
  int64_t r = 0;
  for (; r + 4 * L <= rows; r += 4 * L) {
    auto sum0 = hn::Zero(d), sum1 = sum0, sum2 = sum0, sum3 = sum0;
    for (int64_t k = 0; k < depth; ++k) {
      const float* from = source + k * g.a_stride + r;
      sum0 = hn::Add(sum0, hn::LoadU(d, from)), sum1 = hn::Add(sum1, hn::LoadU(d, from + L));
      sum2 = hn::Add(sum2, hn::LoadU(d, from + 2 * L)), sum3 = hn::Add(sum3, hn::LoadU(d, from + 3 * L));
    }
    float* to = sums + r;
    if (add) {
      sum0 = hn::Add(sum0, hn::LoadU(d, to)), sum1 = hn::Add(sum1, hn::LoadU(d, to + L));
      sum2 = hn::Add(sum2, hn::LoadU(d, to + 2 * L)), sum3 = hn::Add(sum3, hn::LoadU(d, to + 3 * L));
    }
    hn::StoreU(sum0, d, to), hn::StoreU(sum1, d, to + L);
    hn::StoreU(sum2, d, to + 2 * L), hn::StoreU(sum3, d, to + 3 * L);
  }
  for (; r + L <= rows; r += L) {
    auto sum = hn::Zero(d);
    for (int64_t k = 0; k < depth; ++k) sum = hn::Add(sum, hn::LoadU(d, source + k * g.a_stride + r));
    hn::StoreU(add ? hn::Add(sum, hn::LoadU(d, sums + r)) : sum, d, sums + r);
  }
  for (; r < rows; ++r) {
    float sum = 0;
    for (int64_t k = 0; k < depth; ++k) sum += source[k * g.a_stride + r];
    sums[r] = add ? sum + sums[r] : sum;
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
