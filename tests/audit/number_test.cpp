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

TEST(Share, HasAnExactIntervalThatIsNeverAPoint) {
  const Number none = share_of(std::vector<double>(50, 0)), all = share_of(std::vector<double>(50, 1));
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.0711, 1e-4);  // Clopper & Pearson, by R's binom.test
  EXPECT_NEAR(all.low, 0.9289, 1e-4);
  std::vector<double> some(200, 0);
  std::fill(some.begin(), some.begin() + 12, 1);
  some.push_back(kNone);
  const Number number = share_of(some);
  EXPECT_EQ(number.n, 200);
  EXPECT_NEAR(number.mean, 0.06, 1e-12);
  EXPECT_NEAR(number.low, 0.03138, 1e-4);
  EXPECT_NEAR(number.high, 0.10246, 1e-4);
}

TEST(Median, HasAnIntervalOfItsOwnValues) {
  std::vector<double> values;
  for (int i = 100; i >= 1; --i) values.push_back(i);
  const Number number = median_number(values, all_rows(100));
  EXPECT_EQ(number.mean, 50.5);
  EXPECT_EQ(number.low, 40);  // the 40th and the 61st of 100: 95 % by the binomial
  EXPECT_EQ(number.high, 61);
  EXPECT_EQ(median_number({3, kNone, 1}, all_rows(3)).mean, 2);
}

TEST(Ratio, IsOfMeansAndResampledJointly) {
  std::vector<double> above, below;
  for (int i = 0; i < 100; ++i) {
    below.push_back(0.2 + 0.01 * (i % 50));
    above.push_back(0.3 * below.back());  // the ratio of each text is the same: its interval has no width
  }
  above.push_back(kNone);
  below.push_back(9);
  const Number ratio = ratio_of(above, below, all_rows(101));
  EXPECT_EQ(ratio.n, 100);
  EXPECT_NEAR(ratio.mean, 0.3, 1e-12);
  EXPECT_NEAR(ratio.low, 0.3, 1e-9);
  EXPECT_NEAR(ratio.high, 0.3, 1e-9);
  EXPECT_LT(p_of_ratio(above, below, all_rows(101), 0.29), 0.001);
  EXPECT_GT(p_of_ratio(above, below, all_rows(101), 0.31), 0.999);
}

TEST(Ratio, ThereIsNoneWhereItsBaseMayBeNothing) {
  EXPECT_EQ(ratio_of({1, 1, 1, 1}, {0.5, -0.5, 0.4, -0.4}, all_rows(4)).n, 0);
  EXPECT_EQ(ratio_of({kNone}, {kNone}, all_rows(1)).n, 0);
}

}  // namespace
}  // namespace fovea::audit
