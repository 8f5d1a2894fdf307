#include "draw/columns.h"

#include <gtest/gtest.h>

namespace fovea::draw {
namespace {

TEST(Columns, PadsByDisplayWidth) {
  EXPECT_EQ(pad_right("酒店", 6), "酒店  ");
  EXPECT_EQ(pad_left("ab", 4), "  ab");
  EXPECT_EQ(pad_left("too long", 3), "too long");
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
}  // namespace fovea::draw
