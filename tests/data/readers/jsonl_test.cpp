#include "data/readers/jsonl.h"

#include <gmock/gmock.h>

#include "data/readers/reading.h"

namespace fovea::data {
namespace {

using ::testing::HasSubstr;

TEST(JsonKeys, AreThoseOfTheTopLevelInOrder) {
  EXPECT_EQ(json_keys(R"({"z": 1, "a": {"inner": [1, {"deep": 2}]}, "m": [{"q": 0}], "z": 3})"),
            (std::vector<std::string>{"z", "a", "m"}));
  EXPECT_TRUE(json_keys("[1, 2]").empty());
  EXPECT_TRUE(json_keys("{\"a\": ").empty());
  EXPECT_TRUE(json_keys("plain").empty());
}

TEST(JsonlReader, GivesTheWantedKeysInTheirOrder) {
  JsonlReader reader(
      "{\"label\": \"up\", \"x\": {\"text\": \"inner\"}, \"text\": \"a\\n\\u505a\\ud83d\\udc69\"}\n\n"
      "{\"text\":\"b\",\"label\":\"down\"}",
      {"text", "label"});
  std::vector<std::vector<std::string>> cells;
  const std::vector<Record> records = all_records(&reader, &cells);
  EXPECT_EQ(cells, (std::vector<std::vector<std::string>>{{"a\n做👩", "up"}, {"b", "down"}}));
  EXPECT_EQ(records[1].line, 3);
}

TEST(JsonlReader, KeepsNumbersAsTheyAreWritten) {
  JsonlReader reader("{\"a\": 1.50, \"b\": -3, \"c\": true, \"d\": 123456789012345678901234567890, \"e\": 1e2}",
                     {"a", "b", "c", "d", "e"});
  std::vector<std::vector<std::string>> cells;
  const std::vector<Record> records = all_records(&reader, &cells);
  EXPECT_EQ(cells[0], (std::vector<std::string>{"1.50", "-3", "true", "123456789012345678901234567890", "1e2"}));
  EXPECT_EQ(records[0].cells[0].kind, CellKind::kNumber);
  EXPECT_EQ(records[0].cells[2].kind, CellKind::kBoolean);
}

TEST(JsonlReader, TellsWhatACellIs) {
  JsonlReader reader("{\"a\": null, \"b\": {\"b\": 1}, \"c\": [1], \"t\": 1, \"t\": 2}", {"a", "b", "c", "d", "t"});
  Record record;
  ASSERT_TRUE(reader.next(&record));
  const CellKind expected[] = {CellKind::kNull, CellKind::kObject, CellKind::kArray, CellKind::kMissing,
                               CellKind::kTwice};
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(record.cells[i].kind, expected[i]) << i;
}

TEST(JsonlReader, TellsAListOfScalarsFromOthers) {
  JsonlReader reader(R"({"a": [1, "x", true], "b": [1, [2]], "c": [{}], "d": ["x", null], "e": [], "f": {"g": [[]]}})",
                     {"a", "b", "c", "d", "e", "f"});
  Record record;
  ASSERT_TRUE(reader.next(&record));
  const CellKind expected[] = {CellKind::kArray,      CellKind::kMixedArray, CellKind::kMixedArray,
                               CellKind::kMixedArray, CellKind::kArray,      CellKind::kObject};
  for (size_t i = 0; i < 6; ++i) EXPECT_EQ(record.cells[i].kind, expected[i]) << i;
}

TEST(JsonlReader, NamesWhatIsNotJsonAndGoesOn) {
  JsonlReader reader("{\"text\": \"\\ud800 alone\"}\n[1]\n{\"text\": 01}\n{\"text\": \"fine\"}\n", {"text"});
  std::vector<std::vector<std::string>> cells;
  const std::vector<Record> records = all_records(&reader, &cells);
  ASSERT_EQ(records.size(), 4u);
  EXPECT_THAT(records[0].problem, HasSubstr("is not valid JSON (byte "));
  EXPECT_THAT(records[0].problem, HasSubstr("surrogate"));
  EXPECT_THAT(records[1].problem, HasSubstr("is not a JSON object"));
  EXPECT_THAT(records[2].problem, HasSubstr("is not valid JSON"));
  EXPECT_EQ(records[3].problem, "");
  EXPECT_EQ(cells[3][0], "fine");
}

TEST(JsonlReader, SurvivesDeepNesting) {
  const std::string deep(1000000, '[');
  const std::string text = "{\"text\": \"t\", \"x\": " + deep + std::string(deep.size(), ']') + "}\n";
  JsonlReader reader(text, {"text"});
  std::vector<std::vector<std::string>> cells;
  EXPECT_EQ(all_records(&reader, &cells)[0].problem, "");
  EXPECT_EQ(cells[0][0], "t");
}

}  // namespace
}  // namespace fovea::data
