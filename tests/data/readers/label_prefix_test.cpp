#include "data/readers/label_prefix.h"

#include <gmock/gmock.h>

#include "data/readers/reading.h"

namespace fovea::data {
namespace {

using ::testing::HasSubstr;

TEST(LabelPrefixReader, TakesTheLabelOffTheText) {
  LabelPrefixReader reader("__label__5 good , very good\n  __label__x-y\t做父母 \r\n\n__label__z\n__label__ no name\n",
                           "__label__");
  std::vector<std::vector<std::string>> cells;
  const std::vector<Record> records = all_records(&reader, &cells);
  EXPECT_EQ(cells, (std::vector<std::vector<std::string>>{
                       {"5", "good , very good"}, {"x-y", "做父母 "}, {"z", ""}, {"", "no name"}}));
  EXPECT_EQ(records[2].line, 4);
}

TEST(LabelPrefixReader, TellsALineWithoutALabel) {
  LabelPrefixReader reader("a text __label__late\n", "__label__");
  Record record;
  ASSERT_TRUE(reader.next(&record));
  EXPECT_EQ(record.cells[0].kind, CellKind::kMissing);
  EXPECT_EQ(record.cells[1].text, "a text __label__late");
}

TEST(LabelPrefixReader, NamesSeveralLabels) {
  LabelPrefixReader reader("__label__a __label__b text\n", "__label__");
  Record record;
  ASSERT_TRUE(reader.next(&record));
  EXPECT_THAT(record.problem, HasSubstr("has 2 labels (__label__a, __label__b)"));
}

TEST(WithoutLabels, LeavesTheText) {
  EXPECT_EQ(without_labels("__label__a  __label__b some __label__c text", "__label__"), "some __label__c text");
  EXPECT_EQ(without_labels("  __label__a", "__label__"), "");
  EXPECT_EQ(without_labels(" some text", "__label__"), " some text");
  EXPECT_EQ(without_labels("some text", ""), "some text");
}

TEST(LabelPrefixReader, TakesAnyPrefix) {
  LabelPrefixReader reader("##up text __label__ stays", "##");
  Record record;
  ASSERT_TRUE(reader.next(&record));
  EXPECT_EQ(record.cells[0].text, "up");
  EXPECT_EQ(record.cells[1].text, "text __label__ stays");
}

}  // namespace
}  // namespace fovea::data
