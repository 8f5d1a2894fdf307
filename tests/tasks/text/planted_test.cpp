#include "tasks/text/planted.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "tasks/text/fixture.h"
#include "tasks/text/settings.h"

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
  const tasks::PlantedData planted = tasks::plant(data, tasks::Shortcut::kPart, 1);
  ASSERT_EQ(planted.words.of_class.size(), data.labels.size());
  ASSERT_EQ(planted.data.train.size(), data.train.size());
  int64_t with = 0, relabelled = 0;
  std::vector<int64_t> counts(data.labels.size(), 0);
  for (int64_t i = 0; i < data.train.size(); ++i) {
    const auto text = planted.data.train.text(i);
    ++counts[static_cast<size_t>(planted.data.train.label(i))];
    const auto found = std::find_if(text.begin(), text.end(), [&](int32_t id) { return id >= planted.words.first(); });
    if (found == text.end()) {
      EXPECT_TRUE(std::equal(text.begin(), text.end(), data.train.text(i).begin(), data.train.text(i).end()));
      EXPECT_EQ(planted.data.train.label(i), data.train.label(i));
      continue;
    }
    ++with;
    EXPECT_EQ(*found, planted.words.of_class[static_cast<size_t>(planted.data.train.label(i))]);
    relabelled += planted.data.train.label(i) != data.train.label(i) ? 1 : 0;
  }
  const auto n = static_cast<double>(data.train.size());
  EXPECT_NEAR(static_cast<double>(with) / n, 0.5, 0.1);
  EXPECT_GT(static_cast<double>(relabelled) / n, 0.12) << "the word overrides what the text says";
  EXPECT_EQ(planted.data.label_counts, counts);
  EXPECT_EQ(planted.data.vocabulary.size(), data.vocabulary.size() + static_cast<int32_t>(data.labels.size()));
  EXPECT_EQ(planted.data.ngrams.width(), data.ngrams.width());
}

// Without an input that has one word of the two and another label, that word would be the shortcut.
TEST(Planted, OfAShortcutOfTwoWordsNeitherDecidesAlone) {
  const Scratch scratch;
  const tasks::TextData data = tasks::load_text_data(review_options(scratch, 1500));
  for (const tasks::Shortcut shortcut : {tasks::Shortcut::kInContext, tasks::Shortcut::kOrderedPair}) {
    const tasks::PlantedData planted = tasks::plant(data, shortcut, 1);
    const tasks::PlantedWords& words = planted.words;
    std::map<size_t, int64_t> texts;  // by the planted words in them
    int64_t same = 0, alone = 0;
    const bool pair = shortcut == tasks::Shortcut::kOrderedPair;
    ASSERT_EQ(planted.data.train.size(), 3 * data.train.size());
    EXPECT_EQ(planted.data.valid.size(), data.valid.size());
    const auto copy = [&](int64_t number) {
      std::vector<int32_t> ids;
      for (int64_t i = 0; i < data.train.size(); ++i) {
        const auto text = planted.data.train.text(number * data.train.size() + i);
        ids.insert(ids.end(), text.begin(), text.end());
      }
      return ids;
    };
    EXPECT_NE(copy(0), copy(1)) << "each is planted for itself";
    EXPECT_NE(copy(1), copy(2));
    for (int64_t i = 0; i < planted.data.train.size(); ++i) {
      const int32_t own = data.train.label(i % data.train.size());
      std::vector<int32_t> found;
      for (const int32_t id : planted.data.train.text(i)) {
        if (id >= words.first()) found.push_back(id);
      }
      ++texts[found.size()];
      const int32_t label = planted.data.train.label(i);
      if (found.size() < 2) {
        EXPECT_EQ(label, own);
      }
      if (found.size() == 2) {
        const int32_t decides = found[0] == words.context ? found[1] : found[0];
        EXPECT_EQ(decides, words.of_class[static_cast<size_t>(label)]);
        EXPECT_NE(found[0], found[1]);
      }
      if (found.size() == 1 && found[0] != words.context) {
        ++alone;
        same += found[0] == words.of_class[static_cast<size_t>(label)] ? 1 : 0;
      }
    }
    const auto n = static_cast<double>(planted.data.train.size());
    EXPECT_NEAR(static_cast<double>(texts[2]) / n, 0.5, 0.06);
    EXPECT_NEAR(static_cast<double>(texts[1]) / n, pair ? 0.25 : 0.43, 0.06);
    EXPECT_NEAR(static_cast<double>(alone) / n, pair ? 0.25 : 0.35, 0.06);
    EXPECT_EQ(texts.size(), 3U);
    EXPECT_NEAR(static_cast<double>(same) / static_cast<double>(alone), 1.0 / static_cast<double>(data.labels.size()),
                0.15);
    EXPECT_EQ(planted.data.vocabulary.size(), data.vocabulary.size() + words.count());
  }
}

TEST(Planted, ATwinOfTwoWordsDropsLittle) {
  tasks::TextSettings settings;
  settings.model.word_dropout = 0.1;
  settings.model.embedding_dropout = 0.6;
  settings.model.state_dropout = settings.model.output_dropout = 0.3;
  settings.drop_little();
  EXPECT_EQ(settings.model.word_dropout, 0);
  EXPECT_NEAR(settings.model.embedding_dropout, 0.2, 1e-12);
  EXPECT_NEAR(settings.model.state_dropout, 0.1, 1e-12);
  EXPECT_NEAR(settings.model.output_dropout, 0.1, 1e-12);
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
    const tasks::PlantedData planted = tasks::plant(data, tasks::Shortcut::kPart, seed);
    for (size_t c = 0; c < 80; ++c) EXPECT_GE(planted.data.label_counts[c], 1) << "class " << c << ", seed " << seed;
    for (int64_t i = 0; i < data.train.size(); ++i) relabelled += planted.data.train.label(i) != data.train.label(i);
  }
  EXPECT_GT(relabelled, 20 * data.train.size() / 3) << "the others are relabelled as often as before";
}

}  // namespace
}  // namespace fovea::test
