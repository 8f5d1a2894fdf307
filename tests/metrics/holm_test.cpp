#include "metrics/holm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::metrics {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

// R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02.
TEST(Holm, AgreesWithTheWorkedExample) {
  EXPECT_THAT(holm({0.01, 0.04, 0.03, 0.005}), ElementsAre(DoubleNear(0.03, 1e-12), DoubleNear(0.06, 1e-12),
                                                           DoubleNear(0.06, 1e-12), DoubleNear(0.02, 1e-12)));
}

TEST(Holm, OneComparisonStaysAndNothingPassesOne) {
  EXPECT_THAT(holm({0.04}), ElementsAre(0.04));
  EXPECT_THAT(holm({0.7, 0.6}), ElementsAre(1, 1));
  EXPECT_THAT(holm({}), ElementsAre());
}

}  // namespace
}  // namespace fovea::metrics
