#include "draw/charts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "draw/axis.h"
#include "support/count.h"

namespace fovea::draw {
namespace {

using test::count_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Charts, EveryValueHasItsMark) {
  const std::string rows = interval_chart({{"a", "1", 50, 45, 55, {49, 51, 50}}, {"b", "2", 60, 58, 62, {60}}}, "x");
  EXPECT_EQ(count_of(rows, "class=\"single\""), 4);
  EXPECT_EQ(count_of(rows, "class=\"mark"), 2);
  const std::string lines = line_chart({"1–2", "3"}, {{"a", {1, 2}}, {"b", {2, 3}}}, "x", "y");
  EXPECT_EQ(count_of(lines, "<polyline"), 2);
  EXPECT_EQ(count_of(lines, "class=\"mark"), 2 * 3);
  EXPECT_EQ(count_of(scatter_chart({{"a<b", 3, 80, 1}}, "x", "y"), "a&lt;b"), 1);
  EXPECT_THAT(scatter_chart({}, "x", "y"), Not(HasSubstr("nan")));
  EXPECT_THAT(interval_chart({{"a", "", 50, 50, 50, {}}}, "x"), Not(HasSubstr("nan")));
}

TEST(Axis, TicksAreRoundAndPlacesGoFromEndToEnd) {
  const Axis axis({61.8, 66.2}, 100, 200);
  EXPECT_THAT(axis.ticks(), ElementsAre(62, 63, 64, 65, 66));
  EXPECT_EQ(axis.label(62), "62");
  EXPECT_GT(axis.place(61.8), 100);
  EXPECT_LT(axis.place(66.2), 200);
  EXPECT_LT(axis.place(62), axis.place(63));
  const Axis fine({0.5, 0.52}, 0, 10);
  EXPECT_EQ(fine.label(0.505), "0.505");
  EXPECT_GE(Axis({0, 5}, 0, 10).place(0), 0);
}

}  // namespace
}  // namespace fovea::draw
