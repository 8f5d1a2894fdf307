#include "metrics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/random.h"
#include "base/timing.h"

namespace fovea::metrics {
namespace {

std::vector<double> bernoulli(size_t n, double share, uint64_t step) {
  const uint64_t base = stream_base({404, Purpose::kTest, step});
  std::vector<double> values;
  for (size_t i = 0; i < n; ++i) values.push_back(uniform(base, i) < share ? 1 : 0);
  return values;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

TEST(Bootstrap, SameSeedSameInterval) {
  const std::vector<double> values = bernoulli(317, 0.7, 1);
  const Interval first = bootstrap_mean(values, 5), again = bootstrap_mean(values, 5),
                 other = bootstrap_mean(values, 6);
  EXPECT_EQ(first.low, again.low);
  EXPECT_EQ(first.high, again.high);
  EXPECT_TRUE(first.low != other.low || first.high != other.high);
}

// With two resamples the quantiles lie on the line between the two means, drawn here once more by the documented
// stream.
TEST(Bootstrap, DrawsFromItsOwnStream) {
  const std::vector<double> values = {1.5, -2, 7, 11.25, 0.125};
  std::vector<double> means;
  for (uint64_t resample = 0; resample < 2; ++resample) {
    const uint64_t base = stream_base({9, Purpose::kBootstrap, resample});
    double sum = 0;
    for (uint64_t i = 0; i < 5; ++i) sum += values[uniform_below(base, i, 5)];
    means.push_back(sum / 5);
  }
  std::sort(means.begin(), means.end());
  ASSERT_LT(means[0], means[1]);
  const Interval interval = bootstrap_mean(values, 9, 2, 0.9);
  EXPECT_NEAR(interval.low, means[0] + 0.05 * (means[1] - means[0]), 1e-12);
  EXPECT_NEAR(interval.high, means[0] + 0.95 * (means[1] - means[0]), 1e-12);
}

TEST(Bootstrap, AgreesWithTheNormalApproximation) {
  const std::vector<double> values = bernoulli(2503, 0.83, 2);
  const double mean = mean_of(values), error = std::sqrt(mean * (1 - mean) / static_cast<double>(values.size()));
  const Interval wide = bootstrap_mean(values, 12345, 4000), narrow = bootstrap_mean(values, 12345, 4000, 0.5);
  EXPECT_NEAR(wide.low, mean - 1.96 * error, 0.12 * error);
  EXPECT_NEAR(wide.high, mean + 1.96 * error, 0.12 * error);
  EXPECT_NEAR(narrow.low, mean - 0.6745 * error, 0.12 * error);
  EXPECT_NEAR(narrow.high, mean + 0.6745 * error, 0.12 * error);
}

// 400 samples of known share: the share of intervals that hold it is near 95 % (binomial error 1.1 %).
TEST(Bootstrap, CoversTheTruthAsOftenAsItSays) {
  constexpr double kShare = 0.8;
  int covered = 0;
  for (uint64_t sample = 0; sample < 400; ++sample) {
    const Interval interval = bootstrap_mean(bernoulli(300, kShare, 100 + sample), sample, 500);
    covered += interval.low <= kShare && kShare <= interval.high;
  }
  EXPECT_GT(covered, 400 * 0.915);
  EXPECT_LT(covered, 400 * 0.98);
}

TEST(Bootstrap, DegenerateInputs) {
  const Interval none = bootstrap_mean({});
  EXPECT_EQ(none.low, 0);
  EXPECT_EQ(none.high, 0);
  const Interval one = bootstrap_mean({0.375});
  EXPECT_EQ(one.low, 0.375);
  EXPECT_EQ(one.high, 0.375);
  const Interval equal = bootstrap_mean(std::vector<double>(41, 1.0));
  EXPECT_EQ(equal.low, 1);
  EXPECT_EQ(equal.high, 1);
  const Interval single = bootstrap_mean({3, 8}, 1, 1);
  EXPECT_EQ(single.low, single.high);
}

TEST(Bootstrap, IntervalHoldsTheMeanAndWidensWithTheLevel) {
  const std::vector<double> values = bernoulli(97, 0.31, 3);
  Interval inner = bootstrap_mean(values, 1, 1000, 0.5);
  for (const double level : {0.8, 0.9, 0.99}) {
    const Interval outer = bootstrap_mean(values, 1, 1000, level);
    EXPECT_LT(outer.low, inner.low) << level;
    EXPECT_GT(outer.high, inner.high) << level;
    inner = outer;
  }
  EXPECT_LT(inner.low, mean_of(values));
  EXPECT_GT(inner.high, mean_of(values));
}

TEST(Bootstrap, RefusesWhatIsNoLevel) {
  EXPECT_THROW(bootstrap_mean({1, 2}, 1, 100, 1), InternalError);
  EXPECT_THROW(bootstrap_mean({1, 2}, 1, 100, 0), InternalError);
  EXPECT_THROW(bootstrap_mean({1, 2}, 1, 0), InternalError);
}

// 0.16 s at -O2 on one core of 2; the bound leaves room for debug builds, sanitizers and busy machines.
TEST(Bootstrap, IsQuickOnTwelveThousandRows) {
  const Stopwatch watch;
  bootstrap_mean(bernoulli(12'500, 0.9, 4));
  EXPECT_LT(watch.seconds(), 5);
}

}  // namespace
}  // namespace fovea::metrics
