#include "tasks/decoding/score.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"

namespace fovea::tasks::decoding {
namespace {

TEST(Ranking, IsThatOfWuAndOthers) {
  const Ranking ranking(0.6, 0.2, 20);
  EXPECT_DOUBLE_EQ(ranking.score(-3, 1, 0), -3);
  EXPECT_NEAR(ranking.score(-3, 7, 0), -3 / std::pow(2, 0.6), 1e-15);
  EXPECT_NEAR(ranking.score(-3, 7, -4), -3 / std::pow(2, 0.6) - 0.8, 1e-15);
  EXPECT_EQ(Ranking(0, 0, 20).score(-3, 7, -4), -3);
  EXPECT_TRUE(ranking.needs_coverage());
  EXPECT_FALSE(Ranking(0.6, 0, 20).needs_coverage());
}

TEST(Ranking, NothingPassesTheBound) {
  for (const double alpha : {0.0, 1e-15, 0.6, 1.0, 2.5}) {
    const Ranking ranking(alpha, 0.3, 60);
    for (const double sum : {0.0, -1e-30, -0.7, -55.5}) {
      for (int64_t n = 1; n <= 61; ++n) {
        EXPECT_LE(ranking.score(sum, n, 0), ranking.bound(sum)) << alpha << ' ' << sum << ' ' << n;
        EXPECT_LE(ranking.score(sum, n, -0.5), ranking.bound(sum));
      }
      EXPECT_EQ(ranking.score(sum, 61, 0), ranking.bound(sum)) << "it is not lower than it need be";
    }
  }
}

TEST(Ranking, RefusesPenaltiesThatAreNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(Ranking(-0.1, 0, 5), InternalError);
  EXPECT_THROW(Ranking(nan, 0, 5), InternalError);
  EXPECT_THROW(Ranking(0, -0.1, 5), InternalError);
  EXPECT_THROW(Ranking(0, nan, 5), InternalError);
}

TEST(Coverage, CountsWhatWasPassedOver) {
  EXPECT_DOUBLE_EQ(coverage(std::vector<double>{0.25, 1, 1.75}), std::log(0.25));
  EXPECT_DOUBLE_EQ(coverage(std::vector<double>{0.5, 0.1}), std::log(0.05));
  EXPECT_DOUBLE_EQ(coverage(std::vector<double>{0, 1}), std::log(1e-6));
  EXPECT_EQ(coverage({}), 0);
}

}  // namespace
}  // namespace fovea::tasks::decoding
