#include "report/confusions.h"

#include <gtest/gtest.h>

namespace fovea::report {
namespace {

TEST(Confusions, LargestFirstWithoutTheDiagonalAndZeros) {
  const std::vector<Confusion> cells = confusions({{90, 3, 0}, {7, 80, 3}, {11, 0, 70}});
  ASSERT_EQ(cells.size(), 4u);
  const auto is = [&](size_t at, size_t truth, size_t predicted, int64_t count) {
    return cells[at].truth == truth && cells[at].predicted == predicted && cells[at].count == count;
  };
  EXPECT_TRUE(is(0, 2, 0, 11));
  EXPECT_TRUE(is(1, 1, 0, 7));
  EXPECT_TRUE(is(2, 0, 1, 3));
  EXPECT_TRUE(is(3, 1, 2, 3));
  EXPECT_TRUE(confusions({}).empty());
  EXPECT_TRUE(confusions({{5}}).empty());
}

}  // namespace
}  // namespace fovea::report
