#include "data/readers/look.h"

#include "data/readers/reading.h"

namespace fovea::data {
namespace {

// A table is a table whatever the model was trained on; a name or a header must say so where sentences look alike.
TEST(LookOfLines, TellsTablesOfEveryFormatFromTexts) {
  const TableLayout trained = read_as("a.tsv", "good film\tup\nbad film\tdown\n").layout;
  const auto look = [&](const std::string& path, const std::string& bytes) {
    return look_of_lines(path, bytes, trained);
  };
  const std::string rows = "1,good film,up\n2,\"bad, film\",down\n";
  EXPECT_EQ(look("a.csv", "id,text,label\n" + rows), Looks::kTable);
  EXPECT_EQ(look("a.csv.gz", "id,text,label\n" + rows), Looks::kTable) << "the bytes are uncompressed";
  EXPECT_EQ(look("a.csv", rows), Looks::kTable) << "no header";
  EXPECT_EQ(look("a.txt", "id,text,label\n" + rows), Looks::kTable) << "names, but in the header only";
  EXPECT_EQ(look("a.csv", "Bewertung;Klasse\nsehr gut, ja;up\nschlecht;down\n"), Looks::kTable);
  EXPECT_EQ(look("a.txt", "text|label\ngood|up\nbad|down\n"), Looks::kTable);
  EXPECT_EQ(look("-", "a film\t1\nb film\t0\n"), Looks::kTable);
  EXPECT_EQ(look("a.txt", "{\"text\": \"good\", \"label\": \"up\"}\n"), Looks::kTable);

  EXPECT_EQ(look("a.txt", "no, thanks\nyes, please\n"), Looks::kLines);
  EXPECT_EQ(look("a.csv", "good film\nbad film, really, no\nnot bad\n"), Looks::kLines) << "the name alone";
  EXPECT_EQ(look("a.txt", "{broken\n"), Looks::kLines);
  EXPECT_EQ(look("a.txt", ""), Looks::kLines);
  EXPECT_EQ(look("a.txt", "__label__up good film\n"), Looks::kLines) << "fastText's lines are read as they are";
}

TEST(LookOfLines, KnowsATableLikeTheOneOfTheModel) {
  const TableLayout trained = read_as("a.csv", "text;label\ngood, film;up\nbad;down\n").layout;
  EXPECT_EQ(look_of_lines("b.csv", "text;label\nnew;up\n", trained), Looks::kTrainedTable);
  EXPECT_EQ(look_of_lines("b.csv", "text,label\nnew,up\nold,down\n", trained), Looks::kTable);
  EXPECT_EQ(look_of_lines("b.txt", "textile news\n", trained), Looks::kLines) << "begins like the header";
}

}  // namespace
}  // namespace fovea::data
