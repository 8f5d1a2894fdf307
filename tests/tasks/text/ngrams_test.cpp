#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/text/fixture.h"
#include "tasks/text/ngram_learning.h"

namespace fovea::tasks {
namespace {

using test::Scratch;
using ::testing::HasSubstr;

TEST(NeedsSpellings, OnlyWhereLettersAreWeighed) {
  data::NgramOptions options{.longest = 2, .folds = 5, .letters = 4};
  EXPECT_TRUE(needs_spellings(options, false, 2));
  EXPECT_FALSE(needs_spellings(options, true, 2)) << "several labels have no ratios";
  EXPECT_FALSE(needs_spellings(options, false, data::kMaxNgramClasses + 1));
  options.folds = 0;
  EXPECT_FALSE(needs_spellings(options, false, 2));
  options = {.longest = 2, .folds = 5, .letters = 0};
  EXPECT_FALSE(needs_spellings(options, false, 2));
  options = {.longest = 0, .folds = 5, .letters = 4};
  EXPECT_FALSE(needs_spellings(options, false, 2));
}

TEST(CountNgrams, AreWeighedAndToldInTheSummary) {
  const Scratch scratch;
  TextData data = load_text_data(test::review_options(scratch, 300));
  EXPECT_THAT(data.warnings, testing::IsEmpty());
  EXPECT_GT(data.ngrams.width(), 0);
  EXPECT_EQ(data.summary.ngrams, std::ssize(data.ngrams.counts().keys));
  EXPECT_TRUE(data.summary.ngram_weights);
  EXPECT_EQ(std::ssize(data.ngrams.weights().mean), data.summary.ngrams);
  TextDataOptions plain = test::review_options(scratch, 300);
  plain.ngrams.folds = 0;
  plain.ngrams.letters = 0;
  data = load_text_data(plain);
  EXPECT_THAT(data.warnings, testing::IsEmpty());
  EXPECT_GT(data.summary.ngrams, 0);
  EXPECT_FALSE(data.summary.ngram_weights);
}

// The reason must be the true one: here nothing is too many.
TEST(CountNgrams, TextsThatShareNoWordAreToldSo) {
  const Scratch scratch;
  std::string rows = "text,label\n";
  for (int i = 0; i < 40; ++i) {
    const std::string number = std::to_string(i);
    rows += "w" + number + "x u" + number + "y," + (i % 2 ? "a\n" : "b\n");
  }
  TextDataOptions options;
  options.paths = {scratch.write("once.csv", rows)};
  EXPECT_THAT(load_text_data(options).warnings, testing::ElementsAre(HasSubstr("are in two texts of training")));
}

}  // namespace
}  // namespace fovea::tasks
