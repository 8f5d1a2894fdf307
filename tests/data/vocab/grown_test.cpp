#include "data/vocab/grown.h"

#include <cmath>

#include <gtest/gtest.h>

namespace fovea::data {
namespace {

Vocabulary of(const std::vector<std::pair<std::string, int64_t>>& words) {
  VocabularyBuilder builder;
  for (const auto& [form, count] : words) builder.add(form, count);
  return builder.build({.min_count = 1, .max_size = 0});
}

TEST(Grown, KnownWordsKeepTheirNumbers) {
  const Vocabulary grown = grown_vocabulary(of({{"the", 9}, {"film", 4}}), of({{"new", 7}, {"film", 2}, {"word", 1}}));
  EXPECT_EQ(grown.serialize(), "fovea-vocab 1\n9\tthe\n6\tfilm\n7\tnew\n1\tword\n");
  EXPECT_EQ(grown.id("new"), 3);
  EXPECT_EQ(Vocabulary::parse(grown.serialize(), "v").id("word"), 4);
}

NgramCounts count(const std::vector<std::pair<std::vector<int32_t>, int32_t>>& texts, int64_t classes) {
  NgramCounter counter({.longest = 2, .max_counts = 1000}, classes);
  for (const auto& [ids, label] : texts) counter.add(ids, label);
  return counter.count();
}

// Growing by texts is counting all of them at once, whatever the classes are called in between.
TEST(Grown, CountsAreThoseOfAllTexts) {
  const NgramCounts known = count({{{1, 2}, 0}, {{2, 3, 1}, 1}, {{4}, 1}}, 2);
  const NgramCounts found = count({{{1, 2, 5}, 0}, {{2, 3}, 1}, {{6, 1}, 2}}, 3);
  const NgramCounts grown = grown_ngrams(known, {2, 0}, found, 3);
  const NgramCounts all = count({{{1, 2}, 2}, {{2, 3, 1}, 0}, {{4}, 0}, {{1, 2, 5}, 0}, {{2, 3}, 1}, {{6, 1}, 2}}, 3);
  EXPECT_EQ(grown.keys, all.keys);
  EXPECT_EQ(grown.counts, all.counts);
  EXPECT_EQ(grown.class_texts, all.class_texts);
  EXPECT_EQ(grown.longest, 2);
}

// A text of the known ones that now has another label takes away what was never counted for it.
TEST(Grown, RatiosStayNumbers) {
  const NgramTable table(count({{{1, 2}, 0}, {{1, 3}, 0}, {{4}, 1}, {{2, 4}, 1}}, 2));
  const std::vector<int32_t> text = {1, 2};
  std::vector<float> ratios(4);
  table.ratios(text, 1, ratios.data());
  for (const float ratio : ratios) EXPECT_TRUE(std::isfinite(ratio));
}

}  // namespace
}  // namespace fovea::data
