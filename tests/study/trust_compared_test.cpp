#include "study/trust_compared.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/random.h"
#include "metrics/measures.h"
#include "metrics/sums.h"

namespace fovea::study {
namespace {

constexpr size_t kInputs = 150;

double noise(uint64_t stream, size_t i) {
  return uniform(stream_base({7, Purpose::kTest, stream}), i);
}

// Texts as hard for all seeds, weights that go `way`, and a largest lift about `lift`.
Trust made_trust(double way, double lift, uint64_t seed) {
  Trust trust;
  trust.recovered = trust.first_recovered = {way, 0, way, way, static_cast<int64_t>(kInputs)};
  InputTrust& by_input = trust.by_input;
  for (size_t i = 0; i < kInputs; ++i) {
    by_input.inputs.push_back(static_cast<int64_t>(2 * i));
    const double best = 0.3 + 0.4 * noise(0, i);
    by_input.best_beyond.push_back(best);
    by_input.beyond.push_back(way * best + 0.2 * (noise(seed, i) - 0.5));
    by_input.first_beyond.push_back(0.9 * best);
    by_input.first_best_beyond.push_back(best);
    by_input.lift.push_back(lift + noise(100 + seed, i));
    by_input.marked.push_back(by_input.lift.back() >= 2);
    by_input.permuted.push_back(0.1 * noise(200 + seed, i));
  }
  return trust;
}

const std::optional<TrustNumber>& number_of(const ComparedTrust& of, TrustMeasure measure) {
  return of.numbers[static_cast<size_t>(measure)];
}
const std::optional<TrustDifference>& difference_of(const ComparedTrust& of, TrustMeasure measure) {
  return of.differences[static_cast<size_t>(measure)];
}

TEST(TrustCompared, TellsWhatDiffersAndWhatDoesNot) {
  const Trust a1 = made_trust(0.3, 1.6, 1), a2 = made_trust(0.32, 1.6, 2), b1 = made_trust(0.6, 1.6, 3),
              b2 = made_trust(0.61, 1.6, 4);
  const std::vector<ComparedTrust> all = compare_trust({{&a1, &a2}, {&b1, &b2}});
  const auto& own = number_of(all[0], TrustMeasure::kRecovered);
  ASSERT_TRUE(own);
  EXPECT_NEAR(own->mean, 0.31, 0.03);
  EXPECT_LT(own->interval.low, own->mean);
  EXPECT_GT(own->interval.high, own->mean);
  EXPECT_EQ(own->seeds, 2U);
  const auto& way = difference_of(all[1], TrustMeasure::kRecovered);
  ASSERT_TRUE(way);
  EXPECT_NEAR(way->mean, 0.3, 0.05);
  EXPECT_GT(way->interval.low, 0);
  EXPECT_GE(way->p_holm, way->p);
  const auto& picture = difference_of(all[1], TrustMeasure::kFirstRecovered);
  EXPECT_NEAR(picture->mean, 0, 1e-12);
  EXPECT_EQ(picture->p, 1);
  EXPECT_FALSE(picture->shown());
  EXPECT_FALSE(difference_of(all[1], TrustMeasure::kPermuted)->shown());
  EXPECT_FALSE(difference_of(all[0], TrustMeasure::kRecovered)) << "the first is compared with nothing";
}

// Seeds that differ on all texts at once widen the interval; that is what texts alone cannot tell.
TEST(TrustCompared, CountsTheLuckOfTheSeeds) {
  const Trust alike1 = made_trust(0.5, 1.6, 1), alike2 = made_trust(0.5, 1.6, 2), far1 = made_trust(0.2, 1, 1),
              far2 = made_trust(0.8, 3, 2);
  const std::vector<ComparedTrust> all = compare_trust({{&alike1, &alike2}, {&far1, &far2}});
  for (const TrustMeasure measure : {TrustMeasure::kRecovered, TrustMeasure::kLift}) {
    const auto width = [&](size_t variant) {
      const metrics::Interval& interval = number_of(all[variant], measure)->interval;
      return interval.high - interval.low;
    };
    EXPECT_GT(width(1), 5 * width(0)) << static_cast<int>(measure);
  }
  EXPECT_FALSE(difference_of(all[1], TrustMeasure::kLift)->shown()) << "two seeds show little";
}

// Of a share the interval is that of a score that is one, of the same texts and seeds.
TEST(TrustCompared, OfAShareItIsTheIntervalOfAScore) {
  const Trust one = made_trust(0.5, 1.3, 1), two = made_trust(0.5, 1.6, 2), three = made_trust(0.5, 1.5, 3);
  const auto found = number_of(compare_trust({{&one, &two, &three}})[0], TrustMeasure::kMarked);
  metrics::RowSums sums{.rows = kInputs, .seeds = 3, .parts = 1};
  for (size_t i = 0; i < kInputs; ++i) {
    for (const Trust* trust : {&one, &two, &three}) sums.values.push_back(trust->by_input.marked[i]);
  }
  EXPECT_NEAR(found->mean, metrics::mean_score(sums, metrics::kAccuracy), 1e-12);
  const metrics::Interval score = metrics::bootstrap(sums, metrics::kAccuracy);
  EXPECT_NEAR(found->interval.low, score.low, 0.02);
  EXPECT_NEAR(found->interval.high, score.high, 0.02);
}

// No text with a marked word is no proof that there is none.
TEST(TrustCompared, OfNoHitsTheIntervalHasAWidth) {
  const Trust a = made_trust(0.5, 0, 1), b = made_trust(0.5, 0, 2);
  const std::vector<ComparedTrust> all = compare_trust({{&a}, {&b}});
  const double reach = 1 - std::pow(0.025, 1.0 / kInputs);
  EXPECT_EQ(number_of(all[0], TrustMeasure::kMarked)->interval.low, 0);
  EXPECT_NEAR(number_of(all[0], TrustMeasure::kMarked)->interval.high, reach, 1e-12);
  EXPECT_NEAR(difference_of(all[1], TrustMeasure::kMarked)->interval.low, -reach, 1e-12);
}

TEST(TrustCompared, WhatCannotBeSaidIsLeftOut) {
  Trust none = made_trust(0.5, 1.6, 1), control, holes = made_trust(0.4, 1.6, 2);
  none.recovered.n = 0;
  control.failure = "no weights";
  for (size_t i = 0; i < kInputs; i += 2) holes.by_input.beyond[i] = std::numeric_limits<double>::quiet_NaN();
  const std::vector<ComparedTrust> all = compare_trust({{&none, &holes}, {&control, nullptr}});
  ASSERT_TRUE(number_of(all[0], TrustMeasure::kRecovered));
  EXPECT_EQ(number_of(all[0], TrustMeasure::kRecovered)->seeds, 1U);
  EXPECT_NEAR(number_of(all[0], TrustMeasure::kRecovered)->mean, 0.4, 0.05);
  EXPECT_EQ(number_of(all[0], TrustMeasure::kLift)->seeds, 2U);
  for (const auto& number : all[1].numbers) EXPECT_FALSE(number);
  EXPECT_FALSE(compare_trust({{nullptr}, {nullptr}})[0].numbers[0]);
}

}  // namespace
}  // namespace fovea::study
