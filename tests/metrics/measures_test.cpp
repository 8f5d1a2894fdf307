#include "metrics/measures.h"

#include <gtest/gtest.h>

#include "metrics/classification.h"

namespace fovea::metrics {
namespace {

TEST(Measures, AccuracyIsTheMean) {
  EXPECT_EQ(mean_score({.rows = 5, .values = {1, 0, 1, 1, 0}}, kAccuracy), 0.6);
  EXPECT_TRUE(kAccuracy.is_mean());
  EXPECT_TRUE(kAccuracy.better(0.6, 0.5));
  EXPECT_DOUBLE_EQ(kAccuracy.gain(0.6, 0.5), 0.1);
}

TEST(Measures, LossIsOfAUnit) {
  EXPECT_DOUBLE_EQ(mean_score({.rows = 2, .parts = 2, .values = {3, 2, 1, 6}}, kLoss), 0.5);
  EXPECT_FALSE(kLoss.is_mean());
  EXPECT_TRUE(kLoss.better(0.5, 0.6));
  EXPECT_DOUBLE_EQ(kLoss.gain(0.5, 0.6), 0.1);
}

// The same doubles as from the confusion counts, whatever the order of the rows.
TEST(Measures, MacroF1IsThatOfTheConfusion) {
  const std::vector<int> truth = {0, 0, 1, 1, 2, 0, 2, 2, 1, 0}, predicted = {0, 1, 1, 2, 2, 0, 0, 2, 1, 2};
  RowSums sums{.rows = truth.size(), .parts = 3 * 4, .values = std::vector<double>(truth.size() * 12, 0)};
  for (size_t row = 0; row < truth.size(); ++row) {
    double* const counts = sums.values.data() + row * 12;
    if (truth[row] == predicted[row]) {
      counts[3 * truth[row]] = 1;
    } else {
      counts[3 * predicted[row] + 1] = 1;
      counts[3 * truth[row] + 2] = 1;
    }
  }
  EXPECT_EQ(mean_score(sums, kMacroF1), scores(confusion(truth, predicted, 4)).macro_f1);
  EXPECT_EQ(mean_score({.rows = 1, .parts = 6, .values = {0, 0, 0, 0, 0, 0}}, kMacroF1), 0);
}

TEST(Measures, WordErrorsAreOfAllWordsAndMayBeMoreThanAll) {
  EXPECT_DOUBLE_EQ(mean_score({.rows = 2, .parts = 2, .values = {1, 9, 2, 1}}, kWordErrors), 0.3);
  EXPECT_DOUBLE_EQ(mean_score({.rows = 1, .parts = 2, .values = {3, 2}}, kWordErrors), 1.5);
  EXPECT_DOUBLE_EQ(mean_score({.rows = 1, .parts = 2, .values = {2, 0}}, kWordErrors), 2) << "nothing was said";
}

}  // namespace
}  // namespace fovea::metrics
