#include "audit/shift.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"

namespace fovea::audit {
namespace {

std::vector<std::vector<double>> sample(size_t count, double mean, uint64_t seed) {
  const uint64_t base = stream_base({seed, Purpose::kTest, 7});
  std::vector<std::vector<double>> out;
  for (size_t i = 0; i < count; ++i) out.push_back({mean + uniform(base, 2 * i), uniform(base, 2 * i + 1)});
  return out;
}

TEST(Shift, SeesAShiftAndNoneWhereThereIsNone) {
  EXPECT_LT(shift_of(sample(60, 0, 1), sample(60, 0.5, 2), 1).p, 0.01);
  EXPECT_GT(shift_of(sample(60, 0, 1), sample(60, 0, 2), 1).p, 0.05);
}

// Under the null hypothesis p is even over its range.
TEST(Shift, ItsPIsEven) {
  int below = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    below += shift_of(sample(15, 0, 2 * seed + 10), sample(15, 0, 2 * seed + 11), seed, 99).p <= 0.2 ? 1 : 0;
  }
  EXPECT_NEAR(below, 20, 12);
}

// Two points a and two points b at distance 1: kernels exp(−d²/median).
TEST(Shift, IsCountedByHand) {
  const Shift shift = shift_of({{0.0}, {0.0}}, {{1.0}, {1.0}}, 1);
  // Squared distances 0, 1, 1, 1, 1, 0: the median is 1. Within 1 and 1, between 1/e.
  EXPECT_NEAR(shift.discrepancy, 2 - 2 * std::exp(-1.0), 1e-12);
}

TEST(Shift, EqualSamplesAreNotShifted) {
  const Shift shift = shift_of({{1.0}, {1.0}}, {{1.0}, {1.0}}, 1);
  EXPECT_EQ(shift.discrepancy, 0);
  EXPECT_EQ(shift.p, 1);
}

}  // namespace
}  // namespace fovea::audit
