#include "tasks/text/report.h"

#include <cmath>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/text/results.h"

namespace fovea::tasks {
namespace {

using draw::display_width;
using draw::Style;
using ::testing::HasSubstr;
using ::testing::Not;

using test::kPlain;

void expect_tame(const std::string& report) {
  std::istringstream in(report);
  for (std::string line; std::getline(in, line);) EXPECT_LE(display_width(line), 80) << line;
  for (const char c : report) EXPECT_FALSE((c >= 0 && c < 0x20 && c != '\n') || c == 0x7F) << int{c};
  for (const std::string control : {"\u202E", "\u2066", "\u2028", "\u009B"})
    EXPECT_THAT(report, Not(HasSubstr(control)));
}

TEST(TestReport, TellsScoresAndCautions) {
  const std::string report = test_report(test::some_result(), kPlain);
  expect_tame(report);
  EXPECT_THAT(report, HasSubstr("data           dev.tsv\n"));
  EXPECT_THAT(report, HasSubstr("tested         1,872 texts in 1.4 s\n"
                                "               2 empty texts left out, 1 bad row left out, 4 texts longer than\n"
                                "               the model reads\n"));
  EXPECT_THAT(report, HasSubstr("accuracy        81.2 %   (79.4 to 83.0, 95 % bootstrap interval)\n"
                                "baseline        52.0 %   always “positive”, most frequent in training\n"
                                "macro F1         0.773\n"
                                "micro F1         0.813\n"
                                "loss             0.439   nats a text\n"
                                "calibration      4.1 %   expected error of probabilities; 6.2 % uncalibrated\n"
                                "unknown words    3.9 %   of all words\n"));
  EXPECT_THAT(report, HasSubstr("warning: 12 of the 1,872 texts were in the training part:"));
  EXPECT_THAT(report, HasSubstr("warning: 3 of the 1,872 texts were in the validation part,"));
  EXPECT_THAT(report, HasSubstr("warning: 7 texts have labels that the model does not know (“mixed”,"));
  EXPECT_THAT(report, HasSubstr("warning: the file is not laid out like the training data:"));
  EXPECT_THAT(report, HasSubstr("by class\n"
                                "label     precision     recall         F1      texts\n"
                                "negative      0.811      0.802      0.806        700\n"
                                "neutral       0.612      0.587      0.599        198\n"
                                "positive      0.871      0.900      0.885        974\n"));
  EXPECT_THAT(report, HasSubstr("truth     negative   neutral  positive\n"
                                "negative       561        30       109\n"
                                "neutral         41       116        41\n"
                                "positive        72        26       876\n"));
  EXPECT_THAT(report, HasSubstr("0.99  negative, the file says positive  dev.tsv:17\n"
                                "      not a bad film, just a very long one that goes on and on until nobody is…\n"));
  EXPECT_THAT(report, HasSubstr("0.91  neutral, the file says <b>␛[31mlabel⟨U+202…  dev.tsv:1033\n"));
}

TEST(TestReport, SaysNothingOfWhatDidNotHappen) {
  TextTestResult result = test::some_result();
  result.seen_in_training = result.seen_in_validation = result.unknown_labels = 0;
  result.empty_texts = result.bad_rows = result.texts_cut = 0;
  result.layout_difference.clear();
  result.mistakes.clear();
  const std::string report = test_report(result, kPlain);
  for (const char* word : {"warning", "left out", "mistakes", "\x1b"}) EXPECT_THAT(report, Not(HasSubstr(word)));
  EXPECT_THAT(test_report(result, {.colour = true}), HasSubstr("\n\x1b[1mby class\x1b[0m\n"));
}

TEST(TestReport, LongLabelsAreNumberedInTheMatrix) {
  TextTestResult result = test::some_result();
  for (ClassRow& row : result.classes) row.label += " " + test::kHostileLabel + std::string(90, 'y');
  result.majority_label = result.classes[1].label;
  result.model = result.data = result.layout = "/a/" + std::string(200, 'p') + test::kHostileText;
  result.mistakes[0].path = result.data;
  result.mistakes[0].truth = result.mistakes[0].predicted = result.majority_label;
  const std::string report = test_report(result, kPlain);
  expect_tame(report);
  EXPECT_THAT(report, HasSubstr("    1    2    3\n1 negative <b>␛[31m"));
}

TEST(TestReport, TwelveClassesHaveAMatrixThirteenAList) {
  const std::string twelve = test_report(test::many_classes(12), kPlain),
                    thirteen = test_report(test::many_classes(13), kPlain);
  expect_tame(twelve);
  expect_tame(thirteen);
  EXPECT_THAT(twelve, HasSubstr("\n12 class 11 "));
  EXPECT_THAT(twelve, Not(HasSubstr("the largest confusions")));
  EXPECT_THAT(thirteen, HasSubstr("the largest confusions\n        2  “class 2” taken for “class 3”\n"));
  TextTestResult huge = test::many_classes(12);
  huge.confusion[3][3] = 123456789;
  expect_tame(test_report(huge, kPlain));
  EXPECT_THAT(test_report(huge, kPlain), HasSubstr("the largest confusions"));
}

TEST(TestReport, AThousandClassesShowTheWeakest) {
  const std::string report = test_report(test::many_classes(1000), kPlain);
  expect_tame(report);
  EXPECT_THAT(
      report,
      HasSubstr("the classes with the lowest F1\nlabel      precision     recall         F1      texts\nclass 999 "));
  EXPECT_THAT(report, HasSubstr("\n… and 980 classes more; --json has all\n"));
  EXPECT_THAT(report, HasSubstr("\n… and 651 more kinds; --json has all\n"));
}

TEST(TestReport, NoTextsNoScores) {
  TextTestResult result;
  result.accuracy = std::nan("");
  const std::string report = test_report(result, kPlain);
  EXPECT_THAT(report, HasSubstr("No texts to test on"));
  EXPECT_THAT(report, Not(HasSubstr("accuracy")));
}

TEST(TestReport, FastTextPrintsThreeSignificantDigits) {
  TextTestResult result;
  result.n = 872;
  result.accuracy = 0.81192;
  EXPECT_EQ(test_report_fasttext(result), "N\t872\nP@1\t0.812\nR@1\t0.812\n");
  result.accuracy = 0.9;
  EXPECT_EQ(test_report_fasttext(result), "N\t872\nP@1\t0.9\nR@1\t0.9\n");
  result.accuracy = 0.06678;
  EXPECT_EQ(test_report_fasttext(result), "N\t872\nP@1\t0.0668\nR@1\t0.0668\n");
}

TEST(Confusions, LargestFirstWithoutTheDiagonalAndZeros) {
  const std::vector<Confusion> cells = confusions({{90, 3, 0}, {7, 80, 3}, {11, 0, 70}});
  ASSERT_EQ(cells.size(), 4u);
  const auto is = [&](size_t at, size_t truth, size_t predicted, int64_t count) {
    return cells[at].truth == truth && cells[at].predicted == predicted && cells[at].count == count;
  };
  EXPECT_TRUE(is(0, 2, 0, 11));
  EXPECT_TRUE(is(1, 1, 0, 7));
  EXPECT_TRUE(is(2, 0, 1, 3));
  EXPECT_TRUE(is(3, 1, 2, 3));
  EXPECT_TRUE(confusions({}).empty());
  EXPECT_TRUE(confusions({{5}}).empty());
}

}  // namespace
}  // namespace fovea::tasks
