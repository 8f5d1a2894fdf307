// Small matrix products over the rows of one sequence, for attention: weights times rows, rows times rows. Every
// element is summed in one fixed order, whatever the blocking, so a block and a single row give the same bits. Not a
// GEMM: nothing is packed, and the matrices are meant to fit the second cache. Included once per instruction set.
#if defined(FOVEA_KERNELS_SIMD_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_SIMD_ROWS_INL_H_
#undef FOVEA_KERNELS_SIMD_ROWS_INL_H_
#else
#define FOVEA_KERNELS_SIMD_ROWS_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>
#include <stddef.h>
#include <stdint.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

// The first `count` floats at p, 0 < count <= Lanes(d), the other lanes 0; reads nothing beyond them.
HWY_INLINE Vector load_first(Floats d, const float* HWY_RESTRICT p, size_t count) {
  if (count >= hn::Lanes(d)) return hn::LoadU(d, p);
#if HWY_MEM_OPS_MIGHT_FAULT
  HWY_ALIGN float lanes[HWY_MAX_BYTES / sizeof(float)];
  hn::Store(hn::Zero(d), d, lanes);
  for (size_t k = 0; k < count; ++k) lanes[k] = p[k];
  return hn::Load(d, lanes);
#else
  return hn::MaskedLoad(hn::FirstN(d, count), d, p);
#endif
}

// Writes the first `count` lanes to p and nothing beyond them.
HWY_INLINE void store_first(Vector v, Floats d, float* HWY_RESTRICT p, size_t count) {
  if (count >= hn::Lanes(d)) return hn::StoreU(v, d, p);
#if HWY_MEM_OPS_MIGHT_FAULT
  HWY_ALIGN float lanes[HWY_MAX_BYTES / sizeof(float)];
  hn::Store(v, d, lanes);
  for (size_t k = 0; k < count; ++k) p[k] = lanes[k];
#else
  hn::BlendedStore(v, hn::FirstN(d, count), d, p);
#endif
}

HWY_INLINE float sum_of(Floats d, Vector v) {
  return hn::GetLane(hn::SumOfLanes(d, v));
}

#if HWY_TARGET != HWY_SCALAR && !HWY_HAVE_SCALABLE
// Adds the upper half to the lower until one block of four floats is left.
template <class D>
HWY_INLINE auto sum_of_blocks(D d, hn::Vec<D> v) {
  if constexpr (MaxLanes(D()) > 4) {
    const hn::Half<D> half;
    return sum_of_blocks(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
  } else {
    return v;
  }
}
#endif

// out[j * step] = factor · the sum of the lanes of the j-th of four vectors. Four sums together take a third of the
// instructions of one by one, where the size of a vector is known.
HWY_INLINE void sums_of_4(Floats d, Vector v0, Vector v1, Vector v2, Vector v3, float factor, float* HWY_RESTRICT out,
                          size_t step) {
#if HWY_TARGET != HWY_SCALAR && !HWY_HAVE_SCALABLE
  const hn::Repartition<uint64_t, Floats> pairs;
  // In each block of four lanes: (0 + 2 of v0, of v1, 1 + 3 of v0, of v1), then (all of v0, v1, v2, v3).
  const auto v01 = hn::BitCast(pairs, hn::Add(hn::InterleaveLower(d, v0, v1), hn::InterleaveUpper(d, v0, v1)));
  const auto v23 = hn::BitCast(pairs, hn::Add(hn::InterleaveLower(d, v2, v3), hn::InterleaveUpper(d, v2, v3)));
  const Vector sums = hn::Add(hn::BitCast(d, hn::InterleaveLower(pairs, v01, v23)),
                              hn::BitCast(d, hn::InterleaveUpper(pairs, v01, v23)));
  const hn::FixedTag<float, 4> block;
  HWY_ALIGN float four[4];
  hn::Store(hn::Mul(sum_of_blocks(d, sums), hn::Set(block, factor)), block, four);
  for (size_t j = 0; j < 4; ++j) out[j * step] = four[j];
#else
  out[0] = factor * sum_of(d, v0), out[step] = factor * sum_of(d, v1);
  out[2 * step] = factor * sum_of(d, v2), out[3 * step] = factor * sum_of(d, v3);
#endif
}

// A row of `columns` floats padded to whole vectors.
HWY_INLINE size_t padded(Floats d, size_t columns) {
  const size_t L = hn::Lanes(d);
  return (columns + L - 1) / L * L;
}

// Scratch is asked for with this many floats to spare, so that it can begin at a cache line whatever the caller gives.
constexpr size_t kScratchSlack = 16;
HWY_INLINE float* aligned(float* scratch) {
  constexpr uintptr_t kLine = kScratchSlack * sizeof(float);
  return reinterpret_cast<float*>((reinterpret_cast<uintptr_t>(scratch) + kLine - 1) / kLine * kLine);
}

// Zeros in the first `columns` of `count` rows that lie `step` apart.
HWY_INLINE void clear_rows(float* rows, size_t step, size_t count, size_t columns) {
  for (size_t r = 0; r < count; ++r) {
    for (size_t c = 0; c < columns; ++c) rows[r * step + c] = 0;
  }
}

// A matrix of which element (r, c) is at data[r * row_step + c * column_step].
struct Steps {
  const float* data;
  size_t row_step, column_step;
};

// Rows of memory: row i is at data + i * stride.
struct Rows {
  const float* data;
  size_t stride;
};

// out (+)= factors · rows, four rows by two vectors: out[r] = Σ_i factors(r, i)·rows[i], i ascending.
HWY_INLINE void combine_4x2(Floats d, Steps factors, size_t count, Rows rows, float* HWY_RESTRICT out, size_t stride,
                            bool add) {
  const size_t L = hn::Lanes(d);
  float *out0 = out, *out1 = out + stride, *out2 = out + 2 * stride, *out3 = out + 3 * stride;
  Vector a00 = hn::Zero(d), a01 = a00, a10 = a00, a11 = a00, a20 = a00, a21 = a00, a30 = a00, a31 = a00;
  if (add) {
    a00 = hn::LoadU(d, out0), a01 = hn::LoadU(d, out0 + L), a10 = hn::LoadU(d, out1), a11 = hn::LoadU(d, out1 + L);
    a20 = hn::LoadU(d, out2), a21 = hn::LoadU(d, out2 + L), a30 = hn::LoadU(d, out3), a31 = hn::LoadU(d, out3 + L);
  }
  const float *f = factors.data, *row = rows.data;
  for (size_t i = 0; i < count; ++i, f += factors.column_step, row += rows.stride) {
    const Vector left = hn::LoadU(d, row), right = hn::LoadU(d, row + L);
    hwy::Prefetch(row + 2 * L);  // the next panel, which no hardware guesses: from L3, a third of the time less
    hwy::Prefetch(row + 3 * L);
    const Vector f0 = hn::Set(d, f[0]), f1 = hn::Set(d, f[factors.row_step]);
    a00 = hn::MulAdd(f0, left, a00), a01 = hn::MulAdd(f0, right, a01);
    a10 = hn::MulAdd(f1, left, a10), a11 = hn::MulAdd(f1, right, a11);
    const Vector f2 = hn::Set(d, f[2 * factors.row_step]), f3 = hn::Set(d, f[3 * factors.row_step]);
    a20 = hn::MulAdd(f2, left, a20), a21 = hn::MulAdd(f2, right, a21);
    a30 = hn::MulAdd(f3, left, a30), a31 = hn::MulAdd(f3, right, a31);
  }
  hn::StoreU(a00, d, out0), hn::StoreU(a01, d, out0 + L), hn::StoreU(a10, d, out1), hn::StoreU(a11, d, out1 + L);
  hn::StoreU(a20, d, out2), hn::StoreU(a21, d, out2 + L), hn::StoreU(a30, d, out3), hn::StoreU(a31, d, out3 + L);
}

// The same for one row of the whole width: passes over four rows of `rows` at a time, end to end, with the sums in the
// first cache. For rows that are read once, as one query reads its memory, this is three times as fast as panels.
HWY_INLINE void combine_1(Floats d, Steps factors, size_t count, Rows rows, size_t width, float* HWY_RESTRICT out,
                          bool add) {
  const size_t L = hn::Lanes(d), step = factors.column_step;
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const float *f = factors.data + i * step, *row = rows.data + i * rows.stride;
    const Vector f0 = hn::Set(d, f[0]), f1 = hn::Set(d, f[step]);
    const Vector f2 = hn::Set(d, f[2 * step]), f3 = hn::Set(d, f[3 * step]);
    for (size_t c = 0; c < width; c += L) {
      const size_t columns = HWY_MIN(L, width - c);
      Vector a = add || i > 0 ? load_first(d, out + c, columns) : hn::Zero(d);
      a = hn::MulAdd(f0, load_first(d, row + c, columns), a);
      a = hn::MulAdd(f1, load_first(d, row + rows.stride + c, columns), a);
      a = hn::MulAdd(f2, load_first(d, row + 2 * rows.stride + c, columns), a);
      a = hn::MulAdd(f3, load_first(d, row + 3 * rows.stride + c, columns), a);
      store_first(a, d, out + c, columns);
    }
  }
  for (; i < count; ++i) {
    const Vector factor = hn::Set(d, factors.data[i * step]);
    for (size_t c = 0; c < width; c += L) {
      const size_t columns = HWY_MIN(L, width - c);
      const Vector a = add || i > 0 ? load_first(d, out + c, columns) : hn::Zero(d);
      store_first(hn::MulAdd(factor, load_first(d, rows.data + i * rows.stride + c, columns), a), d, out + c, columns);
    }
  }
}

// The same for one row by `width` <= Lanes(d) columns.
HWY_INLINE void combine_1x1(Floats d, Steps factors, size_t count, Rows rows, size_t width, float* HWY_RESTRICT out,
                            bool add) {
  Vector a = add ? load_first(d, out, width) : hn::Zero(d);
  const float *f = factors.data, *row = rows.data;
  for (size_t i = 0; i < count; ++i, f += factors.column_step, row += rows.stride) {
    a = hn::MulAdd(hn::Set(d, *f), load_first(d, row, width), a);
  }
  store_first(a, d, out, width);
}

HWY_INLINE void combine_panel(Floats d, Steps factors, size_t row_count, size_t count, Rows rows, size_t c,
                              size_t width, float* HWY_RESTRICT out, size_t step, bool add) {
  const size_t L = hn::Lanes(d), columns = HWY_MIN(2 * L, width - c);
  size_t r = 0;
  for (; columns == 2 * L && r + 4 <= row_count; r += 4) {
    const Steps block = {factors.data + r * factors.row_step, factors.row_step, factors.column_step};
    combine_4x2(d, block, count, {rows.data + c, rows.stride}, out + r * step + c, step, add);
  }
  for (; r < row_count; ++r) {
    const Steps one = {factors.data + r * factors.row_step, factors.row_step, factors.column_step};
    for (size_t k = c; k < c + columns; k += L) {
      combine_1x1(d, one, count, {rows.data + k, rows.stride}, HWY_MIN(L, width - k), out + r * step + k, add);
    }
  }
}

// `rows` of at most this many floats stay in the first cache while all of `out` passes by.
constexpr size_t kSmallRows = 4096;

// out [row_count, width] (+)= factors [row_count, count] · rows [count, width], zeros (or out as it was) if count is 0.
// Rows of `out` lie `step` apart.
HWY_INLINE void combine(Floats d, Steps factors, size_t row_count, size_t count, Rows rows, size_t width,
                        float* HWY_RESTRICT out, size_t step, bool add) {
  if (count == 0) {
    if (!add) clear_rows(out, step, row_count, width);
  } else if (row_count < 4) {
    for (size_t r = 0; r < row_count; ++r) {
      combine_1(d, {factors.data + r * factors.row_step, factors.row_step, factors.column_step}, count, rows, width,
                out + r * step, add);
    }
  } else {
    // Small rows: four rows of `out` at a time, written end to end. Else a panel of columns of all of `out` at a time,
    // so that the panel of `rows` that it reads stays in the first cache.
    const size_t block = count * width <= kSmallRows ? 4 : row_count;
    for (size_t r = 0; r < row_count; r += block) {
      const Steps factors_of_block = {factors.data + r * factors.row_step, factors.row_step, factors.column_step};
      for (size_t c = 0; c < width; c += 2 * hn::Lanes(d)) {
        combine_panel(d, factors_of_block, HWY_MIN(block, row_count - r), count, rows, c, width, out + r * step, step,
                      add);
      }
    }
  }
}

// out[r * stride + i] = scale · (left[r] · right[i]) for four rows by two.
HWY_INLINE void products_4x2(Floats d, Rows left, Rows right, size_t width, float scale, float* HWY_RESTRICT out,
                             size_t stride) {
  const size_t L = hn::Lanes(d);
  const float *l0 = left.data, *l1 = l0 + left.stride, *l2 = l1 + left.stride, *l3 = l2 + left.stride;
  const float *r0 = right.data, *r1 = r0 + right.stride;
  Vector a00 = hn::Zero(d), a01 = a00, a10 = a00, a11 = a00, a20 = a00, a21 = a00, a30 = a00, a31 = a00;
  for (size_t c = 0; c < width; c += L) {
    const size_t columns = HWY_MIN(L, width - c);
    const Vector y0 = load_first(d, r0 + c, columns), y1 = load_first(d, r1 + c, columns);
    const Vector x0 = load_first(d, l0 + c, columns), x1 = load_first(d, l1 + c, columns);
    a00 = hn::MulAdd(x0, y0, a00), a01 = hn::MulAdd(x0, y1, a01);
    a10 = hn::MulAdd(x1, y0, a10), a11 = hn::MulAdd(x1, y1, a11);
    const Vector x2 = load_first(d, l2 + c, columns), x3 = load_first(d, l3 + c, columns);
    a20 = hn::MulAdd(x2, y0, a20), a21 = hn::MulAdd(x2, y1, a21);
    a30 = hn::MulAdd(x3, y0, a30), a31 = hn::MulAdd(x3, y1, a31);
  }
  sums_of_4(d, a00, a10, a20, a30, scale, out, stride);
  sums_of_4(d, a01, a11, a21, a31, scale, out + 1, stride);
}

// out[i] = scale · (left · right[i]) for four rows, and for one; four only hide the latency of the sums.
HWY_INLINE void products_1x4(Floats d, const float* HWY_RESTRICT left, Rows right, size_t width, float scale,
                             float* HWY_RESTRICT out) {
  const float *r0 = right.data, *r1 = r0 + right.stride, *r2 = r1 + right.stride, *r3 = r2 + right.stride;
  Vector a0 = hn::Zero(d), a1 = a0, a2 = a0, a3 = a0;
  for (size_t c = 0, L = hn::Lanes(d); c < width; c += L) {
    const size_t columns = HWY_MIN(L, width - c);
    const Vector x = load_first(d, left + c, columns);
    a0 = hn::MulAdd(x, load_first(d, r0 + c, columns), a0), a1 = hn::MulAdd(x, load_first(d, r1 + c, columns), a1);
    a2 = hn::MulAdd(x, load_first(d, r2 + c, columns), a2), a3 = hn::MulAdd(x, load_first(d, r3 + c, columns), a3);
  }
  sums_of_4(d, a0, a1, a2, a3, scale, out, 1);
}

HWY_INLINE float product(Floats d, const float* HWY_RESTRICT left, const float* HWY_RESTRICT right, size_t width) {
  Vector a = hn::Zero(d);
  for (size_t c = 0, L = hn::Lanes(d); c < width; c += L) {
    const size_t columns = HWY_MIN(L, width - c);
    a = hn::MulAdd(load_first(d, left + c, columns), load_first(d, right + c, columns), a);
  }
  return sum_of(d, a);
}

// out [left_count, right_count] = scale · left [left_count, width] · right [right_count, width]ᵀ, rows of `out` `step`
// apart.
HWY_INLINE void products(Floats d, Rows left, size_t left_count, Rows right, size_t right_count, size_t width,
                         float scale, float* HWY_RESTRICT out, size_t step) {
  // Blocks of `right` that stay in the first cache while all of `left` passes by, four rows at a time.
  const size_t block = HWY_MAX(4, kSmallRows / (width + 1) / 4 * 4);
  for (size_t first = 0; first < right_count; first += block) {
    const size_t end = HWY_MIN(first + block, right_count);
    size_t r = 0;
    for (; r + 4 <= left_count; r += 4) {
      const Rows four = {left.data + r * left.stride, left.stride};
      size_t i = first;
      for (; i + 2 <= end; i += 2) {
        products_4x2(d, four, {right.data + i * right.stride, right.stride}, width, scale, out + r * step + i, step);
      }
      for (size_t k = r; i < end && k < r + 4; ++k) {
        out[k * step + i] = scale * product(d, left.data + k * left.stride, right.data + i * right.stride, width);
      }
    }
    for (; r < left_count; ++r) {
      const float* one = left.data + r * left.stride;
      size_t i = first;
      for (; i + 4 <= end; i += 4) {
        products_1x4(d, one, {right.data + i * right.stride, right.stride}, width, scale, out + r * step + i);
      }
      for (; i < end; ++i) {
        out[r * step + i] = scale * product(d, one, right.data + i * right.stride, width);
      }
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
