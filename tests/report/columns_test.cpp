#include "report/columns.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace fovea::report {
namespace {

TEST(Columns, PadsByDisplayWidth) {
  EXPECT_EQ(pad_right("酒店", 6), "酒店  ");
  EXPECT_EQ(pad_left("ab", 4), "  ab");
  EXPECT_EQ(pad_left("too long", 3), "too long");
}

TEST(Columns, Numbers) {
  EXPECT_EQ(fixed(-0.0004, 3), "0.000");
  EXPECT_EQ(fixed(-0.0006, 3), "-0.001");
  EXPECT_EQ(fixed(std::nan(""), 2), "-");
  EXPECT_EQ(fixed(-std::numeric_limits<double>::infinity(), 2), "-");
  EXPECT_EQ(percent(0.8213), "82.1 %");
  EXPECT_EQ(grouped(7), "7");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(-1000), "-1,000");
  EXPECT_EQ(grouped(-100), "-100");
  EXPECT_EQ(counted(1, "text", "texts"), "1 text");
  EXPECT_EQ(counted(2000, "text", "texts"), "2,000 texts");
}

TEST(Columns, QuotesMakeLabelsSafeAndShort) {
  EXPECT_EQ(quoted_label("a\x1b"), "“a␛”");
  EXPECT_EQ(quoted_label("abcdefgh", 6), "“abc…”");
}

TEST(Columns, WrapsWords) {
  EXPECT_EQ(wrapped("", 20, 0), "");
  EXPECT_EQ(wrapped("  ", 20, 0), "");
  EXPECT_EQ(wrapped("one two  three", 7, 0), "one two\nthree\n");
  EXPECT_EQ(wrapped("one two three", 9, 2), "one two\n  three\n");
  EXPECT_EQ(wrapped("incomprehensibility now", 8, 2), "incom…\n  now\n");
}

}  // namespace
}  // namespace fovea::report
