#include "data/vocab/subwords.h"

#include <gmock/gmock.h>

#include "base/errors.h"

namespace fovea::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

const std::vector<std::string_view> kSentences = {
    "the small dog sees the old house",   "a small cat sees a dog",
    "the old man does not like the cat",  "the house is small and old",
    "a man likes the dog near the house", "der kleine Hund sieht das alte Haus",
    "die Katze mag den Hund nicht",       "ein Mann mag das kleine Haus",
    "das Haus ist klein und alt"};

std::vector<int32_t> ids_of(const std::vector<Subword>& subwords) {
  std::vector<int32_t> ids;
  for (const Subword& subword : subwords) ids.push_back(subword.id);
  return ids;
}

TEST(Subwords, WriteATextAgainAsItWas) {
  for (const SubwordKind kind : {SubwordKind::kUnigram, SubwordKind::kBpe, SubwordKind::kWord}) {
    const SubwordModel model = SubwordModel::learn(kSentences, kind, 60);
    EXPECT_LE(model.size(), 60);
    const std::string text = "the small dog sees the old house";
    EXPECT_EQ(model.text(ids_of(model.cut(text))), text);
    EXPECT_EQ(model.text(ids_of(model.cut("  the   small dog"))), "the small dog");
    EXPECT_TRUE(model.cut("").empty());
    EXPECT_TRUE(model.cut(" ").empty());
  }
}

TEST(Subwords, KnowTheBytesThatTheyStandFor) {
  const SubwordModel model = SubwordModel::learn(kSentences, SubwordKind::kUnigram, 60);
  const std::string text = "the small  dog ist alt";
  std::string together;
  size_t end = 0;
  for (const Subword& subword : model.cut(text)) {
    EXPECT_GE(subword.start, end);
    end = subword.end;
    together += text.substr(subword.start, subword.end - subword.start);
  }
  EXPECT_EQ(together, "thesmalldogistalt");
}

TEST(Subwords, OfAnUnknownCharacterAreTheUnknownOne) {
  const SubwordModel model = SubwordModel::learn(kSentences, SubwordKind::kUnigram, 60);
  const std::vector<Subword> cut = model.cut("dog \xE7\x8B\x97");
  EXPECT_EQ(cut.back().id, SubwordModel::kUnknown);
  EXPECT_EQ(cut.back().start, 4U);
  EXPECT_EQ(cut.back().end, 7U);
  std::vector<std::string> instead(cut.size());
  instead.back() = "\xE7\x8B\x97";
  EXPECT_EQ(model.text(ids_of(cut), instead), "dog \xE7\x8B\x97");
  EXPECT_THAT(model.text(ids_of(cut)), HasSubstr("⁇"));
}

TEST(Subwords, AreTheSameFromTheirFile) {
  const SubwordModel model = SubwordModel::learn(kSentences, SubwordKind::kUnigram, 60);
  const SubwordModel again = SubwordModel::parse(model.serialize(), "m/source.model");
  EXPECT_EQ(ids_of(again.cut("a small house")), ids_of(model.cut("a small house")));
  EXPECT_EQ(SubwordModel::learn(kSentences, SubwordKind::kUnigram, 60).serialize(), model.serialize());
}

TEST(Subwords, RefuseWhatIsNoModel) {
  try {
    SubwordModel::parse("junk", "m/source.model");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("m/source.model: is no model of SentencePiece"));
  }
  try {
    SubwordModel::learn(kSentences, SubwordKind::kUnigram, 8);
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("--vocabulary 8 is too few"));
  }
}

TEST(Subwords, OfAVeryLongTextAreCutInParts) {
  const SubwordModel model = SubwordModel::learn(kSentences, SubwordKind::kUnigram, 60);
  std::string text, run(20'000, 'q');
  for (int i = 0; i < 3000; ++i) text += (i ? " " : "") + std::string("dog");
  EXPECT_EQ(model.text(ids_of(model.cut(text))), text);
  EXPECT_EQ(model.cut(run).back().end, run.size());
}

TEST(WordsBetweenBlanks, AreBytesOfTheText) {
  EXPECT_THAT(words_between_blanks(" a  bc\td "), ElementsAre(Pair(1, 2), Pair(4, 6), Pair(7, 8)));
  EXPECT_TRUE(words_between_blanks("  ").empty());
}

}  // namespace
}  // namespace fovea::data
