#include "metrics/share_interval.h"

#include <gtest/gtest.h>

namespace fovea::metrics {
namespace {

// R: binom.test(3, 3)$conf.int is 0.2924018 to 1; binom.test(0, 600)$conf.int is 0 to 0.006129272.
TEST(ShareInterval, IsTheExactOneAtTheEnds) {
  const Interval three = share_interval({1, 1, 1});
  EXPECT_NEAR(three.low, 0.2924018, 1e-7);
  EXPECT_EQ(three.high, 1);
  const Interval none = share_interval(std::vector<double>(600, 0));
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.006129272, 1e-7);
}

TEST(ShareInterval, IsTheBootstrapsBetween) {
  const std::vector<double> hits = {1, 0, 1, 1, 0, 1, 1, 1};
  const Interval share = share_interval(hits), mean = bootstrap_mean(hits);
  EXPECT_EQ(share.low, mean.low);
  EXPECT_EQ(share.high, mean.high);
  EXPECT_EQ(share_interval({}).high, 0);
}

}  // namespace
}  // namespace fovea::metrics
