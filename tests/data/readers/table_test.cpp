#include "data/readers/table.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "data/readers/reading.h"

namespace fovea::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> rows_of(const Table& table) {
  std::vector<std::string> rows;
  for (const Row& row : table.rows) rows.push_back(std::to_string(row.line) + "|" + row.label + "|" + row.text);
  return rows;
}

TEST(ReadTable, ReadsEachFormatAlike) {
  EXPECT_THAT(rows_of(read_as("a.tsv", "a, b\t1\n\"c\" d\t0\n")), ElementsAre("1|1|a, b", "2|0|\"c\" d"));
  EXPECT_THAT(rows_of(read_as("a.csv", "label,text\n1,\"a, b\"\n0,\"\"\"c\"\" d\"\n")),
              ElementsAre("2|1|a, b", "3|0|\"c\" d"));
  EXPECT_THAT(rows_of(read_as("a.txt", "__label__1 a, b\n__label__0 \"c\" d\n")),
              ElementsAre("1|1|a, b", "2|0|\"c\" d"));
  EXPECT_THAT(rows_of(read_as("a.jsonl", "{\"text\":\"a, b\",\"label\":1}\n{\"label\":0,\"text\":\"\\\"c\\\" d\"}\n")),
              ElementsAre("1|1|a, b", "2|0|\"c\" d"));
}

TEST(ReadTable, ReadsGzipAndKeepsItsHash) {
  const std::string packed = gzip("a b\t1\r\nc d\t0");
  const Table table = read_as("a.tsv.gz", packed);
  EXPECT_THAT(rows_of(table), ElementsAre("1|1|a b", "2|0|c d"));
  EXPECT_THAT(table.report.sha256, ElementsAre(sha256(packed)));
  EXPECT_TRUE(table.report.had_crlf);
}

TEST(ReadTable, EndsRowsAtLfAndCrlfOnly) {
  const std::string text =
      "a\xC2\x85"
      "b\xE2\x80\xA8"
      "c\v\f d";
  EXPECT_THAT(rows_of(read_as("a.tsv", text + "\tup\r\nb\tdown\n")), ElementsAre("1|up|" + text, "2|down|b"));
}

TEST(ReadTable, DropsTheFirstMarkAndKeepsTheOthersInTexts) {
  const Table table = read_as("a.tsv", "\xEF\xBB\xBFlabel\ttext\n\xEF\xBB\xBFup\t\xEF\xBB\xBFgood film\n down \tbad\n");
  EXPECT_THAT(rows_of(table), ElementsAre("2|up|\xEF\xBB\xBFgood film", "3|down|bad"));
  EXPECT_TRUE(table.report.had_bom);
}

TEST(ReadTable, LeavesOutAndCountsEmptyTexts) {
  const Table table = read_as("a.tsv", "text\tlabel\n\t1\n \xC2\xA0\xE3\x80\x80\xEF\xBB\xBF\t0\nfine\t1\n");
  EXPECT_THAT(rows_of(table), ElementsAre("4|1|fine"));
  EXPECT_EQ(table.report.empty_texts, 2);
  EXPECT_EQ(table.report.rows, 1);
  EXPECT_EQ(table.report.bad_rows, 0);
}

TEST(ReadTable, JoinsTheTextColumnsAskedForByOneSpace) {
  TableOptions options;
  options.text_columns = {"body", "title"};
  const Table table = read_as("a.csv", "label,title,body\n1,T one,B one\n0,,B two\n1,T three,\n", options);
  EXPECT_THAT(rows_of(table), ElementsAre("2|1|B one T one", "3|0|B two", "4|1|T three"));
}

TEST(ReadTable, NamesUnusedColumns) {
  EXPECT_THAT(read_as("a.csv", "id,label,text,stars\n7,1,a b,5\n").report.unused_columns, ElementsAre("id", "stars"));
  TableOptions options;
  options.label_column = "3";
  options.text_columns = {"2"};
  EXPECT_THAT(read_as("a.tsv", "x y\ta b\tup\nz w\tc d\tdown\n", options).report.unused_columns,
              ElementsAre("column 1"));
}

TEST(ReadTable, ReplacesAndPlacesBadBytes) {
  const Table table = read_as("a.tsv",
                              "ok text\tup\nb\xFF\xFE"
                              "d\tdown\nx\xE9\tup\ny\td\xE9\nfive\xE9 six\xE9\tup\n");
  EXPECT_EQ(table.report.bad_bytes, 6);
  ASSERT_EQ(table.report.bad_byte_places.size(), 5u);
  EXPECT_EQ(table.rows[1].text,
            "b\xEF\xBF\xBD\xEF\xBF\xBD"
            "d");
  const std::pair<int64_t, int> expected[] = {{2, 1}, {2, 1}, {3, 1}, {4, 2}, {5, 1}};
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(table.report.bad_byte_places[i].line, expected[i].first) << i;
    EXPECT_EQ(table.report.bad_byte_places[i].column, expected[i].second) << i;
  }
  EXPECT_EQ(table.rows[3].label, "d\xEF\xBF\xBD");
}

TEST(ReadTable, PlacesBadBytesOfQuotedCellsOnTheirLine) {
  const Table table = read_as("a.csv", "label,text\nup,\"one\ntwo\nthr\xE9\xE9\"\n");
  ASSERT_EQ(table.report.bad_byte_places.size(), 2u);
  EXPECT_EQ(table.report.bad_byte_places[1].line, 4);
  EXPECT_EQ(table.report.bad_byte_places[1].column, 2);
}

TEST(ReadTable, ReplacesBadBytesOfJson) {
  const Table table =
      read_as("a.jsonl", "{\"text\":\"caf\xE9 noir\",\"label\":\"a\"}\n{\"text\":\"b\",\"label\":\"\xFF\"}\n");
  EXPECT_THAT(rows_of(table), ElementsAre("1|a|caf\xEF\xBF\xBD noir", "2|\xEF\xBF\xBD|b"));
  EXPECT_EQ(table.report.bad_bytes, 2);
  EXPECT_EQ(table.report.bad_byte_places[1].line, 2);
}

TEST(ReadTable, SkipsBadRowsWhenAskedAndListsFive) {
  std::string content = "text\tlabel\n";
  for (int i = 0; i < 7; ++i) content += "row\t\nfine text\tup\n";
  TableOptions options;
  options.on_bad_row = BadRows::kSkip;
  const Table table = read_as("a.tsv", content, options);
  EXPECT_EQ(table.report.rows, 7);
  EXPECT_EQ(table.report.bad_rows, 7);
  ASSERT_EQ(table.report.bad_places.size(), 5u);
  EXPECT_EQ(table.report.bad_places[4].line, 10);
  EXPECT_EQ(table.report.bad_places[4].column, 2);
  EXPECT_EQ(table.report.bad_places[4].reason, "column 2 (label) is empty");
}

TEST(ReadTable, StopsAtABadRowAndCountsTheFineOnes) {
  std::string content;
  for (int i = 0; i < 16; ++i) content += "a text, number " + std::to_string(i * 3) + "\tup\n";
  const auto error = error_of([&] { read_as("broken.tsv", content + "and one without\t \n"); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("broken.tsv:17: column 2 (label) is empty"));
  EXPECT_EQ(error->remedy(),
            "16 rows before it are fine. Mend the row, or leave such rows out with --on-bad-row skip.");
}

TEST(ReadTable, ReadsSeveralFilesAsOne) {
  const test::Scratch scratch;
  const Table table = read_table(
      {scratch.write("a.tsv", "one film\tup\ntwo film\tdown\n"), scratch.write("b.tsv.gz", gzip("three\tup\n"))}, {});
  EXPECT_THAT(rows_of(table), ElementsAre("1|up|one film", "2|down|two film", "1|up|three"));
  EXPECT_EQ(table.rows[1].file, 0);
  EXPECT_EQ(table.rows[2].file, 1);
  EXPECT_EQ(table.report.paths.size(), 2u);
  EXPECT_EQ(table.report.sha256.size(), 2u);
}

TEST(ReadTable, LooksAtTheColumnsOfEachFile) {
  const test::Scratch scratch;
  const std::string first = scratch.write("a.tsv", "one film\tup\ntwo films\tdown\n");
  const auto error = error_of([&] {
    read_table({first, scratch.write("b.tsv", "up\tthree films\ndown\tfour films\n")}, {});
  });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("text: column 2 · label: column 1 here, TSV, no header · text: column 1"));
  EXPECT_EQ(read_table({first, scratch.write("c.tsv", "ok\tup\nno\tdown\n")}, {}).rows.size(), 4u)
      << "what looking cannot decide is like the first file";
}

// One column was told, the other looked for: that one may be another in the next file.
TEST(ReadTable, LooksAtTheColumnsOfEachFileWhereOneIsTold) {
  const test::Scratch scratch;
  TableOptions options;
  options.label_column = "3";
  const std::string first = scratch.write("a.tsv", "one long film here\tx\tup\ntwo long films here\ty\tdown\n");
  const std::string swapped = scratch.write("b.tsv", "x\tthree long films here\tup\ny\tfour long films\tdown\n");
  EXPECT_THAT(read_table({first}, options).layout.why, HasSubstr("label by option, text by looked"));
  const auto error = error_of([&] { read_table({first, swapped}, options); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("b.tsv: is not like "));
  EXPECT_THAT(error->what(), HasSubstr("text: column 2 · label: column 3 here"));
}

TEST(ReadTable, ReadsEuropeanTables) {
  const std::string rows =
      "Bewertung;Preis;Klasse\nSehr gut, wirklich.;3,10;positiv\n\"Nie; wieder\";3,11;negativ\nGut.;3,12;positiv\n";
  TableOptions options;
  options.text_columns = {"Bewertung"};
  options.label_column = "Klasse";
  const Table table = read_as("de.csv", rows, options);
  EXPECT_THAT(rows_of(table), ElementsAre("2|positiv|Sehr gut, wirklich.", "3|negativ|Nie; wieder", "4|positiv|Gut."));
  EXPECT_EQ(table.layout.describe(),
            "CSV with semicolons, header · text: column 1 (Bewertung) · label: column 3 (Klasse)");
  options.format = Format::kCsv;
  EXPECT_EQ(read_as("de.txt", rows, options).layout.separator, ';') << "the format told, the separator found";
  options.separator = ';';
  EXPECT_EQ(rows_of(read_as("de.csv", "Bewertung;Klasse\na, b;x\n", options)), std::vector<std::string>{"2|x|a, b"});
}

TEST(ReadTable, ALineForExcelIsNoRow) {
  EXPECT_THAT(rows_of(read_as("a.csv", "sep=;\r\nlabel;text\r\nup;a, b\r\ndown;c d\r\n")),
              ElementsAre("3|up|a, b", "4|down|c d"));
  EXPECT_THAT(rows_of(read_as("b.csv", "\xEF\xBB\xBFsep=\t\nlabel\ttext\nup\ta, b\n")), ElementsAre("3|up|a, b"));
}

TEST(ReadTable, AToldSeparatorMustApply) {
  TableOptions options;
  options.separator = '|';
  EXPECT_EQ(read_as("a.txt", "text|label\na;b,c|up\nd|down\n", options).layout.separator, '|');
  options.separator = ':';
  EXPECT_EQ(error_of([&] { read_as("a.txt", "a:b\n", options); })->code(), ExitCode::kUsage);
  options.separator = ';';
  options.format = Format::kJsonl;
  EXPECT_THAT(error_of([&] { read_as("a.jsonl", "{\"text\":\"a\",\"label\":\"b\"}\n", options); })->what(),
              HasSubstr("--delimiter cannot apply"));
}

TEST(ReadTable, DoubtsWhereEveryLabelHoldsASeparator) {
  const auto doubt = [](const std::string& content) { return read_as("a.csv", content).report.doubt; };
  EXPECT_THAT(doubt("text,label\na b,ja;good\nc d,ja;bad\n"),
              HasSubstr("a.csv: every label holds \";\", the first is \"ja;good\""));
  EXPECT_EQ(doubt("text,label\na b,ja;good\nc d,bad\n"), "");
}

TEST(ReadTable, AcceptsFilesWithoutLabelsWhereNoneAreNeeded) {
  TableOptions options;
  options.labels_required = false;
  const Table lines = read_as("a.txt", "no, thanks\n\nyes\n", options);
  EXPECT_EQ(lines.layout.format, Format::kLines);
  EXPECT_EQ(lines.layout.label_column, -1);
  EXPECT_THAT(rows_of(lines), ElementsAre("1||no, thanks", "3||yes"));
  EXPECT_EQ(lines.report.empty_texts, 1);
  const Table table = read_as("a.csv", "id,review\n1,a b\n2,c d\n", options);
  EXPECT_EQ(table.layout.label_column, -1);
  EXPECT_THAT(rows_of(table), ElementsAre("2||a b", "3||c d"));
  EXPECT_THAT(rows_of(read_as("b.csv", "review\na b\n\"c, d\"\n", options)), ElementsAre("2||a b", "3||c, d"));
  EXPECT_THAT(rows_of(read_as("c.tsv", "text\tlabel\na\t\nb\tup\n", options)), ElementsAre("2||a", "3|up|b"));
}

TEST(ReadTable, ReadsRowsOfTenMegabytes) {
  const std::string big(10'000'000, 'x');
  const Table table = read_as("a.csv", "label,text\nup,\"" + big + "\n" + big + "\"\ndown,b\n");
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].text.size(), 2 * big.size() + 1);
  EXPECT_EQ(table.rows[1].line, 4);
}

class ReadTableLike : public ::testing::Test {
 protected:
  std::string read(const std::string& name, const std::string& content, TableOptions options = {}) {
    std::string difference = "not set";
    table_ = read_table_like({scratch_.write(name, content)}, options, trained_, &difference);
    return difference;
  }

  const test::Scratch scratch_;
  TableLayout trained_ = read_as("a.csv", "stars,opinion,note\n1,a b c d,x\n5,c d e f,y\n",
                                 [] {
                                   TableOptions options;
                                   options.label_column = "stars";
                                   options.text_columns = {"opinion"};
                                   return options;
                                 }())
                             .layout;
  Table table_;
};

TEST_F(ReadTableLike, TakesTheTrainedColumnsWhereTheyFit) {
  EXPECT_EQ(read("b.csv", "stars,opinion,note\n2,g h,z\n"), "");
  EXPECT_THAT(rows_of(table_), ElementsAre("2|2|g h"));
}

TEST_F(ReadTableLike, SaysHowAFileDiffersAndReadsItByItsOwnLook) {
  EXPECT_EQ(read("b.tsv", "g h\tup\ni j\tdown\n"), "the file is TSV, the model was trained on one that is CSV");
  EXPECT_THAT(rows_of(table_), ElementsAre("1|up|g h", "2|down|i j"));
}

TEST_F(ReadTableLike, FindsTheNamesInAnotherOrderByOptions) {
  TableOptions options;
  options.label_column = "stars";
  options.text_columns = {"opinion"};
  EXPECT_EQ(read("b.csv", "opinion,stars\ng h,2\n", options), "");
  EXPECT_THAT(rows_of(table_), ElementsAre("2|2|g h"));
}

TEST_F(ReadTableLike, RemembersTheLabelPrefix) {
  TableOptions options;
  options.label_prefix = "##";
  trained_ = read_as("a.txt", "##up a b\n##down c d\n", options).layout;
  EXPECT_EQ(read("b.txt", "##up e f\n"), "");
  EXPECT_THAT(rows_of(table_), ElementsAre("1|up|e f"));
  EXPECT_THAT(read("c.tsv", "e f\tup\ng h\tdown\n"), HasSubstr("the file is TSV"));
}

TEST_F(ReadTableLike, ReadsUnlabelledLines) {
  TableOptions options;
  options.labels_required = false;
  EXPECT_EQ(read("b.txt", "one text\nanother, text\n", options),
            "the file is plain lines, the model was trained on one that is CSV");
  EXPECT_EQ(table_.rows.size(), 2u);
}

}  // namespace
}  // namespace fovea::data
