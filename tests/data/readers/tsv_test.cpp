#include "data/readers/tsv.h"

#include "data/readers/reading.h"

namespace fovea::data {
namespace {

TEST(TsvReader, KnowsNoQuoting) {
  TsvReader reader("\"It never closes\t0\nhe said \"\"no\"\"\t1\r\n'a\tb\"\t2");
  std::vector<std::vector<std::string>> cells;
  const std::vector<Record> records = all_records(&reader, &cells);
  EXPECT_EQ(cells, (std::vector<std::vector<std::string>>{
                       {"\"It never closes", "0"}, {"he said \"\"no\"\"", "1"}, {"'a", "b\"", "2"}}));
  EXPECT_EQ(records[1].line, 2);
  EXPECT_EQ(records[2].cells[1].line, 3);
}

TEST(TsvReader, KeepsEmptyCellsAndSpaces) {
  TsvReader reader("\t a \t\n\n\t\n");
  std::vector<std::vector<std::string>> cells;
  const std::vector<Record> records = all_records(&reader, &cells);
  EXPECT_EQ(cells, (std::vector<std::vector<std::string>>{{"", " a ", ""}, {"", ""}}));
  EXPECT_EQ(records[1].line, 3) << "the blank line is counted";
}

}  // namespace
}  // namespace fovea::data
