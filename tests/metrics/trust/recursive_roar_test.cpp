#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "metrics/trust/erasure.h"

namespace fovea::metrics {
namespace {

// At random it falls in a line from .9 to .5: half of .4 can be gained.
const std::vector<double> kRandom = {0.9, 0.8, 0.7, 0.6, 0.5};

TEST(RecursiveRoar, AreaByHand) {
  const std::vector<double> map = {0.9, 0.6, 0.5, 0.5, 0.5};
  const RoarAreas areas = roar_areas(map, kRandom);
  EXPECT_NEAR(areas.gained, 0.25 * (0.1 + 0.2 + 0.15 + 0.05), 1e-12);  // trapezoids: (0+.2)/2, (.2+.2)/2 …
  EXPECT_NEAR(areas.possible, 0.2, 1e-12);
  EXPECT_NEAR(*racu(areas), 0.625, 1e-12);
}

TEST(RecursiveRoar, AsRandomIsZeroAndWorseIsBelow) {
  EXPECT_EQ(*racu(roar_areas(kRandom, kRandom)), 0);
  EXPECT_LT(*racu(roar_areas(std::vector<double>{0.9, 0.9, 0.9, 0.7, 0.5}, kRandom)), -0.3);
}

TEST(RecursiveRoar, IsCutAndMayNotBeThere) {
  EXPECT_EQ(*racu(roar_areas(std::vector<double>{0.5, 0.1, 0.1, 0.1, 0.5}, kRandom)), 1);
  EXPECT_EQ(*racu({-3, 1}), -1);
  EXPECT_FALSE(racu({0.1, 0}));
  EXPECT_FALSE(racu({0.1, -0.2}));
  EXPECT_THROW(roar_areas(std::vector<double>{1, 1}, kRandom), InternalError);
}

}  // namespace
}  // namespace fovea::metrics
