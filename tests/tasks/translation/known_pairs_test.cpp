#include "tasks/translation/known_pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "support/scratch.h"

namespace fovea::tasks {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<data::Pair> pairs_of(const std::vector<std::pair<std::string, std::string>>& texts) {
  std::vector<data::Pair> pairs;
  for (const auto& [source, target] : texts) pairs.push_back({source, target, std::ssize(pairs) + 1});
  return pairs;
}

data::PairTexts texts_of(const std::vector<data::Pair>& pairs) {
  data::PairTexts texts;
  for (const data::Pair& pair : pairs) texts.add({pair.source, pair.target, pair.line});
  texts.finish();
  return texts;
}

data::PairTexts english_and_german() {
  std::vector<data::Pair> pairs;
  for (int i = 0; i < 20; ++i) {
    for (const data::Pair& pair : pairs_of({{"The dog is in the garden, 3 of them.", "Der Hund ist in dem Garten, 3."},
                                            {"A man sees the dog.", "Ein Mann sieht den Hund."},
                                            {"The man is in a house.", "Der Mann ist in einem Haus."}})) {
      pairs.push_back(pair);
    }
  }
  return texts_of(pairs);
}

TEST(SideWords, AreFrequentOnOneSideAlone) {
  const SideWords words = learn_side_words(english_and_german());
  EXPECT_THAT(words.source, Contains("the"));
  EXPECT_THAT(words.target, Contains("hund"));
  for (const auto& of : {words.source, words.target}) {
    EXPECT_THAT(of, Not(Contains("in")));
    EXPECT_THAT(of, Not(Contains("3")));
    EXPECT_THAT(of, Not(Contains(".")));
  }
}

TEST(SideWords, RareOnesTellNothing) {
  EXPECT_THAT(learn_side_words(texts_of(pairs_of({{"one dog", "ein Hund"}, {"two cats", "zwei Katzen"}}))).source,
              IsEmpty());
}

TEST(SideWords, TellTheWrongSideAndDoubtNothingElse) {
  const SideWords words = learn_side_words(english_and_german());
  EXPECT_TRUE(looks_like_target(words, pairs_of({{"Der Hund sieht den Mann.", ""}})));
  EXPECT_FALSE(looks_like_target(words, pairs_of({{"The dog sees the man in a house.", ""}})));
  EXPECT_FALSE(looks_like_target(words, pairs_of({{"Der Hund", ""}}))) << "two words are few";
  EXPECT_FALSE(looks_like_target(words, pairs_of({{"Zaun Wiese Himmel blau", ""}}))) << "words that tell nothing";
  EXPECT_FALSE(looks_like_target(words, pairs_of({{"The man reads 'Der Hund ist'.", ""}}))) << "a quotation";
  EXPECT_FALSE(looks_like_target({}, pairs_of({{"Der Hund sieht den Mann.", ""}}))) << "a model that has no words";
}

TEST(SideWords, ChineseCharactersAreWords) {
  std::vector<data::Pair> pairs;
  for (int i = 0; i < 9; ++i) pairs.push_back({"a dog runs fast", "一只狗跑得很快", i + 1});
  const SideWords words = learn_side_words(texts_of(pairs));
  EXPECT_TRUE(looks_like_target(words, pairs_of({{"狗很快", ""}})));
}

TEST(SideWords, GoThroughJson) {
  const SideWords words = learn_side_words(english_and_german());
  const SideWords again = SideWords::of_json(words.to_json());
  EXPECT_EQ(again.source, words.source);
  EXPECT_EQ(again.target, words.target);
  EXPECT_THAT(SideWords::of_json(Json::object()).source, IsEmpty());
}

// Each sentence by itself, in both directions, and all of them together.
TEST(SideWordsSlow, OfCaptionsAreNeverTakenForTheOther) {
  if (!test::real_data("multi30k/train.en.gz")) GTEST_SKIP() << "needs multi30k/train.en.gz under FOVEA_DATA";
  const auto read = [](const std::string& name) {
    const std::string path = "multi30k/" + name;
    return data::read_pairs({test::real_data(path + ".en.gz").value(), test::real_data(path + ".de.gz").value()}, {})
        .pairs;
  };
  const SideWords words = learn_side_words(texts_of(read("train")));
  for (const char* name : {"val", "test_2016_flickr"}) {
    const std::vector<data::Pair> right = read(name);
    std::vector<data::Pair> wrong = right;
    for (data::Pair& pair : wrong) std::swap(pair.source, pair.target);
    int64_t told_right = 0, told_wrong = 0;
    for (size_t i = 0; i < right.size(); ++i) {
      told_right += looks_like_target(words, {&right[i], 1});
      told_wrong += looks_like_target(words, {&wrong[i], 1});
    }
    EXPECT_EQ(told_right, 0) << name;
    EXPECT_GT(told_wrong, std::ssize(wrong) * 9 / 10) << name;
    RecordProperty(name, std::to_string(told_wrong) + " of " + std::to_string(wrong.size()));
    EXPECT_FALSE(looks_like_target(words, right)) << name;
    EXPECT_TRUE(looks_like_target(words, wrong)) << name;
  }
}

TEST(KnownSources, KnowTheirPart) {
  const KnownSources known(texts_of(pairs_of({{"A dog.", "x"}, {"A cat.", "y"}})),
                           pairs_of({{"A bird.", "z"}, {"A cat.", "y"}}));
  const KnownSources again = KnownSources::parse(known.serialize(), "m/seen.safetensors");
  EXPECT_TRUE(again.any());
  EXPECT_EQ(again.seen("A  dog."), 1) << "white space runs as one space";
  EXPECT_EQ(again.seen("A bird."), -1);
  EXPECT_EQ(again.seen("A cat."), 1) << "what was trained on is worse than what chose";
  EXPECT_EQ(again.seen("A fish."), 0);
  EXPECT_FALSE(KnownSources().any());
}

TEST(KnownSources, AFileThatIsNoneIsRefused) {
  const std::string whole = KnownSources(texts_of(pairs_of({{"a", "b"}})), {}).serialize();
  try {
    KnownSources::parse(whole.substr(0, whole.size() - 1), "m/seen.safetensors");
    FAIL() << "was read";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("m/seen.safetensors"));
  }
}

}  // namespace
}  // namespace fovea::tasks
