#include "metrics/classification.h"

#include <gtest/gtest.h>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

// Class 2 is never predicted, class 3 occurs nowhere.
const Confusion kWorked = {{5, 2, 0, 0}, {1, 7, 0, 0}, {3, 4, 0, 0}, {0, 0, 0, 0}};

TEST(Classification, CountsTruthByPrediction) {
  EXPECT_EQ(confusion({0, 2, 1, 1, 2, 0}, {0, 1, 1, 2, 1, 2}, 4),
            (Confusion{{1, 0, 1, 0}, {0, 1, 1, 0}, {0, 2, 0, 0}, {0, 0, 0, 0}}));
  EXPECT_EQ(confusion({}, {}, 2), (Confusion{{0, 0}, {0, 0}}));
}

TEST(Classification, WorkedByHand) {
  const Scores result = scores(kWorked);
  EXPECT_EQ(result.n, 22);
  EXPECT_DOUBLE_EQ(result.accuracy, 12.0 / 22);
  EXPECT_DOUBLE_EQ(result.micro_f1, 12.0 / 22);
  ASSERT_EQ(result.classes.size(), 4u);
  EXPECT_DOUBLE_EQ(result.classes[0].precision, 5.0 / 9);
  EXPECT_DOUBLE_EQ(result.classes[0].recall, 5.0 / 7);
  EXPECT_DOUBLE_EQ(result.classes[0].f1, 10.0 / 16);
  EXPECT_EQ(result.classes[0].support, 7);
  EXPECT_EQ(result.classes[0].predicted, 9);
  EXPECT_DOUBLE_EQ(result.classes[1].precision, 7.0 / 13);
  EXPECT_DOUBLE_EQ(result.classes[1].recall, 7.0 / 8);
  EXPECT_DOUBLE_EQ(result.classes[1].f1, 14.0 / 21);
}

TEST(Classification, UndefinedScoresAreZero) {
  const Scores result = scores(kWorked);
  EXPECT_EQ(result.classes[2].precision, 0);  // never predicted
  EXPECT_EQ(result.classes[2].recall, 0);
  EXPECT_EQ(result.classes[2].f1, 0);
  EXPECT_EQ(result.classes[2].support, 7);
  EXPECT_EQ(result.classes[2].predicted, 0);
  EXPECT_EQ(result.classes[3].precision, 0);
  EXPECT_EQ(result.classes[3].recall, 0);  // no such row
  EXPECT_EQ(result.classes[3].f1, 0);
}

// The never predicted class counts, the class that occurs nowhere does not: three in the mean.
TEST(Classification, MacroF1OverTheClassesThatOccur) {
  EXPECT_DOUBLE_EQ(scores(kWorked).macro_f1, (10.0 / 16 + 14.0 / 21 + 0) / 3);
}

TEST(Classification, ClassThatIsOnlyPredictedCountsInMacroF1) {
  const Scores result = scores({{3, 2}, {0, 0}});
  EXPECT_DOUBLE_EQ(result.classes[0].f1, 6.0 / 8);
  EXPECT_EQ(result.classes[1].f1, 0);
  EXPECT_DOUBLE_EQ(result.macro_f1, 3.0 / 8);
}

// As of a file with a label that the model does not know: the last class has rows, and is left out of the mean.
TEST(Classification, MacroF1OverSomeOfTheClasses) {
  std::vector<ClassScores> classes = scores({{3, 1, 0}, {0, 4, 0}, {2, 0, 0}}).classes;
  classes.pop_back();
  EXPECT_DOUBLE_EQ(macro_f1(classes), (6.0 / 9 + 8.0 / 9) / 2);
  EXPECT_EQ(macro_f1({}), 0);
}

TEST(Classification, F1IsTheHarmonicMean) {
  const ClassScores one = scores(kWorked).classes[0];
  EXPECT_NEAR(one.f1, 2 * one.precision * one.recall / (one.precision + one.recall), 1e-15);
}

TEST(Classification, AllRightAndAllWrong) {
  const Scores right = scores({{4, 0}, {0, 9}}), wrong = scores({{0, 4}, {9, 0}});
  EXPECT_EQ(right.accuracy, 1);
  EXPECT_EQ(right.macro_f1, 1);
  EXPECT_EQ(wrong.accuracy, 0);
  EXPECT_EQ(wrong.macro_f1, 0);
}

TEST(Classification, NoRows) {
  for (const Confusion& nothing : {Confusion{}, Confusion{{0, 0}, {0, 0}}}) {
    const Scores result = scores(nothing);
    EXPECT_EQ(result.n, 0);
    EXPECT_EQ(result.accuracy, 0);
    EXPECT_EQ(result.macro_f1, 0);
    EXPECT_EQ(result.classes.size(), nothing.size());
  }
}

TEST(Classification, RefusesWhatCannotBeCounted) {
  EXPECT_THROW(confusion({0, 1}, {0}, 2), InternalError);
  EXPECT_THROW(confusion({2}, {0}, 2), InternalError);
  EXPECT_THROW(confusion({0}, {-1}, 2), InternalError);
  EXPECT_THROW(scores({{1, 2}, {3}}), InternalError);
}

}  // namespace
}  // namespace fovea::metrics
