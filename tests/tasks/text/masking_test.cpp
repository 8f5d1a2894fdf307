#include "tasks/text/masking.h"

#include <gtest/gtest.h>

#include "data/vocab/ngrams.h"

namespace fovea::tasks {
namespace {

data::EncodedTexts long_texts(int64_t count, int32_t words) {
  data::EncodedTexts texts;
  std::vector<int32_t> ids;
  for (int32_t i = 0; i < words; ++i) ids.push_back(i + 1);
  const std::vector<int32_t> starts = {0, words / 2};
  for (int64_t i = 0; i < count; ++i) texts.add(ids, static_cast<int32_t>(i % 2), starts);
  return texts;
}

std::vector<int64_t> first(int64_t count) {
  std::vector<int64_t> all;
  for (int64_t i = 0; i < count; ++i) all.push_back(i);
  return all;
}

double masked_share(const data::EncodedTexts& texts, int64_t i) {
  double masked = 0;
  for (const int32_t id : texts.text(i)) masked += id == 0 ? 1 : 0;
  return masked / static_cast<double>(texts.text(i).size());
}

TEST(Masking, MasksEvenlyUpToAllWordsOfHalfTheTexts) {
  const data::EncodedTexts texts = long_texts(400, 200), masked = mask_words(texts, first(400), {0.5, 1}, 1, 7);
  double untouched = 0, sum = 0, most = 0;
  for (int64_t i = 0; i < 400; ++i) {
    const double share = masked_share(masked, i);
    untouched += share == 0 ? 1 : 0;
    sum += share;
    most = std::max(most, share);
    EXPECT_EQ(masked.label(i), texts.label(i));
    EXPECT_EQ(masked.sentence_starts(i).size(), 2U);
  }
  EXPECT_NEAR(untouched / 400, 0.5, 0.08);
  EXPECT_NEAR(sum / 400, 0.25, 0.04);
  EXPECT_GT(most, 0.9);
}

TEST(Masking, NoTextLosesMoreThanItMay) {
  const data::EncodedTexts masked = mask_words(long_texts(200, 1000), first(200), {1, 0.1}, 1, 7);
  double most = 0;
  for (int64_t i = 0; i < 200; ++i) most = std::max(most, masked_share(masked, i));
  EXPECT_LT(most, 0.15);
  EXPECT_GT(most, 0.05);
}

TEST(Masking, DependsOnSeedAndStepAlone) {
  const data::EncodedTexts texts = long_texts(4, 50);
  const auto ids = [&](uint64_t seed, uint64_t step) {
    const data::EncodedTexts masked = mask_words(texts, first(4), {1, 1}, seed, step);
    return std::vector<int32_t>(masked.text(2).begin(), masked.text(2).end());
  };
  EXPECT_EQ(ids(1, 2), ids(1, 2));
  EXPECT_NE(ids(1, 2), ids(1, 3));
  EXPECT_NE(ids(1, 2), ids(2, 2));
}

TEST(Masking, DependsOnThePlaceOfATextAndNotOnTheTextsBeforeIt) {
  const auto third = [](int32_t words_before) {
    data::EncodedTexts texts = long_texts(2, words_before);
    std::vector<int32_t> ids(60, 9);
    texts.add(ids, 1, std::vector<int32_t>{0});
    const data::EncodedTexts masked = mask_words(texts, first(3), {1, 1}, 1, 2);
    return std::vector<int32_t>(masked.text(2).begin(), masked.text(2).end());
  };
  EXPECT_EQ(third(50), third(7));
  const data::EncodedTexts masked = mask_words(long_texts(3, 60), first(3), {1, 1}, 1, 2);
  EXPECT_FALSE(std::equal(masked.text(0).begin(), masked.text(0).end(), masked.text(1).begin()))
      << "equal texts in two places";
}

// N-gram weights are learnt by folds of whole texts: a masked one must stay in the fold of the text that it was.
TEST(Masking, AMaskedTextKeepsItsFold) {
  const data::EncodedTexts texts = long_texts(3, 20), masked = mask_words(texts, first(3), {1, 1}, 1, 1);
  for (int64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(masked.key(i), data::ngram_key(texts.text(i)));
    EXPECT_NE(masked.key(i), data::ngram_key(masked.text(i)));
  }
}

}  // namespace
}  // namespace fovea::tasks
