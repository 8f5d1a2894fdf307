// Blocked product with packing: the depth in blocks whose panels of B fit the nearest cache, the rows in blocks that
// fit the second. The inner dimension is never split between calls, so any split of the rows gives the same bits.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/gemm.cpp"
#include "kernels/simd/gemm.h"

#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/simd/gemm_pack-inl.h"
#include "kernels/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace {  // other files have the same names

// Rows of A kept in the second cache while the panels of B pass: 96 · 256 floats are 96 KB.
constexpr int64_t kRowBlock = 96;

// Fewer rows than these that are left are dealt evenly to their tiles: from 5 tiles of 6 on, 5 or 6 rows always come
// out.
constexpr int64_t kDealtRows = 30;

// A whole packed B up to this size (1 MB) is prepared at once; then each row of C is finished while it is near.
// Measured on 4096 · 128 · 512: 15 % faster than passing over C once per block of the depth.
constexpr int64_t kWholeSize = 1 << 18;

// Walks over rows as they lie in memory, a few cache lines at each call, so that they are near when their turn comes:
// without, half of the time of a weight gradient went into waiting for rows of A.
struct Ahead {
  const float* row = nullptr;                         // the next row, or
  const float* const* pointers = nullptr;             // where it is; null there: no row
  int64_t stride = 0, rows = 0, line = 0, lines = 1;  // lines of 16 floats in a row

  int64_t Lines() const { return rows * lines; }

  void Fetch(int64_t count) {
    for (; count > 0 && rows > 0; --count) {
      const float* here = pointers ? *pointers : row;
      if (here) hwy::Prefetch(here + 16 * line);
      if (++line == lines) {
        line = 0;
        if (pointers) {
          ++pointers;
        } else {
          row += stride;
        }
        --rows;
      }
    }
  }
};

// What comes next of A and of both Bs, fetched while the tiles of a block are multiplied.
struct Coming {
  Ahead a, b, beside;
  int64_t a_lines = 0, b_lines = 0, beside_lines = 0;  // at each tile

  HWY_INLINE void Fetch() { a.Fetch(a_lines), b.Fetch(b_lines), beside.Fetch(beside_lines); }
};

// A block of rows of C and of the depth. With whole panels of B the depth runs fastest, else the rows.
struct Block {
  int64_t row, rows, first, depth;
};

bool IsWhole(const GemmArguments& g) {
  if (g.beside && !IsWhole(*g.beside)) return false;
  return g.b_packed || PackedGemmSize(g.depth, g.columns) <= kWholeSize;
}

// The block of A as it lies in memory, or nothing where the block does not exist.
Ahead LinesOf(const GemmArguments& g, const Block& block) {
  if (block.rows <= 0 || block.depth <= 0) return {};
  if (g.a_transposed) {
    const float* from = g.a + block.first * g.a_stride + block.row;
    return {from, nullptr, g.a_stride, block.depth, 0, (block.rows + 15) / 16};
  }
  return {g.a + block.row * g.a_stride + block.first, nullptr, g.a_stride, block.rows, 0, (block.depth + 15) / 16};
}

// Rows [first, first + depth) of B, as they lie in memory or in its panels.
Ahead LinesOfB(const GemmArguments& g, int64_t first, int64_t depth) {
  const int64_t padded = PackedGemmSize(1, g.columns), lines = (g.columns + 15) / 16;
  if (depth <= 0 || lines == 0 || g.b_transposed) return {};
  if (g.b_packed) return {g.b_packed + first * padded, nullptr, padded, depth, 0, (padded + 15) / 16};
  if (g.b_rows) return {nullptr, g.b_rows + first, 0, depth, 0, lines};
  return {g.b + first * g.b_stride, nullptr, g.b_stride, depth, 0, lines};
}

int64_t PerTile(const Ahead& ahead, int64_t tiles) {
  return tiles > 0 ? (ahead.Lines() + tiles - 1) / tiles : 0;
}

// One panel of C, rows [row, row + rows), whose right edge may lie beyond the last column: through a buffer of one
// tile.
struct PanelOfC {
  const GemmArguments& g;
  int64_t column;
  bool add;           // to what C holds; else start from the bias or 0
  const float* bias;  // PanelWidth() floats
};

void MultiplyPanel(const PanelOfC& c, Tile tile, int64_t row, size_t rows, float* HWY_RESTRICT edge) {
  const int64_t width = static_cast<int64_t>(PanelWidth()), used = Least(width, c.g.columns - c.column);
  float* out = c.g.c + row * c.g.c_stride + c.column;
  tile.base = c.add ? out : c.bias;
  tile.base_row = c.add ? static_cast<size_t>(c.g.c_stride) : 0;
  tile.out = out;
  tile.out_row = static_cast<size_t>(c.g.c_stride);
  // The rows of C lie far apart: fetch their lines while the sums run.
  for (size_t r = 0; r < rows; ++r) {
    for (int64_t j = 0; j < used; j += 16) hwy::Prefetch(out + static_cast<int64_t>(r) * c.g.c_stride + j);
  }
  if (used == width) return MultiplyTileOf(rows, tile);
  if (c.add) {
    for (size_t r = 0; r < rows; ++r) {
      for (int64_t j = 0; j < used; ++j)
        edge[static_cast<int64_t>(r) * width + j] = out[static_cast<int64_t>(r) * c.g.c_stride + j];
    }
    tile.base = edge;
    tile.base_row = static_cast<size_t>(width);
  }
  tile.out = edge;
  tile.out_row = static_cast<size_t>(width);
  MultiplyTileOf(rows, tile);
  for (size_t r = 0; r < rows; ++r) {
    for (int64_t j = 0; j < used; ++j)
      out[static_cast<int64_t>(r) * c.g.c_stride + j] = edge[static_cast<int64_t>(r) * width + j];
  }
}

// Scratch of one product.
struct Operand {
  float* bias;  // [columns], padded to panels
  float* b;     // B or a block of its depth, packed; unused where B is packed already
};

struct Scratch {
  float* edge;  // one tile of C
  float* a;     // a block of rows of a transposed A
  Operand first, beside;
};

int64_t ScratchOfB(const GemmArguments& g, bool whole) {
  return g.b_packed ? 0 : PackedGemmSize(whole ? g.depth : Least(PackedDepth(), g.depth), g.columns);
}

int64_t GemmScratchSize(const GemmArguments& g) {
  const int64_t width = static_cast<int64_t>(PanelWidth());
  const bool whole = IsWhole(g);
  int64_t size = width + static_cast<int64_t>(kTileRows) * width + PackedGemmSize(1, g.columns) + ScratchOfB(g, whole);
  if (g.beside) size += PackedGemmSize(1, g.beside->columns) + ScratchOfB(*g.beside, whole);
  if (g.a_transposed) size += kRowBlock * Least(PackedDepth(), g.depth) + width;
  return size + width;
}

Scratch Divide(const GemmArguments& g, float* scratch) {
  const int64_t width = static_cast<int64_t>(PanelWidth());
  const size_t misaligned = reinterpret_cast<size_t>(scratch) / sizeof(float) % static_cast<size_t>(width);
  if (misaligned) scratch += static_cast<size_t>(width) - misaligned;
  const bool whole = IsWhole(g);
  Scratch parts;
  parts.edge = scratch;
  parts.first.bias = parts.edge + static_cast<int64_t>(kTileRows) * width;
  parts.first.b = parts.first.bias + PackedGemmSize(1, g.columns);
  parts.a = parts.first.b + ScratchOfB(g, whole);
  if (g.beside) {
    parts.beside.bias = parts.a;
    parts.beside.b = parts.beside.bias + PackedGemmSize(1, g.beside->columns);
    parts.a = parts.beside.b + ScratchOfB(*g.beside, whole);
  } else {
    parts.beside = parts.first;
  }
  return parts;
}

void FillBias(const GemmArguments& g, float* bias) {
  const int64_t padded = PackedGemmSize(1, g.columns);
  for (int64_t j = 0; j < padded; ++j) bias[j] = g.bias && j < g.columns ? g.bias[j] : 0;
}

int64_t TilesOf(const GemmArguments& g, const Block& block) {
  const int64_t width = static_cast<int64_t>(PanelWidth()), tile_rows = static_cast<int64_t>(kTileRows);
  return (block.rows + tile_rows - 1) / tile_rows * ((g.columns + width - 1) / width);
}

// Rows of the tile that begins at row r of a block. The last rows are dealt evenly, for a tile of one or two waits for
// its own additions; only packed tiles of a transposed A are as they are.
HWY_INLINE int64_t TileRowsAt(const GemmArguments& g, const Block& block, int64_t r) {
  const int64_t tile_rows = static_cast<int64_t>(kTileRows), left = block.rows - r;
  if (g.a_transposed || left >= kDealtRows) return Least(tile_rows, left);
  const int64_t tiles = (left + tile_rows - 1) / tile_rows;
  return (left + tiles - 1) / tiles;
}

// All columns of one block, from packed panels `b`; at each tile some lines of what is coming are fetched.
void MultiplyColumns(const GemmArguments& g, const Scratch& parts, const float* bias, const Block& block,
                     const float* b, Coming& coming) {
  const int64_t width = static_cast<int64_t>(PanelWidth());
  Tile tile = {};
  tile.depth = static_cast<size_t>(block.depth);
  tile.a_row = g.a_transposed ? 1 : static_cast<size_t>(g.a_stride);
  tile.a_step = g.a_transposed ? kTileRows : 1;
  for (int64_t column = 0; column < g.columns; column += width) {
    const PanelOfC panel = {g, column, g.accumulate || block.first > 0, bias + column};
    tile.panel = b + column * block.depth;
    for (int64_t r = 0, here = 0; r < block.rows; r += here) {
      here = TileRowsAt(g, block, r);
      coming.Fetch();
      tile.a = g.a_transposed ? parts.a + r * block.depth : g.a + (block.row + r) * g.a_stride + block.first;
      MultiplyPanel(panel, tile, block.row + r, static_cast<size_t>(here), parts.edge);
    }
  }
}

// One block of both products; meanwhile the lines of the next one are fetched. `b` and `b_beside` are its panels.
void MultiplyBlock(const GemmArguments& g, const Scratch& parts, const Block& block, const float* b,
                   const float* b_beside, const Block& next, Coming& coming) {
  if (g.a_transposed) PackTransposedRows(g, block.row, block.rows, block.first, block.depth, parts.a);
  if (g.a_sums) {
    SumTransposedRows(g, block.row, block.rows, block.first, block.depth, g.accumulate || block.first > 0);
  }
  coming.a = LinesOf(g, next);
  coming.a_lines = PerTile(coming.a, TilesOf(g, block) + (g.beside ? TilesOf(*g.beside, block) : 0));
  MultiplyColumns(g, parts, parts.first.bias, block, b, coming);
  if (g.beside) MultiplyColumns(*g.beside, parts, parts.beside.bias, block, b_beside, coming);
}

// Packs B whole, unless it came so.
const float* PanelsOf(const GemmArguments& g, const Operand& operand) {
  if (g.b_packed) return g.b_packed;
  PackGemmOperand(g, operand.b);
  return operand.b;
}

// Packs one block of the depth of B, unless it came packed.
const float* PanelsOf(const GemmArguments& g, const Operand& operand, int64_t first, int64_t depth) {
  if (g.b_packed) return g.b_packed + first * PackedGemmSize(1, g.columns);
  PackDepthBlock(g, first, depth, operand.b);
  return operand.b;
}

void Gemm(const GemmArguments& g, int64_t begin, int64_t end, float* scratch) {
  const int64_t step = PackedDepth();
  const GemmArguments& second = g.beside ? *g.beside : g;
  const int64_t padded = PackedGemmSize(1, g.columns), padded_beside = PackedGemmSize(1, second.columns);
  const Scratch parts = Divide(g, scratch);
  FillBias(g, parts.first.bias);
  if (g.beside) FillBias(second, parts.beside.bias);
  const auto block_at = [&](int64_t row, int64_t first) {
    return Block{row, Least(kRowBlock, end - row), first, Least(step, g.depth - first)};
  };
  Coming coming;
  // A depth of 0 still writes C: one block of no depth.
  if (IsWhole(g)) {
    const float* b = PanelsOf(g, parts.first);
    const float* b_beside = g.beside ? PanelsOf(second, parts.beside) : b;
    for (int64_t row = begin; row < end; row += kRowBlock) {
      for (int64_t first = 0; first == 0 || first < g.depth; first += step) {
        const Block next = first + step >= g.depth ? block_at(row + kRowBlock, 0) : block_at(row, first + step);
        MultiplyBlock(g, parts, block_at(row, first), b + first * padded, b_beside + first * padded_beside, next,
                      coming);
      }
    }
    return;
  }
  for (int64_t first = 0; first == 0 || first < g.depth; first += step) {
    const int64_t depth = Least(step, g.depth - first);
    const float* b = PanelsOf(g, parts.first, first, depth);
    const float* b_beside = g.beside ? PanelsOf(second, parts.beside, first, depth) : b;
    const Block all = {begin, end - begin, first, depth};
    const int64_t tiles = TilesOf(g, all) + (g.beside ? TilesOf(second, all) : 0);
    coming.b = LinesOfB(g, first + step, Least(step, g.depth - first - step));
    coming.b_lines = PerTile(coming.b, tiles);
    if (g.beside) coming.beside = LinesOfB(second, first + step, Least(step, g.depth - first - step));
    coming.beside_lines = PerTile(coming.beside, tiles);
    for (int64_t row = begin; row < end; row += kRowBlock) {
      const Block next = row + kRowBlock >= end ? block_at(begin, first + step) : block_at(row + kRowBlock, first);
      MultiplyBlock(g, parts, block_at(row, first), b, b_beside, next, coming);
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::kernels::simd {

HWY_EXPORT(Gemm);
HWY_EXPORT(GemmScratchSize);
HWY_EXPORT(PackedGemmSize);
HWY_EXPORT(PackGemmOperand);

void gemm(const GemmArguments& arguments, int64_t begin, int64_t end, float* scratch) {
  HWY_DYNAMIC_DISPATCH(Gemm)(arguments, begin, end, scratch);
}
int64_t gemm_scratch_size(const GemmArguments& arguments) {
  return HWY_DYNAMIC_DISPATCH(GemmScratchSize)(arguments);
}
int64_t packed_gemm_size(int64_t depth, int64_t columns) {
  return HWY_DYNAMIC_DISPATCH(PackedGemmSize)(depth, columns);
}
void pack_gemm_operand(const GemmArguments& arguments, float* packed) {
  HWY_DYNAMIC_DISPATCH(PackGemmOperand)(arguments, packed);
}

}  // namespace fovea::kernels::simd
#endif  // HWY_ONCE
