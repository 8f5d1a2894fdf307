// What the forward and the backward recurrence share: a block of sequences that walk in step, the small product of a
// step, and vectors at the right edge of a row. Included once per instruction set.
#if defined(FOVEA_KERNELS_SIMD_RECURRENCE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_SIMD_RECURRENCE_INL_H_
#undef FOVEA_KERNELS_SIMD_RECURRENCE_INL_H_
#else
#define FOVEA_KERNELS_SIMD_RECURRENCE_INL_H_
#endif

#include "kernels/recurrence.h"
#include "kernels/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace {  // other files have the same names

// Sequences that walk in step: their states stay in the second cache.
constexpr int64_t kBlockSequences = 96;

using Floats = hn::Vec<FloatTag>;

HWY_INLINE int64_t Least(int64_t x, int64_t y) {
  return x < y ? x : y;
}
HWY_INLINE int64_t VectorSize() {
  return static_cast<int64_t>(hn::Lanes(FloatTag()));
}
HWY_INLINE int64_t RoundUpToPanels(int64_t x) {
  const int64_t width = 2 * VectorSize();
  return (x + width - 1) / width * width;
}
// Between two rows of a state: whole panels, and not a power of two, for rows that lie so use few lines of the cache.
HWY_INLINE int64_t StateStride(int64_t width) {
  return RoundUpToPanels(width) + 4;
}

// The first `size` floats at p, then zeros; touches nothing behind them.
HWY_INLINE Floats LoadUpTo(FloatTag d, const float* p, int64_t size) {
  if (HWY_LIKELY(size >= VectorSize())) return hn::LoadU(d, p);
  HWY_ALIGN float buffer[hn::MaxLanes(d)] = {};
  for (int64_t j = 0; j < size; ++j) buffer[j] = p[j];
  return hn::Load(d, buffer);
}

HWY_INLINE void StoreUpTo(Floats v, FloatTag d, float* p, int64_t size) {
  if (HWY_LIKELY(size >= VectorSize())) return hn::StoreU(v, d, p);
  HWY_ALIGN float buffer[hn::MaxLanes(d)];
  hn::Store(v, d, buffer);
  for (int64_t j = 0; j < size; ++j) p[j] = buffer[j];
}

HWY_INLINE void Clear(float* p, int64_t size) {
  for (int64_t j = 0; j < size; ++j) p[j] = 0;
}

HWY_INLINE float* AlignToPanel(float* scratch) {
  const size_t width = PanelWidth(), beyond = reinterpret_cast<size_t>(scratch) / sizeof(float) % width;
  return beyond ? scratch + (width - beyond) : scratch;
}

// A block's sequences order[first] … order[first + size - 1], longest first, at one step. Without offsets every
// sequence is one row, sequence b row b.
struct Walk {
  const RecurrenceArguments& a;
  int64_t first;
  int64_t size;
  int64_t rows[kBlockSequences];  // of the sequences still walking: which of the N rows they are at
  int64_t active = 0;             // how many of them walk; they are the first ones

  Walk(const RecurrenceArguments& arguments, int64_t first_, int64_t size_)
      : a(arguments), first(first_), size(size_) {}

  int64_t Sequence(int64_t r) const { return a.offsets ? a.order[first + r] : first + r; }
  int64_t FirstRow(int64_t b) const { return a.offsets ? a.offsets[b] : b; }
  int64_t EndRow(int64_t b) const { return a.offsets ? a.offsets[b + 1] : b + 1; }
  int64_t Length(int64_t r) const { return EndRow(Sequence(r)) - FirstRow(Sequence(r)); }
  int64_t Steps() const { return size > 0 ? Length(0) : 0; }
  // The row that a sequence is at in a step.
  int64_t RowOf(int64_t b, int64_t step) const { return a.reverse ? EndRow(b) - 1 - step : FirstRow(b) + step; }
  // From a row to the row of the next step.
  int64_t Stride() const { return a.reverse ? -1 : 1; }

  void Seek(int64_t step) {
    while (active < size && Length(active) > step) ++active;
    while (active > 0 && Length(active - 1) <= step) --active;
    for (int64_t r = 0; r < active; ++r) rows[r] = RowOf(Sequence(r), step);
  }
};

struct Rows {
  const float* a;  // [count, depth]
  int64_t stride;
  int64_t count;
};

// out(r, ·) = rows(r, ·)·panel (+ out), one panel wide, for a matrix packed by pack_gemm_operand() with `columns`
// padded columns. Rows are dealt evenly to tiles: a tile of one or two rows would wait for its own additions.
HWY_INLINE void MultiplyRows(const Rows& rows, const float* packed, int64_t panel, int64_t depth, int64_t columns,
                             bool add, const float* zeros, float* out, int64_t out_row) {
  const int64_t tile_rows = static_cast<int64_t>(kTileRows), tiles = (rows.count + tile_rows - 1) / tile_rows;
  for (int64_t k = 0; k < depth; k += PackedDepth()) {
    Tile tile;
    tile.depth = static_cast<size_t>(Least(PackedDepth(), depth - k));
    tile.panel = packed + k * columns + panel * static_cast<int64_t>(PanelWidth() * tile.depth);
    tile.a_row = static_cast<size_t>(rows.stride);
    tile.a_step = 1;
    tile.out_row = static_cast<size_t>(out_row);
    tile.base_row = add || k > 0 ? tile.out_row : 0;
    int64_t r = 0;
    for (int64_t t = 0; t < tiles; ++t) {
      const int64_t here = (rows.count - r + tiles - t - 1) / (tiles - t);
      tile.a = rows.a + r * rows.stride + k;
      tile.out = out + r * out_row;
      tile.base = add || k > 0 ? tile.out : zeros;
      MultiplyTileOf(static_cast<size_t>(here), tile);
      r += here;
    }
  }
}

// Panels that a single row is multiplied with at a time.
constexpr int64_t kWovenPanels = 4;

// The same for a single row and all panels; panel p goes to out + p·out_step. With `kWoven` the matrix is packed by
// WeaveWeights().
template <bool kWoven>
HWY_INLINE void MultiplyOneRow(const float* row, const float* packed, int64_t depth, int64_t columns, bool add,
                               const float* zeros, float* out, int64_t out_step) {
  const int64_t width = static_cast<int64_t>(PanelWidth()), panels = columns / width;
  for (int64_t k = 0; k < depth; k += PackedDepth()) {
    Tile tile = {};
    tile.depth = static_cast<size_t>(Least(PackedDepth(), depth - k));
    tile.a = row + k;
    const int64_t panel_step = width * static_cast<int64_t>(tile.depth);
    tile.base_row = add || k > 0 ? 1 : 0;
    for (int64_t panel = 0; panel < panels; panel += kWovenPanels) {
      tile.panel = packed + k * columns + panel * panel_step;
      tile.out = out + panel * out_step;
      tile.base = add || k > 0 ? tile.out : zeros;
      MultiplyRowOf<kWoven>(static_cast<size_t>(Least(kWovenPanels, panels - panel)), tile,
                            static_cast<size_t>(panel_step), static_cast<size_t>(out_step));
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
