#include "runner/machine.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>

#include "base/timing.h"
#include "ops/aten.h"
#include "ops/products.h"

namespace fovea::bench {
namespace {

double best_rate(double operations, const std::function<void()>& product) {
  double best = 0;
  product();
  for (int repeat = 0; repeat < 5; ++repeat) {
    const Stopwatch watch;
    product();
    best = std::max(best, operations / watch.seconds());
  }
  return best;
}

double best_gemm() {
  const at::NoGradGuard guard;
  double best = 0;
  for (const auto& [rows, columns, depth] :
       {std::array<int64_t, 3>{4096, 512, 128}, {4096, 128, 512}, {1024, 1024, 1024}}) {
    const at::Tensor a = at::rand({rows, depth}), b = at::rand({depth, columns}), c = at::empty({rows, columns});
    at::Tensor theirs = at::empty({rows, columns});
    kernels::GemmArguments product;
    product.rows = rows, product.columns = columns, product.depth = depth;
    product.a = a.const_data_ptr<float>(), product.a_stride = depth;
    product.b = b.const_data_ptr<float>(), product.b_stride = columns;
    product.c = c.mutable_data_ptr<float>(), product.c_stride = columns;
    const double operations = 2.0 * static_cast<double>(rows * columns * depth);
    best = std::max(best, best_rate(operations, [&] { ops::multiply(product); }));
    best = std::max(best, best_rate(operations, [&] { at::mm_out(theirs, a, b); }));
  }
  return best;
}

}  // namespace

Machine measure_machine(int threads) {
  return {fma_peak(threads), best_gemm()};
}

Machine better(const Machine& one, const Machine& other) {
  return {std::max(one.fma_peak, other.fma_peak), std::max(one.best_gemm, other.best_gemm)};
}

std::string processor_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    const size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown processor";
}

}  // namespace fovea::bench
