// The public data sets that the documents name: exact counts of rows, found without any option.
#include <gmock/gmock.h>

#include "data/readers/reading.h"

namespace fovea::data {
namespace {

struct Expected {
  const char* path;
  int64_t rows, empty_texts;
  const char* layout;
  std::vector<std::string> unused;
  const char* first_label;
};

class RealDataSlow : public ::testing::TestWithParam<Expected> {};

TEST_P(RealDataSlow, IsReadExactly) {
  const Expected& expected = GetParam();
  const auto path = test::real_data(expected.path);
  if (!path) GTEST_SKIP() << "needs " << expected.path << " under FOVEA_DATA";
  const Table table = read_table({*path}, {});
  EXPECT_EQ(table.report.rows, expected.rows);
  EXPECT_EQ(static_cast<int64_t>(table.rows.size()), expected.rows);
  EXPECT_EQ(table.report.empty_texts, expected.empty_texts);
  EXPECT_EQ(table.report.bad_bytes, 0);
  EXPECT_EQ(table.layout.describe(), expected.layout);
  EXPECT_EQ(table.report.unused_columns, expected.unused);
  EXPECT_EQ(table.rows[0].label, expected.first_label);
}

INSTANTIATE_TEST_SUITE_P(
    All, RealDataSlow,
    ::testing::Values(
        Expected{"sst2/train.tsv", 6920, 0, "TSV, no header · text: column 1 · label: column 2", {}, "1"},
        Expected{"sst2/dev.tsv", 872, 0, "TSV, no header · text: column 1 · label: column 2", {}, "0"},
        Expected{"trec/train_coarse.tsv", 5452, 0, "TSV, no header · text: column 2 · label: column 1", {}, "DESC"},
        Expected{"ag_news/train_sample.csv", 4998, 0, "CSV, no header · text: column 2 · label: column 1", {}, "4"},
        Expected{"ag_news/test_rows_6000.csv",
                 6000,
                 0,
                 "CSV, no header · text: column 3 · label: column 1",
                 {"column 2"},
                 "4"},
        Expected{"imdb/imdb_train_25000.tsv.gz",
                 25000,
                 0,
                 "TSV, header · text: column 4 (text) · label: column 1 (label)",
                 {"rating", "id"},
                 "0"},
        Expected{"imdb/imdb_test_12500.tsv.gz",
                 12500,
                 0,
                 "TSV, header · text: column 4 (text) · label: column 1 (label)",
                 {"rating", "id"},
                 "0"},
        // 62,774 rows in the file, one of them without a text
        Expected{"online_shopping_10_cats/online_shopping_10_cats.csv.gz",
                 62773,
                 1,
                 "CSV, header · text: column 3 (review) · label: column 2 (label)",
                 {"cat"},
                 "1"},
        Expected{"chnsenticorp_htl/ChnSentiCorp_htl_all.csv.gz",
                 7765,
                 1,
                 "CSV, header · text: column 2 (review) · label: column 1 (label)",
                 {},
                 "1"}),
    [](const ::testing::TestParamInfo<Expected>& info) {
      std::string name = info.param.path;
      for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
      return name;
    });

TEST(RealTextsSlow, KeepTheirQuotesMarksAndSeparators) {
  const auto imdb = test::real_data("imdb/imdb_train_25000.tsv.gz");
  const auto shopping = test::real_data("online_shopping_10_cats/online_shopping_10_cats.csv.gz");
  if (!imdb || !shopping) GTEST_SKIP() << "needs imdb and online_shopping_10_cats under FOVEA_DATA";
  int64_t next_lines = 0, opening_quotes = 0, marks = 0;
  for (const Row& row : read_table({*imdb}, {}).rows) {
    for (size_t at = row.text.find("\xC2\x85"); at != std::string::npos; at = row.text.find("\xC2\x85", at + 2))
      ++next_lines;
    opening_quotes += row.text[0] == '"';
  }
  for (const Row& row : read_table({*shopping}, {}).rows) {
    for (size_t at = row.text.find("\xEF\xBB\xBF"); at != std::string::npos; at = row.text.find("\xEF\xBB\xBF", at + 3))
      ++marks;
  }
  EXPECT_EQ(next_lines, 707);
  EXPECT_GE(opening_quotes, 539) << "539 of them never close";
  EXPECT_EQ(marks, 20);
}

}  // namespace
}  // namespace fovea::data
