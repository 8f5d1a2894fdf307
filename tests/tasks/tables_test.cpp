// Rows of labelled tables as the inputs and the data of a kind of task.
#include "tasks/tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scratch.h"

namespace fovea::tasks {
namespace {

using test::Scratch;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Word {
  explicit Word(const data::Row& row) : text(row.text) {}
  std::string text;
};

std::string numbered(int count, const std::string& word) {
  std::string rows;
  for (int i = 0; i < count; ++i) rows += (i % 3 ? "up\t" : "down\t") + word + " " + std::to_string(i) + "\n";
  return rows;
}

data::TableOptions skipping() {
  data::TableOptions options;
  options.on_bad_row = data::BadRows::kSkip;
  return options;
}

TEST(ReadRows, SayWhatReadingHasMet) {
  const Scratch scratch;
  InputSource source;
  source.paths = {scratch.write("torn.tsv", numbered(20, "film") + "no columns at all\nup\tbad \xff byte\n")};
  source.table = skipping();
  const auto inputs = read_rows<Word>(source);
  EXPECT_EQ(inputs->size(), 21);
  EXPECT_THAT(inputs->left_out(), HasSubstr("1 bad row is left out, the first at " + source.paths[0] + ":21: "));
  EXPECT_EQ(inputs->bad_bytes(), 1);
  EXPECT_EQ(inputs->difference(), "");
  EXPECT_EQ(inputs->warnings().size(), 1U);
  const std::vector<std::string> texts = {"\xff\xfe"};
  EXPECT_EQ(take_rows<Word>(texts)->bad_bytes(), 2);
}

TEST(ReadRows, ADifferenceFromTheTrainingIsTold) {
  const Scratch scratch;
  const data::TableLayout trained = data::read_table({scratch.write("a.tsv", numbered(20, "film"))}, {}).layout;
  InputSource source;
  source.paths = {scratch.write("b.csv", "text,label\na film,up\na book,down\n")};
  EXPECT_NE(read_rows<Word>(source, &trained)->difference(), "");
  source.like_training = false;
  EXPECT_EQ(read_rows<Word>(source, &trained)->difference(), "");
}

TEST(ReadParted, TheReportIsOfAllFiles) {
  const Scratch scratch;
  DataFiles files;
  files.paths = {scratch.write("a.tsv", numbered(30, "film") + "torn\n")};
  files.valid_paths = {scratch.write("v.csv", "text,label\na film,up\na book,down\nbad \xff byte,up\n")};
  files.test_paths = {scratch.write("t.tsv", numbered(5, "test") + "torn\ntorn\n")};
  const PartedRows read = read_parted(files, skipping());
  EXPECT_EQ(read.report.rows, 38);
  EXPECT_EQ(read.report.bad_rows, 3);
  EXPECT_EQ(read.report.bad_places.size(), 3U);
  EXPECT_EQ(read.report.bad_bytes, 1);
  EXPECT_THAT(read.warnings, ElementsAre(HasSubstr("valid: " + files.valid_paths[0] + ": ")));
}

TEST(RowData, TellsOfASplitWhereThereWasOne) {
  const Scratch scratch;
  DataFiles files;
  files.paths = {scratch.write("a.tsv", numbered(60, "film") + "torn\n")};
  const RowData<Word> cut(files, skipping());
  EXPECT_THAT(cut.told("80/10/10", 7)[0].text, HasSubstr("split 80/10/10 by content, seed 7\n1 bad row is left out"));
  EXPECT_EQ(cut.summary(0).at("bad_rows"), 1);
  EXPECT_THAT(cut.warnings(), IsEmpty());
  files.valid_paths = {scratch.write("v.tsv", numbered(9, "valid"))};
  EXPECT_THAT(RowData<Word>(files, skipping()).told("80/10/10", 7)[0].text, testing::Not(HasSubstr("split")));
}

}  // namespace
}  // namespace fovea::tasks
