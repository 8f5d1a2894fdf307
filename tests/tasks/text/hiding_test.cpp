#include "tasks/text/hiding.h"

#include <numeric>

#include <gtest/gtest.h>

#include "tasks/text/fixture.h"

namespace fovea::test {
namespace {

tasks::HiddenParts none_of(const data::EncodedTexts& texts) {
  return tasks::HiddenParts(static_cast<size_t>(texts.size()));
}

TEST(Hiding, TheWordsNamedAreTheUnknownWordAndNgramsAreCountedAnew) {
  const Scratch scratch;
  const tasks::TextData data = tasks::load_text_data(review_options(scratch, 400));
  tasks::HiddenParts taught = none_of(data.train), chosen_by = none_of(data.valid);
  ASSERT_GT(data.train.lengths()[3], 2);
  taught[3] = {0, 2};
  chosen_by[1] = {1};
  const tasks::TextData hidden = tasks::hide_words(data, taught, chosen_by);
  ASSERT_EQ(hidden.train.size(), data.train.size());
  int64_t changed = 0;
  for (int64_t i = 0; i < data.train.size(); ++i) {
    const auto before = data.train.text(i), after = hidden.train.text(i);
    ASSERT_EQ(before.size(), after.size());
    EXPECT_EQ(data.train.label(i), hidden.train.label(i));
    for (size_t at = 0; at < before.size(); ++at) changed += before[at] != after[at] ? 1 : 0;
  }
  EXPECT_EQ(changed, 2);
  EXPECT_EQ(hidden.train.text(3)[0], data::Vocabulary::kUnknown);
  EXPECT_EQ(hidden.train.text(3)[2], data::Vocabulary::kUnknown);
  EXPECT_EQ(hidden.valid.text(1)[1], data::Vocabulary::kUnknown);
  EXPECT_EQ(hidden.ngrams.width(), data.ngrams.width());
  EXPECT_EQ(hidden.vocabulary.size(), data.vocabulary.size());
  for (std::vector<int64_t>& of_text : taught) of_text.clear();
  for (size_t i = 0; i < taught.size(); ++i) {
    taught[i].resize(data.train.text(static_cast<int64_t>(i)).size());
    std::iota(taught[i].begin(), taught[i].end(), int64_t{0});
  }
  const tasks::TextData all = tasks::hide_words(data, taught, chosen_by);
  EXPECT_GT(data.ngrams.counts().keys.size(), 0U);
  EXPECT_EQ(all.ngrams.counts().keys.size(), 0U) << "an n-gram that holds an unknown word is not counted";
  EXPECT_TRUE(all.ngrams.weights().mean.empty()) << "and then nothing is weighed";
}

}  // namespace
}  // namespace fovea::test
