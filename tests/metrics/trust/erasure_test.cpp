#include "metrics/trust/erasure.h"

#include <gtest/gtest.h>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

using Values = std::vector<double>;
using Counts = std::array<size_t, 5>;

TEST(Erasure, CountsAreRoundedUpAndExactSharesAreNot) {
  EXPECT_EQ(erasure_counts(19), (Counts{1, 1, 2, 4, 10}));
  EXPECT_EQ(erasure_counts(20), (Counts{1, 1, 2, 4, 10}));
  EXPECT_EQ(erasure_counts(100), (Counts{1, 5, 10, 20, 50}));
  EXPECT_EQ(erasure_counts(101), (Counts{2, 6, 11, 21, 51}));
  EXPECT_EQ(erasure_counts(1), (Counts{1, 1, 1, 1, 1}));
  for (size_t tens = 1; tens <= 300; ++tens) EXPECT_EQ(erasure_counts(10 * tens)[2], tens);
}

// 19 words: one word, two, four, ten. The second of the equal shares is dropped and not counted.
TEST(Erasure, AopcDividesByTheDistinctShares) {
  EXPECT_NEAR(aopc(Values{0.1, 0.1, 0.3, 0.5, 0.9}, erasure_counts(19)), (0.1 + 0.3 + 0.5 + 0.9) / 4, 1e-12);
  EXPECT_NEAR(aopc(Values{0.2, 0.2, 0.2, 0.2, 0.2}, erasure_counts(1)), 0.2, 1e-12);
  EXPECT_NEAR(aopc(Values{0, 0.1, 0.2, 0.3, 0.4}, erasure_counts(100)), 0.2, 1e-12);
}

TEST(Erasure, NormalisedBetweenItsBounds) {
  EXPECT_NEAR(*normalised_aopc(0.3, 0.1, 0.5), 0.5, 1e-12);
  EXPECT_NEAR(*normalised_aopc(-0.1, -0.1, 0.3), 0, 1e-12);
  EXPECT_NEAR(*normalised_aopc(0.3, -0.1, 0.3), 1, 1e-12);
  EXPECT_FALSE(normalised_aopc(0.3, 0.3, 0.3));
}

TEST(Erasure, FlipFraction) {
  EXPECT_DOUBLE_EQ(flip_fraction(3, 12), 0.25);
  EXPECT_DOUBLE_EQ(flip_fraction(0, 12), 1);
  EXPECT_THROW(flip_fraction(3, 2), InternalError);
}

TEST(Erasure, DiagnosticityCountsTiesHalf) {
  EXPECT_DOUBLE_EQ(*diagnosticity(Values{0.5, 0.2}, Values{0.1, 0.2}, Better::kHigher), 3.5 / 4);
  EXPECT_DOUBLE_EQ(*diagnosticity(Values{0.5, 0.2}, Values{0.1, 0.2}, Better::kLower), 0.5 / 4);
  EXPECT_FALSE(diagnosticity(Values{}, Values{1}, Better::kHigher));
}

}  // namespace
}  // namespace fovea::metrics
