#include "ops/products.h"

#include <algorithm>
#include <vector>

#include <ATen/Parallel.h>

#include "ops/scratch.h"

namespace fovea::ops {

void multiply(kernels::GemmArguments product) {
  if (product.rows == 0 || product.columns == 0) return;
  // A thread is worth its start from some hundred thousand multiplications on.
  constexpr int64_t kWorkPerThread = 1 << 18;
  const int64_t work_per_row = std::max<int64_t>(1, product.columns * product.depth);
  const int64_t grain = std::max<int64_t>(16, kWorkPerThread / work_per_row);
  thread_local std::vector<float> packed;
  if (product.rows > grain && at::get_num_threads() > 1 && !product.b_packed) {
    packed.resize(static_cast<size_t>(std::max<int64_t>(kernels::packed_gemm_size(product.depth, product.columns),
                                                        static_cast<int64_t>(packed.size()))));
    kernels::pack_gemm_operand(product, packed.data());
    product.b_packed = packed.data();
    product.b = nullptr;
    product.b_rows = nullptr;
  }
  const int64_t scratch = kernels::gemm_scratch_size(product);
  at::parallel_for(0, product.rows, grain,
                   [&](int64_t begin, int64_t end) { kernels::gemm(product, begin, end, thread_scratch(scratch)); });
}

}  // namespace fovea::ops
