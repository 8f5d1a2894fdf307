// The innermost loop of every matrix product here: a few rows of A times one packed panel of B, two vectors wide.
// Included once per instruction set. A panel is [depth, 2·Lanes] floats, contiguous.
#if defined(FOVEA_KERNELS_SIMD_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_SIMD_TILE_INL_H_
#undef FOVEA_KERNELS_SIMD_TILE_INL_H_
#else
#define FOVEA_KERNELS_SIMD_TILE_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {  // one copy for each file that includes it

// Rows of a full tile. 6 rows of 2 vectors are 12 accumulators, with 2 vectors of B and one of A 15 of 16 registers.
// They serve AVX-512 too, whose 32 registers would hold 12 rows: 92–95 % of the peak of a Zen 4 in its caches.
constexpr size_t kTileRows = 6;

using FloatTag = hn::ScalableTag<float>;

// Depth of a panel that stays in the nearest cache: 16 KB, 256 rows of 2 vectors of 8 floats. Packed matrices are cut
// so.
constexpr int64_t kPanelFloats = 4096;

HWY_INLINE size_t PanelWidth() {
  return 2 * hn::Lanes(FloatTag());
}

HWY_INLINE int64_t PackedDepth() {
  return kPanelFloats / static_cast<int64_t>(PanelWidth());
}

struct Tile {
  const float* a;  // element (r, k) at a[r·a_row + k·a_step]
  size_t a_row;
  size_t a_step;
  const float* panel;  // [depth, PanelWidth()]; fastest where aligned to vectors
  size_t depth;
  const float* base;  // added to the sums: row r at base + r·base_row, PanelWidth() floats
  size_t base_row;    // 0: the same for every row
  float* out;         // row r at out + r·out_row, PanelWidth() floats; may be `base` itself
  size_t out_row;
};

HWY_INLINE void FinishRow(FloatTag d, const float* base, hn::Vec<FloatTag> low, hn::Vec<FloatTag> high, float* out) {
  const size_t L = hn::Lanes(d);
  hn::StoreU(hn::Add(low, hn::LoadU(d, base)), d, out);
  hn::StoreU(hn::Add(high, hn::LoadU(d, base + L)), d, out + L);
}

// out(r, j) = Σ_k a(r, k)·panel(k, j) + base(r, j) for kRows rows. Each sum runs over k in order in one accumulator, so
// that an element's bits do not depend on which tile it falls into.
template <size_t kRows>
HWY_INLINE void MultiplyTile(const Tile& tile) {
  static_assert(1 <= kRows && kRows <= kTileRows, "no such tile");
  const FloatTag d;
  using V = hn::Vec<FloatTag>;
  const size_t L = hn::Lanes(d);
  V c00 = hn::Zero(d), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  V c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  const float* HWY_RESTRICT a = tile.a;
  const float* HWY_RESTRICT panel = tile.panel;
  const size_t row = tile.a_row, step = tile.a_step, depth = tile.depth;
#pragma GCC unroll 4
  for (size_t k = 0; k < depth; ++k) {
    const V b0 = hn::LoadU(d, panel), b1 = hn::LoadU(d, panel + L);
    panel += 2 * L;
    const V a0 = hn::Set(d, a[0]);
    c00 = hn::MulAdd(a0, b0, c00), c01 = hn::MulAdd(a0, b1, c01);
    if constexpr (kRows > 1) {
      const V a1 = hn::Set(d, a[row]);
      c10 = hn::MulAdd(a1, b0, c10), c11 = hn::MulAdd(a1, b1, c11);
    }
    if constexpr (kRows > 2) {
      const V a2 = hn::Set(d, a[2 * row]);
      c20 = hn::MulAdd(a2, b0, c20), c21 = hn::MulAdd(a2, b1, c21);
    }
    if constexpr (kRows > 3) {
      const V a3 = hn::Set(d, a[3 * row]);
      c30 = hn::MulAdd(a3, b0, c30), c31 = hn::MulAdd(a3, b1, c31);
    }
    if constexpr (kRows > 4) {
      const V a4 = hn::Set(d, a[4 * row]);
      c40 = hn::MulAdd(a4, b0, c40), c41 = hn::MulAdd(a4, b1, c41);
    }
    if constexpr (kRows > 5) {
      const V a5 = hn::Set(d, a[5 * row]);
      c50 = hn::MulAdd(a5, b0, c50), c51 = hn::MulAdd(a5, b1, c51);
    }
    a += step;
  }

  const float* base = tile.base;
  const size_t base_row = tile.base_row, out_row = tile.out_row;
  float* out = tile.out;
  FinishRow(d, base, c00, c01, out);
  if constexpr (kRows > 1) FinishRow(d, base + base_row, c10, c11, out + out_row);
  if constexpr (kRows > 2) FinishRow(d, base + 2 * base_row, c20, c21, out + 2 * out_row);
  if constexpr (kRows > 3) FinishRow(d, base + 3 * base_row, c30, c31, out + 3 * out_row);
  if constexpr (kRows > 4) FinishRow(d, base + 4 * base_row, c40, c41, out + 4 * out_row);
  if constexpr (kRows > 5) FinishRow(d, base + 5 * base_row, c50, c51, out + 5 * out_row);
}

// The same for a number of rows known at run time, 1 … kTileRows.
HWY_NOINLINE void MultiplyTileOf(size_t rows, const Tile& tile) {
  switch (rows) {
    case 1:
      return MultiplyTile<1>(tile);
    case 2:
      return MultiplyTile<2>(tile);
    case 3:
      return MultiplyTile<3>(tile);
    case 4:
      return MultiplyTile<4>(tile);
    case 5:
      return MultiplyTile<5>(tile);
    default:
      return MultiplyTile<kTileRows>(tile);
  }
}

// Floats that a single row's product of woven panels fetches ahead of itself.
constexpr size_t kWovenAhead = 512;

// One row times 1 … 4 panels: a tile of one row would have two sums only and wait for each of its additions. The panels
// lie panel_step apart or, `kWoven`, their vectors side by side for each k; their results lie out_step apart. The sums
// are those of MultiplyTile<1>, bit for bit.
template <size_t kPanels, bool kWoven>
HWY_INLINE void MultiplyRow(const Tile& tile, size_t panel_step, size_t out_step) {
  static_assert(1 <= kPanels && kPanels <= 4, "no such row");
  const FloatTag d;
  using V = hn::Vec<FloatTag>;
  const size_t L = hn::Lanes(d);
  V c00 = hn::Zero(d), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  const float* HWY_RESTRICT a = tile.a;
  const float* HWY_RESTRICT panel = tile.panel;
  const size_t depth = tile.depth, apart = kWoven ? 2 * L : panel_step;
#pragma GCC unroll 4
  for (size_t k = 0; k < depth; ++k) {
    const V value = hn::Set(d, a[k]);
    if constexpr (kWoven) {
      for (size_t line = 0; line < 2 * kPanels * L; line += 16) hwy::Prefetch(panel + kWovenAhead + line);
    }
    c00 = hn::MulAdd(value, hn::LoadU(d, panel), c00), c01 = hn::MulAdd(value, hn::LoadU(d, panel + L), c01);
    if constexpr (kPanels > 1) {
      const float* HWY_RESTRICT p = panel + apart;
      c10 = hn::MulAdd(value, hn::LoadU(d, p), c10), c11 = hn::MulAdd(value, hn::LoadU(d, p + L), c11);
    }
    if constexpr (kPanels > 2) {
      const float* HWY_RESTRICT p = panel + 2 * apart;
      c20 = hn::MulAdd(value, hn::LoadU(d, p), c20), c21 = hn::MulAdd(value, hn::LoadU(d, p + L), c21);
    }
    if constexpr (kPanels > 3) {
      const float* HWY_RESTRICT p = panel + 3 * apart;
      c30 = hn::MulAdd(value, hn::LoadU(d, p), c30), c31 = hn::MulAdd(value, hn::LoadU(d, p + L), c31);
    }
    panel += kWoven ? 2 * kPanels * L : 2 * L;
  }
  const size_t base_step = tile.base_row == 0 ? 0 : out_step;
  FinishRow(d, tile.base, c00, c01, tile.out);
  if constexpr (kPanels > 1) FinishRow(d, tile.base + base_step, c10, c11, tile.out + out_step);
  if constexpr (kPanels > 2) FinishRow(d, tile.base + 2 * base_step, c20, c21, tile.out + 2 * out_step);
  if constexpr (kPanels > 3) FinishRow(d, tile.base + 3 * base_step, c30, c31, tile.out + 3 * out_step);
}

template <bool kWoven>
HWY_MAYBE_UNUSED HWY_NOINLINE void MultiplyRowOf(size_t panels, const Tile& tile, size_t panel_step, size_t out_step) {
  switch (panels) {
    case 1:
      return MultiplyRow<1, kWoven>(tile, panel_step, out_step);
    case 2:
      return MultiplyRow<2, kWoven>(tile, panel_step, out_step);
    case 3:
      return MultiplyRow<3, kWoven>(tile, panel_step, out_step);
    default:
      return MultiplyRow<4, kWoven>(tile, panel_step, out_step);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
