#include "kernels/row_adam.h"

#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/random.h"
#include "kernels/dispatch.h"
#include "kernels/reference/row_adam.h"

namespace fovea::kernels {
namespace {

constexpr int64_t kRows = 40;

// A table and its state in either type; the same numbers in both.
template <typename T>
struct Table {
  explicit Table(int64_t given_width) : width(given_width) {
    const uint64_t base = stream_base({31, Purpose::kTest, 1});
    for (int64_t k = 0; k < kRows * width; ++k) {
      table.push_back(static_cast<float>(2 * uniform(base, static_cast<uint64_t>(k)) - 1));
    }
    first = second = std::vector<T>(table.size());
    counts.resize(kRows);
    decays.resize(kRows);
  }

  // A training step at which about a third of the rows occur; `split` cuts the range in three.
  void step(uint64_t number, bool split) {
    const uint64_t base = stream_base({31, Purpose::kTest, number + 100});
    std::vector<int64_t> rows;
    std::vector<T> gradients;
    for (int64_t row = 0; row < kRows; ++row) {
      if (row != 3 && uniform(base, static_cast<uint64_t>(row)) > 0.33) continue;
      rows.push_back(row);
      for (int64_t e = 0; e < width; ++e) {
        const double g = std::sin(static_cast<double>(number * 7 + static_cast<uint64_t>(row * width + e)));
        gradients.push_back(static_cast<float>(row == 5 ? 1e4 * g : row == 6 ? 1e-12 * g : g));
      }
    }
    arguments.beta1 = 0.9f;  // through float, so that both types have the same
    arguments.beta2 = 0.999f;
    arguments.epsilon = 1e-8f;
    arguments.gradient_scale = 0.75f;
    arguments.rate = 0.01 / static_cast<double>(1 + number % 3);
    arguments.decay_sum += std::log1p(-arguments.rate * 0.3);
    arguments.width = width;
    arguments.rows = rows.data();
    arguments.gradients = gradients.data();
    arguments.table = table.data();
    arguments.first_moments = first.data();
    arguments.second_moments = second.data();
    arguments.counts = counts.data();
    arguments.decays = decays.data();
    const int64_t size = static_cast<int64_t>(rows.size()), third = split ? size / 3 : 0;
    if (split) update(third, 2 * third), update(0, third);
    update(split ? 2 * third : 0, size);
  }

  void update(int64_t begin, int64_t end) {
    if constexpr (std::is_same_v<T, double>) {
      reference::row_adam(arguments, begin, end);
    } else {
      row_adam(arguments, begin, end);
    }
  }

  void settle() {
    if constexpr (std::is_same_v<T, double>) {
      reference::settle_rows(arguments, 0, kRows);
    } else {
      settle_rows(arguments, 0, kRows);
    }
  }

  int64_t width;
  std::vector<T> table, first, second;
  std::vector<int64_t> counts;
  std::vector<double> decays;
  RowAdamArguments<T> arguments;
};

TEST(RowAdam, AgreesWithTheReferenceOverManySteps) {
  for_each_instruction_set([](const std::string& set) {
    for (const int64_t width : {1, 7, 64, 267}) {
      Table<float> fast(width);
      Table<double> plain(width);
      for (uint64_t number = 0; number < 40; ++number) fast.step(number, false), plain.step(number, false);
      fast.settle(), plain.settle();
      EXPECT_EQ(fast.counts, plain.counts);
      EXPECT_EQ(fast.decays, plain.decays);
      for (size_t k = 0; k < fast.table.size(); ++k) {
        ASSERT_NEAR(fast.table[k], plain.table[k], 1e-5) << set << " width " << width << " at " << k;
        const double size = 1 + std::sqrt(plain.second[k]);  // of the gradients, whose signs may cancel
        ASSERT_NEAR(fast.first[k], plain.first[k], 1e-6 * size) << set << " at " << k;
        ASSERT_NEAR(fast.second[k], plain.second[k], 1e-6 * (1 + plain.second[k])) << set << " at " << k;
      }
    }
  });
}

TEST(RowAdam, SplitRangesGiveTheSameBits) {
  Table<float> whole(37), split(37);
  for (uint64_t number = 0; number < 9; ++number) whole.step(number, false), split.step(number, true);
  EXPECT_EQ(split.table, whole.table);
  EXPECT_EQ(split.first, whole.first);
  EXPECT_EQ(split.second, whole.second);
}

TEST(RowAdam, RowsThatDoNotOccurStayAsTheyAre) {
  Table<float> example(16);
  const std::vector<float> start = example.table;
  example.step(1, false);
  for (int64_t row = 0; row < kRows; ++row) {
    bool same = true;
    for (int64_t e = row * 16; e < (row + 1) * 16; ++e) {
      same = same && example.table[static_cast<size_t>(e)] == start[static_cast<size_t>(e)];
    }
    EXPECT_EQ(same, example.counts[static_cast<size_t>(row)] == 0) << row;
  }
}

TEST(RowAdam, RefusesAWidthThatCannotBe) {
  RowAdamArguments<float> arguments;
  arguments.width = -1;
  EXPECT_THROW(row_adam(arguments, 0, 0), InternalError);
}

}  // namespace
}  // namespace fovea::kernels
