#include "data/readers/csv.h"

#include <gmock/gmock.h>

#include "data/readers/reading.h"

namespace fovea::data {
namespace {

using Cells = std::vector<std::vector<std::string>>;
using ::testing::HasSubstr;

struct Parsed {
  Cells cells;
  std::vector<Record> records;
};

Parsed parse_csv(std::string_view text, char separator = ',') {
  CsvReader reader(text, separator);
  Parsed parsed;
  parsed.records = all_records(&reader, &parsed.cells);
  return parsed;
}

TEST(CsvReader, ReadsPlainAndQuotedCells) {
  EXPECT_EQ(parse_csv("a,b\r\n\"c,d\",e\n\"say \"\"hi\"\"\",\"\"\n").cells,
            (Cells{{"a", "b"}, {"c,d", "e"}, {"say \"hi\"", ""}}));
  EXPECT_EQ(parse_csv("\"\"\"\"\"\",x,").cells, (Cells{{"\"\"", "x", ""}}));
  EXPECT_EQ(parse_csv(",\n").cells, (Cells{{"", ""}}));
  EXPECT_EQ(parse_csv("").cells, Cells{});
}

TEST(CsvReader, CountsLinesInsideQuotes) {
  const Parsed parsed = parse_csv("id,text\n1,\"two\nlines\r\nor three\"\n\n2,\"x\n\",\"y\"\n3,z");
  EXPECT_EQ(parsed.cells, (Cells{{"id", "text"}, {"1", "two\nlines\r\nor three"}, {"2", "x\n", "y"}, {"3", "z"}}));
  EXPECT_EQ(parsed.records[1].line, 2);
  EXPECT_EQ(parsed.records[2].line, 6);
  EXPECT_EQ(parsed.records[2].cells[2].line, 7);
  EXPECT_EQ(parsed.records[3].line, 8);
}

TEST(CsvReader, TakesAQuoteInsideAnUnquotedCellAsAByte) {
  EXPECT_EQ(parse_csv("5\" nails,ok\nit's \"fine\",no").cells, (Cells{{"5\" nails", "ok"}, {"it's \"fine\"", "no"}}));
}

TEST(CsvReader, DropsBlanksBetweenQuoteAndSeparator) {
  EXPECT_EQ(parse_csv("\"a\" ,\"b\"\t\r\nc,d").cells, (Cells{{"a", "b"}, {"c", "d"}}));
}

TEST(CsvReader, NamesTheLineWhereAQuoteOpensThatNeverCloses) {
  const Parsed parsed = parse_csv("a,b\nc,\"open\nd,e\nf,g\n");
  ASSERT_EQ(parsed.records.size(), 4u) << "one row is lost, the rest is read";
  EXPECT_EQ(parsed.records[1].problem, "column 2: a quote opens here and never closes");
  EXPECT_EQ(parsed.records[1].problem_line, 2);
  EXPECT_EQ(parsed.records[1].problem_column, 2);
  EXPECT_EQ(parsed.cells[2], (std::vector<std::string>{"d", "e"}));
  EXPECT_EQ(parsed.records[3].line, 4);
}

TEST(CsvReader, GoesOnAfterTextBehindAClosingQuote) {
  const Parsed parsed = parse_csv("1,\"stray\n2,fine\n3,\"also\" fine\n4,\"good\"\n");
  ASSERT_EQ(parsed.records.size(), 4u);
  EXPECT_THAT(parsed.records[0].problem, HasSubstr("text follows the quote that closes on line 3"));
  EXPECT_EQ(parsed.records[0].problem_line, 1);
  EXPECT_EQ(parsed.cells[1], (std::vector<std::string>{"2", "fine"}));
  EXPECT_THAT(parsed.records[2].problem,
              HasSubstr("text follows the quote that closes (a quote inside is written twice)"));
  EXPECT_EQ(parsed.records[2].problem_line, 3);
  EXPECT_EQ(parsed.cells[3], (std::vector<std::string>{"4", "good"}));
}

TEST(CsvReader, TakesAnotherSeparator) {
  EXPECT_EQ(parse_csv("1;\"a;b\";c,d\n", ';').cells, (Cells{{"1", "a;b", "c,d"}}));
}

TEST(CsvReader, KeepsALoneCarriageReturnAndOtherSeparatorsOfLines) {
  EXPECT_EQ(parse_csv("a\rb,c\xC2\x85"
                      "d\ve\n")
                .cells,
            (Cells{{"a\rb",
                    "c\xC2\x85"
                    "d\ve"}}));
}

}  // namespace
}  // namespace fovea::data
