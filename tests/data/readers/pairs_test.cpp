#include "data/readers/pairs.h"

#include <gmock/gmock.h>

#include "base/errors.h"
#include "support/scratch.h"

namespace fovea::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusal_of(const std::vector<std::string>& paths, const PairOptions& options = {}) {
  try {
    read_pairs(paths, options);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

std::vector<std::string> sources_of(const Pairs& pairs) {
  std::vector<std::string> sources;
  for (const Pair& pair : pairs.pairs) sources.push_back(pair.source);
  return sources;
}

TEST(Pairs, BelongTogetherByLine) {
  const test::Scratch scratch;
  const Pairs pairs = read_pairs({scratch.write("a.en", "one\r\n\n three \n"), scratch.write("a.de",
                                                                                             "\xEF\xBB\xBF"
                                                                                             "eins\n\ndrei\n")},
                                 {});
  ASSERT_EQ(pairs.pairs.size(), 3U);
  EXPECT_EQ(pairs.pairs[0].target, "eins");
  EXPECT_EQ(pairs.pairs[1].source, "") << "an empty line is a sentence where nothing is trained";
  EXPECT_EQ(pairs.pairs[2].source, "three");
  EXPECT_EQ(pairs.pairs[2].line, 3);
  EXPECT_EQ(pairs.report.paths.size(), 2U);
}

TEST(Pairs, OfUnequalFilesAreRefusedWithBothCounts) {
  const test::Scratch scratch;
  const std::string left = scratch.write("a.en", "one\ntwo\nthree\n"), right = scratch.write("a.de", "eins\nzwei\n");
  EXPECT_THAT(refusal_of({left, right}),
              HasSubstr("a.en has 3 lines and " + right + " has 2: line 3 is missing in " + right));
  EXPECT_THAT(refusal_of({right, left}), HasSubstr("line 3 is missing in " + right));
}

TEST(Pairs, ComeFromATableToo) {
  const test::Scratch scratch;
  const std::string tsv = scratch.write("a.tsv", "a cat\teine Katze\na dog\tein Hund\n");
  EXPECT_THAT(sources_of(read_pairs({tsv}, {})), ElementsAre("a cat", "a dog"));
  const std::string named = scratch.write("b.tsv", "id\ttarget\tsource\n1\teine Katze\ta cat\n2\tein Hund\ta dog\n");
  EXPECT_THAT(sources_of(read_pairs({named}, {})), ElementsAre("a cat", "a dog"));
  const std::string jsonl = scratch.write(
      "c.jsonl", "{\"de\": \"eine Katze\", \"en\": \"a cat\"}\n{\"de\": \"ein Hund\", \"en\": \"a dog\"}\n");
  PairOptions columns;
  columns.source_column = "en";
  columns.target_column = "de";
  const Pairs pairs = read_pairs({jsonl}, columns);
  EXPECT_THAT(sources_of(pairs), ElementsAre("a cat", "a dog"));
  EXPECT_EQ(pairs.pairs[1].target, "ein Hund");
}

TEST(Pairs, OfATableWithOtherNamesBeginBelowThem) {
  const test::Scratch scratch;
  const std::string tsv =
      scratch.write("a.tsv",
                    "English\tGerman\nthe cat sleeps\tdie Katze schläft\nthe dog runs\tder Hund läuft\n"
                    "a bird sings\tein Vogel singt\n");
  EXPECT_THAT(sources_of(read_pairs({tsv}, {})), ElementsAre("the cat sleeps", "the dog runs", "a bird sings"));
}

TEST(Pairs, AreSourcesAloneWhereThereIsNoTable) {
  const test::Scratch scratch;
  const Pairs lines = read_pairs_or_sources(scratch.write("a.en", "a cat .\n\na dog .\n"), {});
  EXPECT_FALSE(lines.translated);
  EXPECT_THAT(sources_of(lines), ElementsAre("a cat .", "", "a dog ."));
  EXPECT_TRUE(read_pairs_or_sources(scratch.write("a.tsv", "a cat\teine Katze\na dog\tein Hund\n"), {}).translated);
}

TEST(Pairs, OfATableWithABadRowAreNoSources) {
  const test::Scratch scratch;
  const std::string tsv =
      scratch.write("a.tsv", "a cat\teine Katze\na dog\tein Hund\na bird\na horse\tein Pferd\na cow\teine Kuh\n");
  EXPECT_THAT([&] { read_pairs_or_sources(tsv, {}); }, ::testing::ThrowsMessage<UserError>(HasSubstr("a.tsv:3")));
}

TEST(Pairs, WantOneTableOrTwoFiles) {
  const test::Scratch scratch;
  const std::string file = scratch.write("a", "x\n");
  EXPECT_THAT(refusal_of({file, file, file}), HasSubstr("3 files are given"));
  EXPECT_THAT(refusal_of({scratch.write("b.en", "a cat .\na dog .\n")}), HasSubstr("is no table with two columns"));
  EXPECT_THAT(refusal_of({"-", "-"}), HasSubstr("standard input can be read only once"));
  EXPECT_THAT(refusal_of({file, scratch.file("missing")}), HasSubstr("missing"));
}

TEST(Pairs, HaveBytesThatAreNotUtf8ReplacedAndCounted) {
  const test::Scratch scratch;
  const Pairs pairs = read_pairs({scratch.write("a.en", "caf\xE9\n"), scratch.write("a.de", "Kaffee\n")}, {});
  EXPECT_EQ(pairs.pairs[0].source, "caf\xEF\xBF\xBD");
  EXPECT_EQ(pairs.report.bad_bytes, 1);
}

}  // namespace
}  // namespace fovea::data
