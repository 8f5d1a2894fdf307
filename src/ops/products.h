// Matrix products of the kernels, split over threads by rows of the result: any number of threads gives the same bits.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "kernels/gemm.h"

namespace fovea::ops {

// The whole product, or its rows [first, end); B is packed once for all threads of a call.
void multiply(const kernels::GemmArguments& product);
void multiply(const kernels::GemmArguments& product, int64_t first, int64_t end);

// Something that is computed by rows, any range of them for itself.
struct RowWork {
  int64_t rows = 0;
  double cost = 0;      // multiplications of one row
  int64_t scratch = 0;  // floats that `run` needs beside it
  std::function<void(int64_t begin, int64_t end, float* scratch)> run;
};
// The rows [first, end) of a product as such a work; each range packs B for itself, unless it came packed. `product`
// and what it points to must outlive the work.
RowWork product_rows(const kernels::GemmArguments& product, int64_t first, int64_t end);

// Runs all works in one parallel section: their rows, one work after the other, are cut into as many parts of about
// equal cost as there are threads. No work may wait for another.
void run_rows(const std::vector<RowWork>& works);

// Lays B out for any number of products, on all threads, in `panels`, which only grows; true where there was something
// to lay out. Then `product` reads it there.
bool pack_operand(kernels::GemmArguments& product, std::vector<float>& panels);

}  // namespace fovea::ops
