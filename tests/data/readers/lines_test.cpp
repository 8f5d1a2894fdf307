#include "data/readers/lines.h"

#include "data/readers/reading.h"

namespace fovea::data {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  LineCursor cursor(text);
  std::vector<std::string> lines;
  std::string_view line;
  while (cursor.next(&line)) lines.emplace_back(line);
  EXPECT_EQ(cursor.number(), static_cast<int64_t>(lines.size()));
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LineCursor, EndsLinesAtLfAndCrlf) {
  EXPECT_EQ(lines_of("a\nb\r\nc"), (Lines{"a", "b", "c"}));
  EXPECT_EQ(lines_of("a\n"), Lines{"a"}) << "a final line end opens no line";
  EXPECT_EQ(lines_of("\n\na\n\n"), (Lines{"", "", "a", ""}));
  EXPECT_EQ(lines_of(""), Lines{});
}

TEST(LineCursor, EndsLinesNowhereElse) {
  const std::string text =
      "a\xC2\x85"
      "b\xE2\x80\xA8"
      "c\xE2\x80\xA9"
      "d\ve\ff\x1C"
      "g\rh";
  EXPECT_EQ(lines_of(text + "\nx"), (Lines{text, "x"}));
}

TEST(LineCursor, PassesOverBlankLinesButCountsThem) {
  LineCursor cursor("\n   \r\nfirst\n\nsecond");
  std::string_view line;
  ASSERT_TRUE(cursor.next_filled(&line));
  EXPECT_EQ(line, "first");
  EXPECT_EQ(cursor.number(), 3);
  ASSERT_TRUE(cursor.next_filled(&line));
  EXPECT_EQ(cursor.number(), 5);
  EXPECT_FALSE(cursor.next_filled(&line));
}

TEST(PlainLineReader, GivesEveryLineTheEmptyOnesToo) {
  PlainLineReader reader("one, \"two\"\n\n\tthree");
  std::vector<std::vector<std::string>> cells;
  const std::vector<Record> records = all_records(&reader, &cells);
  EXPECT_EQ(cells, (std::vector<std::vector<std::string>>{{"one, \"two\""}, {""}, {"\tthree"}}));
  EXPECT_EQ(records[2].line, 3);
}

}  // namespace
}  // namespace fovea::data
