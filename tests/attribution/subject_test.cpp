#include "attribution/subject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attribution/methods.h"

namespace fovea::attribution {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Text kThree = {{11, 12, 13, 14, 15, 16}, {0, 2, 3}};  // sentences of 2, 1 and 3 words

Text without(const Text& text, std::vector<int64_t> positions) {
  return text.without(positions);
}

TEST(Text, KeepsItsSentencesApartWhenWordsGo) {
  const Text rest = without(kThree, {4, 0});
  EXPECT_THAT(rest.ids, ElementsAre(12, 13, 14, 16));
  EXPECT_THAT(rest.sentence_starts, ElementsAre(0, 1, 2));
}

TEST(Text, LosesASentenceWithItsLastWord) {
  const Text middle = without(kThree, {2});
  EXPECT_THAT(middle.ids, ElementsAre(11, 12, 14, 15, 16));
  EXPECT_THAT(middle.sentence_starts, ElementsAre(0, 2));
  const Text first = without(kThree, {1, 0, 1});
  EXPECT_THAT(first.ids, ElementsAre(13, 14, 15, 16));
  EXPECT_THAT(first.sentence_starts, ElementsAre(0, 1));
  const Text last = without(kThree, {3, 4, 5});
  EXPECT_THAT(last.sentence_starts, ElementsAre(0, 2));
}

TEST(Text, CanLoseAllOfItsWords) {
  const Text none = without(kThree, {0, 1, 2, 3, 4, 5});
  EXPECT_THAT(none.ids, IsEmpty());
  EXPECT_THAT(none.sentence_starts, IsEmpty());
}

TEST(Text, OfOneSentenceHasNoStartsAfterwardsEither) {
  const Text rest = without({{7, 8, 9}, {}}, {0});
  EXPECT_THAT(rest.ids, ElementsAre(8, 9));
  EXPECT_THAT(rest.sentence_starts, IsEmpty());
}

TEST(Text, IsMaskedInPlace) {
  const std::vector<int64_t> positions = {2, 5};
  const Text masked = kThree.masked(positions);
  EXPECT_THAT(masked.ids, ElementsAre(11, 12, 0, 14, 15, 0));
  EXPECT_EQ(masked.sentence_starts, kThree.sentence_starts);
}

TEST(Text, RefusesAWordThatItDoesNotHave) {
  EXPECT_THROW(without(kThree, {6}), InternalError);
  EXPECT_THROW(without(kThree, {-1}), InternalError);
}

TEST(Methods, AreFoundByTheirNames) {
  for (const MethodFacts& facts : kMethods) {
    EXPECT_EQ(&facts_of(facts.method), &facts);
    EXPECT_EQ(find_method(facts.name), &facts);
  }
  EXPECT_EQ(find_method("lime"), nullptr);
}

}  // namespace
}  // namespace fovea::attribution
