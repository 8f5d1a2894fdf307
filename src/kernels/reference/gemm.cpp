#include "kernels/reference/gemm.h"

#include "base/errors.h"

namespace fovea::kernels::reference {

void gemm(const GemmArguments& g, int64_t begin, int64_t end) {
  FOVEA_CHECK(!g.b_packed, "the reference reads plain matrices");
  const auto a = [&](int64_t i, int64_t k) -> double {
    return g.a_transposed ? g.a[k * g.a_stride + i] : g.a[i * g.a_stride + k];
  };
  const auto b = [&](int64_t k, int64_t j) -> double {
    if (g.b_rows) return g.b_rows[k] ? g.b_rows[k][j] : 0;
    return g.b_transposed ? g.b[j * g.b_stride + k] : g.b[k * g.b_stride + j];
  };
  for (int64_t i = begin; i < end; ++i) {
    for (int64_t j = 0; j < g.columns; ++j) {
      double sum = g.accumulate ? g.c[i * g.c_stride + j] : g.bias ? g.bias[j] : 0;
      for (int64_t k = 0; k < g.depth; ++k) sum += a(i, k) * b(k, j);
      g.c[i * g.c_stride + j] = static_cast<float>(sum);
    }
    if (g.a_sums) {
      double sum = g.accumulate ? g.a_sums[i] : 0;
      for (int64_t k = 0; k < g.depth; ++k) sum += a(i, k);
      g.a_sums[i] = static_cast<float>(sum);
    }
  }
}

}  // namespace fovea::kernels::reference
