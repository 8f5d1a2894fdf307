#include "draw/shade.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace fovea::draw {
namespace {

TEST(Shade, WeightsAreNearlyEvenWhereNoneIsMarked) {
  const auto even = [](std::vector<double> weights) { return nearly_even(weights); };
  EXPECT_TRUE(even({.25, .25, .25, .25}));
  EXPECT_TRUE(even({.49, .17, .17, .17}));
  EXPECT_FALSE(even({.5, .2, .2, .1}));     // twice the even share
  EXPECT_FALSE(even({.25, -.5, .15, .1}));  // as far, against
  EXPECT_TRUE(even({.7, .3}));              // of two, 1.5 times is enough
  EXPECT_FALSE(even({.8, .2}));
  EXPECT_FALSE(even({1}));
  EXPECT_FALSE(even({}));
}

TEST(Shade, HalfOctavesFromOneToEight) {
  EXPECT_EQ(shade_level(0), 0);
  EXPECT_EQ(shade_level(1), 0);
  EXPECT_EQ(shade_level(1.41), 0);
  EXPECT_EQ(shade_level(1.42), 1);
  EXPECT_EQ(shade_level(2), 2);
  EXPECT_EQ(shade_level(3.9), 3);
  EXPECT_EQ(shade_level(4), 4);
  EXPECT_EQ(shade_level(7.99), 5);
  EXPECT_EQ(shade_level(8), 6);
  EXPECT_EQ(shade_level(500), 6);
  EXPECT_EQ(shade_level(std::nan("")), 0);
  EXPECT_EQ(lift_of(0.3, 5), 1.5);
  EXPECT_EQ(lift_of(std::nan(""), 5), 0);
}

}  // namespace
}  // namespace fovea::draw
