#include "data/vocab/ngrams.h"

#include <cmath>

#include <gtest/gtest.h>

namespace fovea::data {
namespace {

using Ids = std::vector<int32_t>;

// Five texts, three of class 0 and two of class 1; number 0 is the unknown word.
NgramCounter five_texts(NgramOptions options = {}) {
  NgramCounter counter(options, 2);
  counter.add(Ids{1, 2, 3}, 0);
  counter.add(Ids{1, 2, 2}, 0);
  counter.add(Ids{4, 0, 1}, 0);
  counter.add(Ids{2, 3, 1}, 1);
  counter.add(Ids{3, 1, 2}, 1);
  return counter;
}

std::vector<float> ratios_of(const NgramTable& table, const Ids& ids, int32_t own = NgramTable::kAllTexts) {
  std::vector<float> out(ids.size() * static_cast<size_t>(table.width()), 77.0f);
  table.ratios(ids, own, out.data());
  return out;
}

double ratio(double inside, double of, double outside, double others) {
  const double share = of / (of + others);
  return std::log((inside + 2 * share) / of) - std::log((outside + 2 * (1 - share)) / others);
}

TEST(Ngrams, RatiosOfTwoClassesAreCountedByHand) {
  const NgramTable table(five_texts().count());
  ASSERT_EQ(table.width(), 3);
  const std::vector<float> out = ratios_of(table, {1, 2, 3});
  EXPECT_NEAR(out[0], ratio(2, 2, 3, 3), 1e-6) << "1 is in every text";
  EXPECT_EQ(out[1], 0.0f) << "nothing of two words ends at the first";
  EXPECT_NEAR(out[3], ratio(2, 2, 2, 3), 1e-6) << "2";
  EXPECT_NEAR(out[4], ratio(1, 2, 2, 3), 1e-6) << "1 2";
  EXPECT_EQ(out[5], 0.0f);
  EXPECT_NEAR(out[7], ratio(1, 2, 1, 3), 1e-6) << "2 3";
  EXPECT_NEAR(out[8], ratio(0, 2, 1, 3), 1e-6) << "1 2 3";
}

TEST(Ngrams, ATrainingTextDoesNotCountItself) {
  const NgramTable table(five_texts().count());
  const std::vector<float> out = ratios_of(table, {1, 2, 3}, 0);
  EXPECT_NEAR(out[0], ratio(2, 2, 2, 2), 1e-6);
  EXPECT_NEAR(out[4], ratio(1, 2, 1, 2), 1e-6);
  EXPECT_EQ(out[8], 0.0f) << "no other text holds 1 2 3";
}

// What the ratios of the text say must not depend on its own label: the counts without it are the same either way.
TEST(Ngrams, LeavingOutIsTheTableWithoutTheText) {
  NgramCounter others({}, 2);
  others.add(Ids{1, 2, 2}, 0), others.add(Ids{4, 0, 1}, 0), others.add(Ids{2, 3, 1}, 1), others.add(Ids{3, 1, 2}, 1);
  const NgramTable table(five_texts().count()), without(others.count());
  const std::vector<float> left_out = ratios_of(table, {1, 2, 3}, 0), expected = ratios_of(without, {1, 2, 3});
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(left_out[i], expected[i], 1e-6) << i;
}

// Going on from a model with corrected labels, a text may have been counted under another label than it has now.
TEST(Ngrams, ATextThatWasCountedUnderAnotherLabelHasNumbers) {
  const NgramTable table(five_texts().count());
  for (const Ids& ids : {Ids{1, 2, 3}, Ids{1, 2, 2}, Ids{4, 0, 1}, Ids{2, 3, 1}, Ids{3, 1, 2}}) {
    for (const int32_t own : {0, 1}) {
      for (const float value : ratios_of(table, ids, own)) EXPECT_TRUE(std::isfinite(value)) << own;
    }
  }
}

TEST(Ngrams, AnUnknownWordBreaksTheNgram) {
  const NgramTable table(five_texts().count());
  const std::vector<float> out = ratios_of(table, {0, 2, 0, 1, 2});
  for (const size_t i : {0, 1, 2, 4, 5, 6, 7, 8}) EXPECT_EQ(out[i], 0.0f) << i;
  EXPECT_NE(out[3], 0.0f);
  EXPECT_NE(out[13], 0.0f) << "1 2 at the end";
}

TEST(Ngrams, EqualTextsOfAClassCountOnce) {
  NgramCounter twice = five_texts();
  twice.add(Ids{1, 2, 3}, 0);
  const NgramTable once(five_texts().count()), table(twice.count());
  EXPECT_EQ(ratios_of(once, {1, 2, 3}), ratios_of(table, {1, 2, 3}));
  EXPECT_EQ(table.counts().class_texts, (std::vector<int64_t>{3, 2}));
}

TEST(Ngrams, AnNgramThatIsEquallyCommonHasNothingToSayHoweverUnequalTheClasses) {
  NgramCounter counter({}, 2);
  for (int32_t i = 0; i < 90; ++i) counter.add(Ids{1, 2 + i}, 0);
  for (int32_t i = 0; i < 10; ++i) counter.add(Ids{1, 200 + i}, 1);
  const NgramTable table(counter.count());
  EXPECT_NEAR(ratios_of(table, {1})[0], 0.0, 1e-6);
  EXPECT_EQ(ratios_of(table, {777})[0], 0.0f);
}

TEST(Ngrams, ThreeClassesHaveARatioEach) {
  NgramCounter counter({2}, 3);
  counter.add(Ids{1, 2}, 0), counter.add(Ids{1, 3}, 1), counter.add(Ids{4, 3}, 2), counter.add(Ids{2, 1}, 1);
  const NgramTable table(counter.count());
  ASSERT_EQ(table.width(), 6);
  const std::vector<float> out = ratios_of(table, {1});
  EXPECT_NEAR(out[0], ratio(1, 1, 2, 3), 1e-6);
  EXPECT_NEAR(out[1], ratio(2, 2, 1, 2), 1e-6);
  EXPECT_NEAR(out[2], ratio(0, 1, 3, 3), 1e-6);
  EXPECT_EQ(out[3], 0.0f);
}

TEST(Ngrams, TheRarestGoFirstWhereThereAreTooMany) {
  const NgramCounts all = five_texts().count(), few = five_texts({.longest = 3, .max_counts = 10}).count();
  EXPECT_EQ(all.threshold, 1);
  EXPECT_GT(few.threshold, 1);
  EXPECT_LE(few.keys.size(), 5u);
  for (size_t entry = 0; entry < few.keys.size(); ++entry) {
    EXPECT_GE(few.counts[2 * entry] + few.counts[2 * entry + 1], few.threshold);
  }
  // The same rule holds for a training text without its own count: 3 is in as many texts as are asked for, no more.
  const NgramTable table(few);
  ASSERT_EQ(few.threshold, 3);
  EXPECT_EQ(ratios_of(table, {3}, 0)[0], 0.0f);
  EXPECT_NE(ratios_of(table, {3})[0], 0.0f);
}

TEST(Ngrams, NoneAreUsedForVeryManyClasses) {
  EXPECT_EQ(ngram_block(2), 1);
  EXPECT_EQ(ngram_block(kMaxNgramClasses), kMaxNgramClasses);
  EXPECT_EQ(ngram_block(kMaxNgramClasses + 1), 0);
  EXPECT_EQ(NgramTable().width(), 0);
}

}  // namespace
}  // namespace fovea::data
