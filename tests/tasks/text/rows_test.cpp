#include "tasks/text/rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "support/scratch.h"

namespace fovea::tasks {
namespace {

using test::Scratch;
using ::testing::ElementsAre;

std::string numbered(int count, const std::string& words) {
  std::string rows = "text,label\n";
  for (int i = 0; i < count; ++i) rows += words + std::to_string(i) + (i % 3 ? ",up\n" : ",down\n");
  return rows;
}

int64_t in_part(const std::vector<TextRow>& rows, data::Part part) {
  return std::count_if(rows.begin(), rows.end(), [&](const TextRow& row) { return row.part == part; });
}

TEST(ReadTextRows, FilesOfTheirOwnAreTheirParts) {
  const Scratch scratch;
  TextDataOptions options;
  options.paths = {scratch.write("a.csv", numbered(30, "film "))};
  options.valid_paths = {scratch.write("v.csv", numbered(7, "valid "))};
  options.test_paths = {scratch.write("t.csv", numbered(5, "test "))};
  TextData data;
  const std::vector<TextRow> rows = read_text_rows(options, nullptr, data);
  EXPECT_EQ(in_part(rows, data::Part::kTrain), 30);
  EXPECT_EQ(in_part(rows, data::Part::kValid), 7);
  EXPECT_EQ(in_part(rows, data::Part::kTest), 5);
  EXPECT_EQ(data.summary.rows, 42);
  EXPECT_FALSE(data.summary.split_from_data);
  EXPECT_THAT(data.paths,
              ElementsAre(options.paths[0], "valid: " + options.valid_paths[0], "test: " + options.test_paths[0]));
  EXPECT_EQ(data.sha256.size(), 3U);
}

// Without a test file of its own DATA is cut in three, with one its share goes to training.
TEST(ReadTextRows, DataIsCutAsFarAsPartsAreMissing) {
  const Scratch scratch;
  TextDataOptions options;
  options.paths = {scratch.write("a.csv", numbered(200, "film "))};
  options.split = data::parse_split("80/10/10", 1);
  TextData cut, with_test;
  const std::vector<TextRow> all = read_text_rows(options, nullptr, cut);
  EXPECT_EQ(in_part(all, data::Part::kTrain), 160);
  EXPECT_EQ(in_part(all, data::Part::kTest), 20);
  options.test_paths = {scratch.write("t.csv", numbered(5, "test "))};
  const std::vector<TextRow> rows = read_text_rows(options, nullptr, with_test);
  EXPECT_EQ(in_part(rows, data::Part::kTrain), 180);
  EXPECT_EQ(in_part(rows, data::Part::kTest), 5);
  options.learn_valid = true;
  TextData learnt;
  EXPECT_EQ(in_part(read_text_rows(options, nullptr, learnt), data::Part::kTrain), 200);
}

TEST(ReadTextRows, SayWhyNoneAreLeftForValidation) {
  const Scratch scratch;
  const auto refusal = [&](const std::string& content) {
    TextDataOptions options;
    options.paths = {scratch.write("a.csv", content)};
    TextData data;
    try {
      read_text_rows(options, nullptr, data);
    } catch (const UserError& error) {
      return std::string(error.what()).substr(options.paths[0].size());
    }
    return std::string("nothing was wrong");
  };
  std::string same = "text,label\n";
  for (int i = 0; i < 20; ++i) same += "3 4,b\n1 2,a\n";
  EXPECT_EQ(refusal(same),
            ": 40 rows hold 2 different texts, which leave none for validation: equal texts stay in one part");
  EXPECT_EQ(refusal("text,label\none film,a\nother films,b\n"), ": 2 rows leave none for validation");
}

TEST(LabelsOf, AreOneOrThoseOfTheRow) {
  TextRow row;
  row.row.label = "a, b";
  row.row.labels = {"a", "b"};
  EXPECT_THAT(labels_of(row, false), ElementsAre("a, b"));
  EXPECT_THAT(labels_of(row, true), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace fovea::tasks
