#include "metrics/multi_label.h"

#include <gtest/gtest.h>

namespace fovea::metrics {
namespace {

TEST(MultiLabel, ScoresByHand) {
  MultiLabelTally tally(4);
  tally.add({0, 2}, {0, 2});  // exact
  tally.add({1}, {0, 1});
  tally.add({}, {});  // exact
  tally.add({0}, {});
  tally.add({-1, 2}, {2});  // a label that is not known
  const MultiLabelScores scores = tally.scores();
  EXPECT_EQ(scores.n, 5);
  EXPECT_DOUBLE_EQ(scores.exact_match, 2.0 / 5);
  // Class 0: one right of two said and two true; class 1: one of one and one; class 2: two of two and two.
  EXPECT_DOUBLE_EQ(scores.classes[0].precision, 0.5);
  EXPECT_DOUBLE_EQ(scores.classes[0].recall, 0.5);
  EXPECT_DOUBLE_EQ(scores.classes[0].f1, 0.5);
  EXPECT_DOUBLE_EQ(scores.classes[1].f1, 1);
  EXPECT_DOUBLE_EQ(scores.classes[2].f1, 1);
  EXPECT_EQ(scores.classes[3].support, 0);
  EXPECT_DOUBLE_EQ(scores.macro_f1, 2.5 / 3) << "the class that never occurs has no part";
  EXPECT_DOUBLE_EQ(scores.micro_f1, 2.0 * 4 / (6 + 5));
}

TEST(MultiLabel, NothingIsNothing) {
  const MultiLabelScores scores = MultiLabelTally(2).scores();
  EXPECT_EQ(scores.n, 0);
  EXPECT_EQ(scores.micro_f1, 0);
  EXPECT_EQ(scores.macro_f1, 0);
}

TEST(MultiLabel, TheThresholdOfTheBestF1) {
  EXPECT_DOUBLE_EQ(best_threshold({{0.9, true}, {0.2, false}, {0.3, true}, {0.25, false}}), (0.3 + 0.25) / 2);
  EXPECT_DOUBLE_EQ(best_threshold({{0.9, true}, {0.8, false}, {0.7, false}, {0.6, false}}), (0.9 + 0.8) / 2);
  EXPECT_DOUBLE_EQ(best_threshold({{0.4, false}, {0.1, false}}), 0.5) << "no row has the label";
  EXPECT_DOUBLE_EQ(best_threshold({{0.6, true}, {0.6, false}, {0.1, false}}), (0.6 + 0.1) / 2)
      << "equal probabilities are not told apart";
  EXPECT_DOUBLE_EQ(best_threshold({{0.2, true}}), 0.1);
}

}  // namespace
}  // namespace fovea::metrics
