#include "tasks/text/text.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"

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

TEST(PlantedTexts, TheWordStandsWhereItIsSaidToStand) {
  std::vector<Text> texts(200);
  for (size_t i = 0; i < texts.size(); ++i) texts[i].ids.assign(4 + i % 9, static_cast<int32_t>(1 + i % 30));
  texts[0].sentence_starts = {0, 2, 3};
  const std::vector<int32_t> words = {40, 41, 42};
  const PlantedTexts planted = plant(texts, words, 1);
  std::vector<int> of_class(3, 0);
  std::set<int64_t> places;
  for (size_t i = 0; i < 200; ++i) {
    const int64_t place = planted.places[i];
    const auto label = static_cast<size_t>(planted.classes[i]);
    EXPECT_EQ(planted.texts[i].ids[static_cast<size_t>(place)], words[label]);
    const Text rest = planted.texts[i].without({&place, 1});
    EXPECT_EQ(rest.ids, texts[i].ids);
    EXPECT_EQ(rest.sentence_starts, texts[i].sentence_starts);
    EXPECT_EQ(planted.untaught[i].ids, planted.texts[i].masked({&place, 1}).ids);
    ++of_class[label];
    places.insert(place);
  }
  for (const int count : of_class) EXPECT_GT(count, 40);
  EXPECT_GT(places.size(), 8U);
  EXPECT_NE(plant(texts, words, 2).places, planted.places);
}

}  // namespace
}  // namespace fovea::attribution
