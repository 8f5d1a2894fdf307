// Products of a few rows with a matrix that was laid out for it, for attention of many queries: keys and memory of a
// sequence are packed once and meet tile after tile of queries. The sums of an element run over the depth in order,
// as those of rows-inl.h do where it combines rows. Included once per instruction set.
#if defined(FOVEA_KERNELS_SIMD_PANELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_SIMD_PANELS_INL_H_
#undef FOVEA_KERNELS_SIMD_PANELS_INL_H_
#else
#define FOVEA_KERNELS_SIMD_PANELS_INL_H_
#endif

#include <hwy/highway.h>

#include "kernels/simd/gemm_pack-inl.h"
#include "kernels/simd/rows-inl.h"
#include "kernels/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {  // tile-inl.h is of each file

// Columns padded to whole panels.
HWY_INLINE size_t panel_columns(size_t columns) {
  return (columns + PanelWidth() - 1) / PanelWidth() * PanelWidth();
}

// A matrix [depth, columns] as panels of PanelWidth() columns, zeros beyond the last, one panel after the other.
struct Panels {
  const float* data;
  size_t depth, columns;
};

// Packs rows [depth, columns], or the transpose of rows [columns, depth]; `to` has room for depth · panel_columns().
HWY_INLINE Panels pack(Rows rows, size_t depth, size_t columns, float* to) {
  GemmArguments g;
  g.b = rows.data;
  g.b_stride = static_cast<int64_t>(rows.stride);
  g.columns = static_cast<int64_t>(columns);
  PackDepthBlock(g, 0, static_cast<int64_t>(depth), to);
  return {to, depth, columns};
}
HWY_INLINE Panels pack_transposed(Rows rows, size_t depth, size_t columns, float* to) {
  GemmArguments g;
  g.b = rows.data;
  g.b_stride = static_cast<int64_t>(rows.stride);
  g.b_transposed = true;
  g.columns = static_cast<int64_t>(columns);
  PackDepthBlock(g, 0, static_cast<int64_t>(depth), to);
  return {to, depth, columns};
}

// out [rows, columns of b] (+)= a [rows, depth] · rows [first, first + depth) of b. The rows of `out` lie out_step
// apart, and what is beyond b's columns in its last panel is not touched.
struct PanelProduct {
  Steps a;
  size_t rows;
  Panels b;
  size_t first, depth;
  float* out;
  size_t out_step;
  bool add;
};

// Rows [row, row + rows) of the panel that begins at `column`; rows <= kTileRows.
HWY_INLINE void multiply_panel(const PanelProduct& p, size_t column, size_t row, size_t rows) {
  const FloatTag d;
  const size_t width = PanelWidth(), used = HWY_MIN(width, p.b.columns - column);
  HWY_ALIGN float edge[kTileRows * 2 * hn::MaxLanes(d)];
  Tile tile = {};
  tile.a = p.a.data + row * p.a.row_step;
  tile.a_row = p.a.row_step, tile.a_step = p.a.column_step;
  tile.panel = p.b.data + column * p.b.depth + p.first * width;
  tile.depth = p.depth;
  float* out = p.out + row * p.out_step + column;
  if (used == width && p.add) {
    tile.base = tile.out = out;
    tile.base_row = tile.out_row = p.out_step;
    return MultiplyTileOf(rows, tile);
  }
  for (size_t k = 0; k < (p.add ? rows : 1) * width; ++k) edge[k] = 0;
  for (size_t r = 0; p.add && r < rows; ++r) {
    for (size_t c = 0; c < used; ++c) edge[r * width + c] = out[r * p.out_step + c];
  }
  tile.base = edge;
  tile.base_row = p.add ? width : 0;
  if (used == width) {
    tile.out = out;
    tile.out_row = p.out_step;
    return MultiplyTileOf(rows, tile);
  }
  HWY_ALIGN float result[kTileRows * 2 * hn::MaxLanes(d)];
  tile.out = result;
  tile.out_row = width;
  MultiplyTileOf(rows, tile);
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < used; ++c) out[r * p.out_step + c] = result[r * width + c];
  }
}

// Rows of the tile at `row`: a tile of one or two would wait for its own additions, so the last ones are dealt evenly.
HWY_INLINE size_t tile_rows_at(size_t row, size_t rows) {
  const size_t left = rows - row, tiles = (left + kTileRows - 1) / kTileRows;
  return (left + tiles - 1) / tiles;
}

// A panel of b at a time: for a b that is larger than a.
HWY_NOINLINE void multiply_by_panels(const PanelProduct& p) {
  for (size_t column = 0; column < p.b.columns; column += PanelWidth()) {
    for (size_t row = 0, here = 0; row < p.rows; row += here) {
      here = tile_rows_at(row, p.rows);
      multiply_panel(p, column, row, here);
    }
  }
}

// A tile of rows at a time: for a small b.
HWY_MAYBE_UNUSED HWY_NOINLINE void multiply_by_rows(const PanelProduct& p) {
  for (size_t row = 0, here = 0; row < p.rows; row += here) {
    here = tile_rows_at(row, p.rows);
    for (size_t column = 0; column < p.b.columns; column += PanelWidth()) multiply_panel(p, column, row, here);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
