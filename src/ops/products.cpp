#include "ops/products.h"

#include <algorithm>
#include <array>
#include <vector>

#include <ATen/Parallel.h>

#include "ops/scratch.h"

namespace fovea::ops {
namespace {

// Lays B out in `panels`, which only grows.
void pack_once(kernels::GemmArguments& product, std::vector<float>& panels) {
  if (product.b_packed || product.depth == 0 || product.columns == 0) return;
  const auto size = static_cast<size_t>(kernels::packed_gemm_size(product.depth, product.columns));
  if (panels.size() < size) panels.resize(size);
  kernels::pack_gemm_operand(product, panels.data());
  product.b_packed = panels.data();
  product.b = nullptr;
  product.b_rows = nullptr;
}

}  // namespace

void multiply(const kernels::GemmArguments& whole) {
  multiply(whole, 0, whole.rows);
}

void multiply(const kernels::GemmArguments& whole, int64_t first, int64_t end) {
  if (first >= end || (whole.columns == 0 && !whole.beside && !whole.a_sums)) return;
  // A thread is worth its start from some hundred thousand multiplications on; 24 rows keep the tiles of every
  // instruction set full.
  constexpr int64_t kWorkPerThread = 1 << 18, kFullTiles = 24;
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
    pack_once(product, panels[0]);
    if (whole.beside) pack_once(other, panels[1]);
  }
  const int64_t scratch = kernels::gemm_scratch_size(product);
  at::parallel_for(0, blocks, grain, [&](int64_t from, int64_t to) {
    kernels::gemm(product, first + from * kFullTiles, std::min(first + to * kFullTiles, end), thread_scratch(scratch));
  });
}

}  // namespace fovea::ops
