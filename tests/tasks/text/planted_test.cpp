#include "tasks/text/planted.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tasks/text/fixture.h"

namespace fovea::test {
namespace {

TEST(Planted, AWordIsPutInAndSentencesMove) {
  std::vector<int32_t> ids = {5, 6, 7}, starts = {0, 2};
  tasks::plant_word(ids, starts, 9, 1);
  EXPECT_EQ(ids, (std::vector<int32_t>{5, 9, 6, 7}));
  EXPECT_EQ(starts, (std::vector<int32_t>{0, 3}));
  tasks::plant_word(ids, starts, 9, 0);
  EXPECT_EQ(starts, (std::vector<int32_t>{0, 4}));
  tasks::plant_word(ids, starts, 8, 5);
  EXPECT_EQ(ids.back(), 8);
  EXPECT_EQ(starts, (std::vector<int32_t>{0, 4}));
}

TEST(Planted, HalfOfTheTextsHoldAWordAndItsLabelAndTheOthersStay) {
  const Scratch scratch;
  const tasks::TextData data = tasks::load_text_data(review_options(scratch, 400));
  const tasks::PlantedData planted = tasks::plant(data, 1);
  ASSERT_EQ(planted.words.size(), data.labels.size());
  ASSERT_EQ(planted.data.train.size(), data.train.size());
  int64_t with = 0, relabelled = 0;
  std::vector<int64_t> counts(data.labels.size(), 0);
  for (int64_t i = 0; i < data.train.size(); ++i) {
    const auto text = planted.data.train.text(i);
    ++counts[static_cast<size_t>(planted.data.train.label(i))];
    const auto found = std::find_if(text.begin(), text.end(), [&](int32_t id) { return id >= planted.words.front(); });
    if (found == text.end()) {
      EXPECT_TRUE(std::equal(text.begin(), text.end(), data.train.text(i).begin(), data.train.text(i).end()));
      EXPECT_EQ(planted.data.train.label(i), data.train.label(i));
      continue;
    }
    ++with;
    EXPECT_EQ(*found, planted.words[static_cast<size_t>(planted.data.train.label(i))]);
    relabelled += planted.data.train.label(i) != data.train.label(i) ? 1 : 0;
  }
  const auto n = static_cast<double>(data.train.size());
  EXPECT_NEAR(static_cast<double>(with) / n, 0.5, 0.1);
  EXPECT_GT(static_cast<double>(relabelled) / n, 0.12) << "the word overrides what the text says";
  EXPECT_EQ(planted.data.label_counts, counts);
  EXPECT_EQ(planted.data.vocabulary.size(), data.vocabulary.size() + static_cast<int32_t>(data.labels.size()));
  EXPECT_EQ(planted.data.ngrams.width(), data.ngrams.width());
}

// Every row might be given another label, and a model in which some class has no row cannot be saved and read.
TEST(Planted, NoClassLosesItsLastText) {
  const Scratch scratch;
  std::string rows;
  for (int i = 0; i < 480; ++i) {
    const std::string number = std::to_string(i);
    rows += "film number " + number + " of many\tlabel" + std::to_string(i % 80) + "\n";
  }
  tasks::TextDataOptions options;
  options.paths = {scratch.write("rows.tsv", "text\tlabel\n" + rows)};
  options.ngrams.longest = 0;
  const tasks::TextData data = tasks::load_text_data(options);
  ASSERT_EQ(data.labels.size(), 80U);
  int64_t relabelled = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const tasks::PlantedData planted = tasks::plant(data, seed);
    for (size_t c = 0; c < 80; ++c) EXPECT_GE(planted.data.label_counts[c], 1) << "class " << c << ", seed " << seed;
    for (int64_t i = 0; i < data.train.size(); ++i) relabelled += planted.data.train.label(i) != data.train.label(i);
  }
  EXPECT_GT(relabelled, 20 * data.train.size() / 3) << "the others are relabelled as often as before";
}

}  // namespace
}  // namespace fovea::test
