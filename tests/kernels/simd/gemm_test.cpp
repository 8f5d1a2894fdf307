// The fast product against the plain one, in every shape, layout and instruction set.
#include "kernels/gemm.h"

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "kernels/dispatch.h"
#include "kernels/reference/gemm.h"

namespace fovea::kernels {
namespace {

enum class Layout { kPlain, kTransposed, kByRows };

struct Shape {
  int64_t rows, columns, depth;
};

// A problem with strides wider than its rows; what lies between the rows is NaN, so that reading it shows.
struct Problem {
  Problem(Shape shape, bool a_transposed, Layout b_layout, bool accumulate, unsigned seed) : random(seed) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    g.rows = shape.rows, g.columns = shape.columns, g.depth = shape.depth;
    g.a_transposed = a_transposed, g.b_transposed = b_layout == Layout::kTransposed, g.accumulate = accumulate;
    a = matrix(a_transposed ? shape.depth : shape.rows, a_transposed ? shape.rows : shape.depth, 3, g.a_stride);
    g.a = a.data();
    const bool transposed = g.b_transposed;
    b = matrix(transposed ? shape.columns : shape.depth, transposed ? shape.depth : shape.columns, 5, g.b_stride);
    if (b_layout == Layout::kByRows) {
      for (int64_t k = 0; k < shape.depth; ++k) {
        rows.push_back(k % 5 == 2 ? nullptr : b.data() + (shape.depth - 1 - k) * g.b_stride);
      }
      g.b_rows = rows.data();
    } else {
      g.b = b.data();
    }
    c = matrix(shape.rows, shape.columns, 2, g.c_stride);
    if (!accumulate) {
      for (float& value : c) value = nan;
      int64_t unused;
      bias = matrix(1, shape.columns, 0, unused);
      g.bias = bias.data();
    }
    if (a_transposed) {
      int64_t unused;
      sums = matrix(1, shape.rows, 0, unused);
      g.a_sums = sums.data();
    }
    g.c = c.data();
  }

  std::vector<float> matrix(int64_t rows_of_it, int64_t columns_of_it, int64_t gap, int64_t& stride) {
    stride = columns_of_it + gap;
    std::vector<float> values(static_cast<size_t>(rows_of_it * stride), std::numeric_limits<float>::quiet_NaN());
    std::uniform_real_distribution<float> uniform(-1, 1);
    for (int64_t r = 0; r < rows_of_it; ++r) {
      for (int64_t k = 0; k < columns_of_it; ++k) values[static_cast<size_t>(r * stride + k)] = uniform(random);
    }
    if (gap && !values.empty()) values.resize(values.size() - static_cast<size_t>(gap));  // the last row has no gap
    return values;
  }

  void run(std::vector<int64_t> cuts = {}) {
    std::vector<float> scratch(static_cast<size_t>(gemm_scratch_size(g)));
    cuts.insert(cuts.begin(), 0);
    cuts.push_back(g.rows);
    for (size_t i = 0; i + 1 < cuts.size(); ++i) gemm(g, cuts[i], cuts[i + 1], scratch.data());
  }

  std::mt19937 random;
  GemmArguments g;
  std::vector<float> a, b, bias, c, sums;
  std::vector<const float*> rows;
};

// The last one is too large for its B to be packed whole.
const std::vector<Shape> kShapes = {{1, 1, 1},      {7, 1, 7},    {1, 267, 7},   {6, 16, 267},
                                    {267, 7, 31},   {61, 33, 1},  {13, 65, 0},   {97, 40, 513},
                                    {7, 130, 1030}, {1030, 3, 5}, {29, 65, 5003}};

bool same_bits(const std::vector<float>& x, const std::vector<float>& y) {
  return x.size() == y.size() && std::equal(x.begin(), x.end(), y.begin(), [](float p, float q) {
           return p == q || (std::isnan(p) && std::isnan(q));
         });
}

void expect_close(const std::vector<float>& values, const std::vector<float>& expected, int64_t depth) {
  ASSERT_EQ(values.size(), expected.size());
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(std::isnan(values[i]), std::isnan(expected[i])) << "at " << i;
    if (!std::isnan(values[i])) {
      ASSERT_NEAR(values[i], expected[i], 1e-6 * (4 + static_cast<double>(depth) / 8)) << "at " << i;
    }
  }
}

template <typename Body>
void for_each_problem(Body body) {
  unsigned seed = 1;
  for (const Shape& shape : kShapes) {
    for (const bool a_transposed : {false, true}) {
      for (const Layout layout : {Layout::kPlain, Layout::kTransposed, Layout::kByRows}) {
        for (const bool accumulate : {false, true}) {
          SCOPED_TRACE(testing::Message()
                       << shape.rows << 'x' << shape.columns << 'x' << shape.depth << " transposed " << a_transposed
                       << " layout " << static_cast<int>(layout) << " accumulate " << accumulate);
          body(Problem(shape, a_transposed, layout, accumulate, ++seed));
        }
      }
    }
  }
}

// A copy whose pointers are its own.
Problem again(const Problem& problem) {
  Problem copy = problem;
  copy.g.a = copy.a.data(), copy.g.c = copy.c.data();
  if (problem.g.bias) copy.g.bias = copy.bias.data();
  if (problem.g.a_sums) copy.g.a_sums = copy.sums.data();
  return copy;  // B and its rows are read only: shared with the original
}

TEST(SimdGemm, AgreesWithTheReferenceOnEveryInstructionSet) {
  for_each_instruction_set([](const std::string& name) {
    SCOPED_TRACE(name);
    for_each_problem([](const Problem& problem) {
      Problem fast = again(problem), plain = again(problem);
      fast.run();
      reference::gemm(plain.g, 0, plain.g.rows);
      expect_close(fast.c, plain.c, problem.g.depth);
      expect_close(fast.sums, plain.sums, problem.g.depth);
    });
  });
}

TEST(SimdGemm, SplitRowsAndPackedOperandsGiveTheSameBits) {
  for_each_instruction_set([](const std::string& name) {
    SCOPED_TRACE(name);
    for_each_problem([](const Problem& problem) {
      Problem whole = again(problem), split = again(problem), packed = again(problem);
      whole.run();
      if (problem.g.rows > 5) {
        split.run({1, 4, problem.g.rows - 1});
        EXPECT_TRUE(same_bits(split.c, whole.c));
        EXPECT_TRUE(same_bits(split.sums, whole.sums));
      }
      std::vector<float> panels(static_cast<size_t>(packed_gemm_size(problem.g.depth, problem.g.columns)) + 1);
      pack_gemm_operand(packed.g, panels.data());
      packed.g.b = nullptr, packed.g.b_rows = nullptr, packed.g.b_packed = panels.data();
      packed.run();
      EXPECT_TRUE(same_bits(packed.c, whole.c));
    });
  });
}

TEST(SimdGemm, TwoProductsSideBySideGiveTheBitsOfEachAlone) {
  for_each_instruction_set([](const std::string& name) {
    SCOPED_TRACE(name);
    for (const Shape& shape : kShapes) {
      for (const bool a_transposed : {false, true}) {
        SCOPED_TRACE(testing::Message() << shape.rows << 'x' << shape.columns << 'x' << shape.depth << a_transposed);
        const Problem problem(shape, a_transposed, Layout::kPlain, false, 5);
        const Problem other({shape.rows, shape.columns + 19, shape.depth}, a_transposed, Layout::kByRows, false, 6);
        Problem first = again(problem), second = again(other), alone = again(problem), other_alone = again(other);
        for (Problem* it : {&second, &other_alone}) {
          it->g.a = first.g.a, it->g.a_stride = first.g.a_stride, it->g.a_sums = nullptr;
        }
        first.g.beside = &second.g;
        std::vector<float> panels(static_cast<size_t>(packed_gemm_size(shape.depth, shape.columns)) + 1);
        if (shape.columns % 2 == 1) {  // one packed beforehand beside one that is not
          pack_gemm_operand(first.g, panels.data());
          first.g.b = nullptr, first.g.b_packed = panels.data();
        }
        first.run(shape.rows > 5 ? std::vector<int64_t>{4} : std::vector<int64_t>{});
        alone.run(), other_alone.run();
        EXPECT_TRUE(same_bits(first.c, alone.c));
        EXPECT_TRUE(same_bits(first.sums, alone.sums));
        EXPECT_TRUE(same_bits(second.c, other_alone.c));
      }
    }
  });
}

TEST(SimdGemm, RefusesWhatCannotBe) {
  Problem problem({4, 5, 6}, false, Layout::kPlain, false, 1);
  std::vector<float> scratch(static_cast<size_t>(gemm_scratch_size(problem.g)));
  EXPECT_THROW(gemm(problem.g, 0, 5, scratch.data()), InternalError);
  GemmArguments narrow = problem.g;
  narrow.a_stride = 5;
  EXPECT_THROW(gemm(narrow, 0, 4, scratch.data()), InternalError);
  GemmArguments twice = problem.g;
  twice.b_packed = problem.b.data();
  EXPECT_THROW(gemm(twice, 0, 4, scratch.data()), InternalError);
  GemmArguments biased = problem.g;
  biased.accumulate = true;
  EXPECT_THROW(gemm(biased, 0, 4, scratch.data()), InternalError);
}

}  // namespace
}  // namespace fovea::kernels
