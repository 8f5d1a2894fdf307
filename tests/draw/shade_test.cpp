#include "draw/shade.h"

#include <cmath>

#include <gtest/gtest.h>

namespace fovea::draw {
namespace {

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
