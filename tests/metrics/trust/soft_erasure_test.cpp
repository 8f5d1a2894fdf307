#include <gtest/gtest.h>

#include "metrics/trust/erasure.h"

namespace fovea::metrics {
namespace {

TEST(SoftErasure, ScoresAreScaledToOne) {
  const std::vector<double> scores = {-3, 1, 5, 0};
  EXPECT_EQ(scaled_to_one(scores), (std::vector<double>{0, 0.5, 1, 0.375}));
  EXPECT_EQ(scaled_to_one(std::vector<double>{7, 7, 7}), (std::vector<double>{0.5, 0.5, 0.5}));
  EXPECT_TRUE(scaled_to_one({}).empty());
}

// Of .9 that fall to .5 where nothing is left, .3 are three quarters of what can be lost.
TEST(SoftErasure, IsAShareOfWhatCanBeLost) {
  EXPECT_DOUBLE_EQ(*soft_comprehensiveness(0.9, 0.5, 0.6), 0.75);
  EXPECT_DOUBLE_EQ(*soft_sufficiency(0.9, 0.5, 0.6), 0.25);
  EXPECT_EQ(*soft_comprehensiveness(0.9, 0.5, 0.95), 0);  // it rises: nothing is lost
  EXPECT_EQ(*soft_sufficiency(0.9, 0.5, 0.95), 1);
  EXPECT_EQ(*soft_comprehensiveness(0.9, 0.5, 0.1), 1);  // more is lost than where nothing is left
  EXPECT_EQ(*soft_sufficiency(0.9, 0.5, 0.1), 0);
}

TEST(SoftErasure, IsNotThereWhereNothingCanBeLost) {
  EXPECT_FALSE(soft_comprehensiveness(0.6, 0.6, 0.2));
  EXPECT_FALSE(soft_sufficiency(0.6, 0.59995, 0.2));
  EXPECT_FALSE(soft_sufficiency(0.6, 0.8, 0.2));
  EXPECT_TRUE(soft_sufficiency(0.6, 0.5997, 0.2));
}

}  // namespace
}  // namespace fovea::metrics
