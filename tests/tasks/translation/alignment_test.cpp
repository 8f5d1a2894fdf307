#include "tasks/translation/alignment.h"

#include <gmock/gmock.h>

namespace fovea::tasks {
namespace {

using ::testing::ElementsAre;

const std::vector<std::string_view> kLearnt = {"the old dog sees the house", "der alte Hund sieht das Haus"};

data::SubwordModel model() {
  static const data::SubwordModel kModel = data::SubwordModel::learn(kLearnt, data::SubwordKind::kUnigram, 40);
  return kModel;
}

TEST(SourceWords, AreThoseBetweenBlanks) {
  const std::string text = "the  old housedog";
  const std::vector<data::Subword> subwords = model().cut(text);
  const CutWords cut = source_words(text, subwords);
  ASSERT_EQ(cut.words.size(), 3U);
  ASSERT_EQ(cut.word_of.size(), subwords.size());
  for (size_t i = 0; i < subwords.size(); ++i) {
    const auto [start, end] = cut.words[static_cast<size_t>(cut.word_of[i])];
    EXPECT_LE(start, subwords[i].end);
    EXPECT_LE(subwords[i].end, end);
  }
  EXPECT_TRUE(source_words("", {}).word_of.empty());
}

TEST(TargetWords, AreThoseOfTheWrittenText) {
  const std::string text = "der alte Haushund";
  std::vector<int32_t> ids;
  for (const data::Subword& subword : model().cut(text)) ids.push_back(subword.id);
  const CutWords cut = target_words(model(), ids, model().text(ids));
  ASSERT_EQ(cut.words.size(), 3U);
  EXPECT_EQ(cut.word_of.front(), 0);
  EXPECT_EQ(cut.word_of.back(), 2);
  EXPECT_TRUE(std::is_sorted(cut.word_of.begin(), cut.word_of.end()));
}

CutWords made(const std::string& text, std::vector<int64_t> word_of) {
  return {text, data::words_between_blanks(text), std::move(word_of)};
}

TEST(AlignWords, BringsSubwordsTogether) {
  // Source "ab c" of subwords a, b, c and the end; target "x yz" of x, y, z.
  const CutWords source = made("ab c", {0, 0, 1}), target = made("x yz", {0, 1, 1});
  const std::vector<std::vector<float>> looks = {
      {0.1F, 0.2F, 0.6F, 0.1F}, {0.5F, 0.3F, 0.1F, 0.1F}, {0.01F, 0.01F, 0.03F, 0.95F}, {0, 0, 0, 1}};
  const WordAlignment chosen = align_words(source, target, looks, LookStep::kChosen);
  EXPECT_THAT(chosen.weights, ElementsAre(::testing::DoubleNear(0.3, 1e-6), ::testing::DoubleNear(0.6, 1e-6),
                                          ::testing::DoubleNear(0.41, 1e-6), ::testing::DoubleNear(0.065, 1e-6)));
  EXPECT_THAT(hard_links(chosen), ElementsAre(metrics::Link{0, 1}, metrics::Link{1, 0}));
  for (size_t t = 0; t < 2; ++t) {
    EXPECT_NEAR(chosen.weights[2 * t] + chosen.weights[2 * t + 1] + chosen.at_end[t], 1, 1e-6);
  }
  EXPECT_EQ(soft_links_text(chosen, 0.2), "0-0:0.300 1-0:0.600 0-1:0.410");
  // A step later x is read under the look that chose y, and what y and z got nearly all of is the end.
  const WordAlignment read = align_words(source, target, looks, LookStep::kRead);
  EXPECT_NEAR(read.weights[0], 0.8, 1e-6);
  EXPECT_THAT(hard_links(read), ElementsAre(metrics::Link{0, 0}));
}

TEST(AlignWords, OfATranslationThatWasCutOffReadsItsLastStepOnce) {
  const CutWords source = made("a", {0}), target = made("x", {0});
  const WordAlignment read =
      align_words(source, target, std::vector<std::vector<float>>{{0.7F, 0.3F}}, LookStep::kRead);
  EXPECT_NEAR(read.weights[0], 0.7, 1e-6);
}

}  // namespace
}  // namespace fovea::tasks
