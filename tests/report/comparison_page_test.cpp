#include "report/comparison_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/made_comparison.h"
#include "support/count.h"

namespace fovea::report {
namespace {

using test::count_of;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ComparisonPage, HasChartsVerdictsAndNoScript) {
  const std::string page = comparison_page(made_comparison(), "0.1.0");
  EXPECT_EQ(count_of(page, "<svg "), 3);
  EXPECT_EQ(count_of(page, "</svg>"), 3);
  EXPECT_EQ(count_of(page, "<script"), 0);
  EXPECT_EQ(count_of(page, "default-src 'none'; style-src 'sha256-"), 1);
  EXPECT_EQ(count_of(page, "bought +2.6 points over frozen"), 1);
  EXPECT_EQ(count_of(page, "{{"), 0);
  EXPECT_EQ(count_of(page, "://"), 0);
  EXPECT_EQ(count_of(page, " style=\""), 0) << "the content policy would not let it through";
}

TEST(ComparisonPage, SpeaksOfTheMeasuresAndInputsOfItsTask) {
  const std::string page = comparison_page(made_comparison_of_errors(), "0.1.0");
  for (const char* name : {"ccurac", "macro", "words in", " texts"}) EXPECT_EQ(count_of(page, name), 0) << name;
  EXPECT_GT(count_of(page, "frames in an utterance"), 1);
  EXPECT_EQ(count_of(page, "<th>WER</th>"), 1);
  EXPECT_EQ(count_of(page, "<td colspan=\"9\">"), 1);
  const std::string of_text = comparison_page(made_comparison(), "0.1.0");
  EXPECT_EQ(count_of(of_text, "<b>Accuracy and training time</b>"), 1);
  EXPECT_EQ(count_of(of_text, "Accuracy in per cent, and below it the difference to the first variant in points"), 1);
  EXPECT_EQ(count_of(of_text, "Accuracies are means over the seeds"), 1);
  EXPECT_EQ(count_of(of_text, "Mean accuracy on short to long texts."), 1);
}

TEST(ComparisonPage, NothingGivenBecomesMarkup) {
  const std::string page = comparison_page(made_comparison(), "0.1.0");
  EXPECT_EQ(count_of(page, "<b>reviews</b>"), 0);
  EXPECT_EQ(count_of(page, "&lt;b&gt;reviews&lt;/b&gt;.tsv"), 2);
  EXPECT_EQ(count_of(page, "not a number &lt;any more&gt;"), 2);
  EXPECT_EQ(count_of(page, "\x1b"), 0);
}

}  // namespace
}  // namespace fovea::report
