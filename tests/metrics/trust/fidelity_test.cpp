#include "metrics/trust/fidelity.h"

#include <gtest/gtest.h>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

TEST(Fidelity, DropsNoMoreThanTheModelHasSeen) {
  EXPECT_DOUBLE_EQ(fidelity_drop(20, 2), 0.5);   // 0.1 · 20 / 2 = 1, capped at alpha
  EXPECT_DOUBLE_EQ(fidelity_drop(20, 10), 0.2);  // two words of twenty on average
  EXPECT_DOUBLE_EQ(fidelity_drop(20, 0), 0);
  EXPECT_DOUBLE_EQ(fidelity_drop(100, 40, 0.5, 0.2), 0.5);
}

TEST(Fidelity, IsWhatTheRightAnswerLoses) {
  const bool draws[] = {true, false, false, true, false};
  EXPECT_DOUBLE_EQ(fidelity(true, draws), 1 - 0.4);
  EXPECT_DOUBLE_EQ(fidelity(false, draws), -0.4);
  EXPECT_THROW(fidelity(true, {}), InternalError);
}

}  // namespace
}  // namespace fovea::metrics
