#include "ops/products.h"

#include <algorithm>
#include <array>

#include <ATen/Parallel.h>

#include "ops/scratch.h"

namespace fovea::ops {
namespace {

// A thread is worth its start from some hundred thousand multiplications on; 24 rows keep the tiles of every
// instruction set full.
constexpr int64_t kWorkPerThread = 1 << 18, kFullTiles = 24;

// The kernels cut the depth of B into blocks whose size divides this on every instruction set.
constexpr int64_t kDepthOfPart = 2048;

}  // namespace

bool pack_operand(kernels::GemmArguments& product, std::vector<float>& panels) {
  if (product.b_packed || product.depth == 0 || product.columns == 0) return false;
  const auto size = static_cast<size_t>(kernels::packed_gemm_size(product.depth, product.columns));
  if (panels.size() < size) panels.resize(size);
  float* packed = panels.data();  // of the calling thread, also where another one packs
  const int64_t padded = kernels::packed_gemm_size(1, product.columns);
  const int64_t parts = (product.depth + kDepthOfPart - 1) / kDepthOfPart;
  at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
    kernels::GemmArguments part = product;
    const int64_t first = begin * kDepthOfPart;
    part.depth = std::min(end * kDepthOfPart, product.depth) - first;
    if (part.b) part.b += product.b_transposed ? first : first * product.b_stride;
    if (part.b_rows) part.b_rows += first;
    kernels::pack_gemm_operand(part, packed + first * padded);
  });
  product.b_packed = packed;
  product.b = nullptr;
  product.b_rows = nullptr;
  return true;
}

void multiply(const kernels::GemmArguments& whole) {
  multiply(whole, 0, whole.rows);
}

void multiply(const kernels::GemmArguments& whole, int64_t first, int64_t end) {
  if (first >= end || (whole.columns == 0 && !whole.beside && !whole.a_sums)) return;
  kernels::GemmArguments product = whole, other;
  if (whole.beside) {
    other = *whole.beside;
    product.beside = &other;
  }
  const int64_t columns = product.columns + other.columns;
  const int64_t blocks = (end - first + kFullTiles - 1) / kFullTiles;
  const int64_t grain =
      std::max<int64_t>(1, kWorkPerThread / std::max<int64_t>(1, kFullTiles * columns * product.depth));
  if (blocks > grain && at::get_num_threads() > 1) {
    thread_local std::array<std::vector<float>, 2> panels;
    pack_operand(product, panels[0]);
    if (whole.beside) pack_operand(other, panels[1]);
  }
  const int64_t scratch = kernels::gemm_scratch_size(product);
  at::parallel_for(0, blocks, grain, [&](int64_t from, int64_t to) {
    kernels::gemm(product, first + from * kFullTiles, std::min(first + to * kFullTiles, end), thread_scratch(scratch));
  });
}

RowWork product_rows(const kernels::GemmArguments& product, int64_t first, int64_t end) {
  RowWork work;
  const int64_t columns = product.columns + (product.beside ? product.beside->columns : 0);
  work.rows = end - first;
  work.cost = static_cast<double>(columns * product.depth);
  work.scratch = kernels::gemm_scratch_size(product);
  work.run = [&product, first](int64_t begin, int64_t stop, float* scratch) {
    kernels::gemm(product, first + begin, first + stop, scratch);
  };
  return work;
}

void run_rows(const std::vector<RowWork>& works) {
  double cost = 0;
  int64_t scratch = 0;
  for (const RowWork& work : works) {
    cost += static_cast<double>(work.rows) * work.cost;
    scratch = std::max(scratch, work.scratch);
  }
  const auto worth = static_cast<int64_t>(cost / kWorkPerThread) + 1;
  const int64_t parts = std::max<int64_t>(1, std::min<int64_t>(at::get_num_threads(), worth));
  // The row of a work at which `share` of all costs is reached, `before` of which lies before the work.
  const auto row_at = [&](const RowWork& work, double before, int64_t part) {
    if (part == parts) return work.rows;
    const double row =
        (cost * static_cast<double>(part) / static_cast<double>(parts) - before) / std::max(1.0, work.cost);
    const auto tiles = static_cast<int64_t>(std::clamp(row / kFullTiles + 0.5, 0.0, 1e15));
    return std::min(tiles * kFullTiles, work.rows);
  };
  at::parallel_for(0, parts, 1, [&](int64_t first, int64_t last) {
    float* mine = thread_scratch(scratch);
    double before = 0;
    for (const RowWork& work : works) {
      const int64_t begin = row_at(work, before, first), end = row_at(work, before, last);
      if (begin < end) work.run(begin, end, mine);
      before += static_cast<double>(work.rows) * work.cost;
    }
  });
}

}  // namespace fovea::ops
