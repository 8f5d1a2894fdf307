#include "tasks/translation/unspaced.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::tasks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Unspaced, KnowsScriptsWithoutBlanks) {
  for (const char* text : {"一只猫", "ねこ", "ネコ", "แมว", "a 猫", "\xF0\xA0\x80\x80"})
    EXPECT_TRUE(has_unspaced(text)) << text;
  for (const char* text : {"", "a cat", "кошка", "בית", "قطة", "고양이", "“cat”"})
    EXPECT_FALSE(has_unspaced(text)) << text;
}

TEST(Unspaced, AreCutWhereTheirSubwordsBegin) {
  // 一只|猫 runs|. with the subwords 一只, 猫, runs, "."
  const CutWords words{"一只猫 runs.", {{0, 9}, {10, 15}}, {0, 0, 1, 1}};
  const size_t starts[] = {0, 6, 10, 14};
  const CutWords cut = cut_unspaced(words, starts);
  EXPECT_EQ(cut.text, words.text);
  EXPECT_THAT(cut.words, ElementsAre(std::pair<size_t, size_t>{0, 6}, std::pair<size_t, size_t>{6, 9},
                                     std::pair<size_t, size_t>{10, 15}));
  EXPECT_THAT(cut.word_of, ElementsAre(0, 1, 2, 2));
  EXPECT_THAT(glued_words(cut), ElementsAre(1));
}

TEST(Unspaced, ASubwordOfNoWordStaysOne) {
  // A blank alone before the text, which counts for the word that follows, and one that belongs to none.
  const CutWords words{"猫狗", {{0, 6}}, {0, 0, 0, -1}};
  const size_t starts[] = {0, 0, 3, 6};
  const CutWords cut = cut_unspaced(words, starts);
  EXPECT_THAT(cut.word_of, ElementsAre(0, 0, 1, -1));
  EXPECT_EQ(cut.words.size(), 2u);
  EXPECT_THAT(glued_words({"a b", {{0, 1}, {2, 3}}, {}}), IsEmpty());
}

}  // namespace
}  // namespace fovea::tasks
