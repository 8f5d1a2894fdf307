#include "tasks/text/text.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "tasks/text/planted.h"

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
  const tasks::PlantedWords words{.shortcut = Shortcut::kPart, .of_class = {40, 41, 42}};
  const PlantedTexts planted = plant(texts, words, 1);
  std::vector<int> of_class(3, 0);
  std::set<int64_t> places;
  for (size_t i = 0; i < 200; ++i) {
    ASSERT_EQ(planted.places[i].size(), 1U);
    const int64_t place = planted.places[i].front();
    const auto label = static_cast<size_t>(planted.classes[i]);
    EXPECT_EQ(planted.texts[i].ids[static_cast<size_t>(place)], words.of_class[label]);
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
  EXPECT_TRUE(planted.incomplete.empty());
}

TEST(PlantedTexts, AShortcutOfTwoWordsIsToldApartFromItsHalf) {
  std::vector<Text> texts(300);
  for (size_t i = 0; i < texts.size(); ++i) texts[i].ids.assign(i % 9, static_cast<int32_t>(1 + i % 30));
  const tasks::PlantedWords in_context{.shortcut = Shortcut::kInContext, .of_class = {40, 41, 42}, .context = 43};
  int context_first = 0;
  const PlantedTexts planted = plant(texts, in_context, 1);
  for (size_t i = 0; i < texts.size(); ++i) {
    const std::vector<int64_t>& places = planted.places[i];
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(planted.texts[i].ids[static_cast<size_t>(places[0])], 40 + planted.classes[i]);
    EXPECT_EQ(planted.texts[i].ids[static_cast<size_t>(places[1])], 43);
    EXPECT_EQ(planted.texts[i].without(places).ids, texts[i].ids);
    EXPECT_EQ(planted.incomplete[i].ids, planted.texts[i].without({&places[1], 1}).ids);
    EXPECT_EQ(planted.untaught[i].ids, planted.texts[i].masked(places).ids);
    context_first += places[1] < places[0] ? 1 : 0;
  }
  EXPECT_NEAR(context_first, 150, 30) << "its order must not decide";
  const tasks::PlantedWords pair{.shortcut = Shortcut::kOrderedPair, .of_class = {40, 41, 42}};
  const PlantedTexts ordered = plant(texts, pair, 1);
  std::set<std::pair<int32_t, int32_t>> pairs;
  for (size_t i = 0; i < texts.size(); ++i) {
    const std::vector<int64_t>& places = ordered.places[i];
    EXPECT_LT(places[0], places[1]);
    const int32_t first = ordered.texts[i].ids[static_cast<size_t>(places[0])];
    EXPECT_EQ(first, 40 + ordered.classes[i]) << "the first decides";
    pairs.emplace(first, ordered.texts[i].ids[static_cast<size_t>(places[1])]);
  }
  EXPECT_EQ(pairs.size(), 6U) << "each two in either order";
}

}  // namespace
}  // namespace fovea::attribution
