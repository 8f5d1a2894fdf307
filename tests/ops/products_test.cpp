#include "ops/products.h"

#include <vector>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

namespace fovea::ops {
namespace {

// Every row of every work is run once, in ranges that do not overlap, whatever the sizes and costs.
TEST(RunRows, CoversEveryRowOnce) {
  const int before = at::get_num_threads();
  for (const int threads : {1, 2, 3, 7}) {
    at::set_num_threads(threads);
    const std::vector<int64_t> rows = {512, 0, 1, 5003, 384, 23, 25};
    std::vector<std::vector<int>> seen;
    std::vector<RowWork> works;
    for (const int64_t n : rows) seen.emplace_back(static_cast<size_t>(n), 0);
    for (size_t w = 0; w < rows.size(); ++w) {
      RowWork work;
      work.rows = rows[w];
      work.cost = w == 3 ? 40'000 : 1'000'000;
      work.scratch = static_cast<int64_t>(w);
      work.run = [&seen, w](int64_t begin, int64_t end, float*) {
        for (int64_t r = begin; r < end; ++r) ++seen[w][static_cast<size_t>(r)];
      };
      works.push_back(work);
    }
    run_rows(works);
    for (size_t w = 0; w < rows.size(); ++w) {
      for (size_t r = 0; r < seen[w].size(); ++r)
        EXPECT_EQ(seen[w][r], 1) << threads << " threads, row " << r << " of " << w;
    }
    run_rows({});
  }
  at::set_num_threads(before);
}

// A depth of several parts, rows by pointer among them a row of zeros: as packed in one go.
TEST(PackOperand, PartsMakeTheWhole) {
  const int64_t depth = 2 * 2048 + 77, columns = 37;
  std::vector<float> b(static_cast<size_t>(depth * columns));
  for (size_t i = 0; i < b.size(); ++i) b[i] = static_cast<float>(i % 1013) - 500;
  std::vector<const float*> rows;
  for (int64_t k = 0; k < depth; ++k) rows.push_back(k % 100 == 3 ? nullptr : b.data() + (depth - 1 - k) * columns);
  std::vector<float> transposed(b.size());
  for (int64_t k = 0; k < depth; ++k) {
    for (int64_t j = 0; j < columns; ++j) {
      transposed[static_cast<size_t>(j * depth + k)] = b[static_cast<size_t>(k * columns + j)];
    }
  }
  kernels::GemmArguments plain, by_rows, across;
  plain.depth = by_rows.depth = across.depth = depth;
  plain.columns = by_rows.columns = across.columns = columns;
  plain.b = b.data(), plain.b_stride = columns;
  by_rows.b_rows = rows.data();
  across.b = transposed.data(), across.b_stride = depth, across.b_transposed = true;
  for (kernels::GemmArguments product : {plain, by_rows, across}) {
    std::vector<float> whole(static_cast<size_t>(kernels::packed_gemm_size(depth, columns)), -1), parts;
    kernels::pack_gemm_operand(product, whole.data());
    ASSERT_TRUE(pack_operand(product, parts));
    parts.resize(whole.size());
    EXPECT_EQ(parts, whole);
    EXPECT_EQ(product.b, nullptr);
    EXPECT_EQ(product.b_rows, nullptr);
    EXPECT_NE(product.b_packed, nullptr);
    std::vector<float> untouched;
    EXPECT_FALSE(pack_operand(product, untouched));
  }
}

}  // namespace
}  // namespace fovea::ops
