#include "audit/number.h"

#include <gtest/gtest.h>

namespace fovea::audit {
namespace {

using Values = std::vector<double>;

TEST(Number, MeanSpreadAndIntervalOfWhatIsThere) {
  const Number number = number_of(Values{1, kNone, 2, 6});
  EXPECT_EQ(number.n, 3);
  EXPECT_DOUBLE_EQ(number.mean, 3);
  EXPECT_DOUBLE_EQ(number.sd, std::sqrt((4 + 1 + 9) / 2.0));
  EXPECT_GE(number.low, 1);
  EXPECT_LT(number.low, 3);
  EXPECT_GT(number.high, 3);
  EXPECT_LE(number.high, 6);
  EXPECT_EQ(number_of(Values{1, 2, kNone, 6}).low, number.low);  // those left out do not shift the draws
}

TEST(Number, OfNothingIsAboveAndBelowNothing) {
  const Number none = number_of(Values{kNone});
  EXPECT_EQ(none.n, 0);
  EXPECT_FALSE(none.above(-1));
  EXPECT_FALSE(none.below(1));
}

TEST(Number, OfEqualValuesIsThatValue) {
  const Number number = number_of(Values(7, 0.1));
  EXPECT_NEAR(number.low, 0.1, 1e-12);
  EXPECT_NEAR(number.high, 0.1, 1e-12);
  EXPECT_LE(number.low, number.mean);
  EXPECT_GE(number.high, number.mean);
  EXPECT_TRUE(number.above(0));
  EXPECT_FALSE(number.above(0.2));
  EXPECT_TRUE(number.below(0.2));
}

TEST(Number, RowsAndDifferences) {
  const Values values = {5, 1, 4, kNone};
  EXPECT_DOUBLE_EQ(number_of(values, {1, 2}).mean, 2.5);
  EXPECT_DOUBLE_EQ(median_of(values), 4);
  EXPECT_DOUBLE_EQ(median_of({4, 1}), 2.5);
  EXPECT_TRUE(std::isnan(median_of({kNone})));
  const Values difference = difference_of(values, {1, 1, kNone, 0});
  EXPECT_DOUBLE_EQ(difference[0], 4);
  EXPECT_TRUE(std::isnan(difference[2]));
  EXPECT_TRUE(std::isnan(difference[3]));
}

TEST(Number, PIsSmallWhereAllDiffersAlike) {
  EXPECT_LT(p_of(Values(30, 0.2)), 0.001);
  EXPECT_GT(p_of({0.2, -0.2, 0.1, -0.1, kNone}), 0.5);
  EXPECT_EQ(p_of({}), 1);
}

}  // namespace
}  // namespace fovea::audit
