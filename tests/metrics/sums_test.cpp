#include "metrics/sums.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "metrics/bootstrap_difference.h"
#include "metrics/differences.h"
#include "metrics/made_sums.h"
#include "metrics/measures.h"
#include "metrics/randomisation.h"

namespace fovea::metrics {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

RowSums one_part(size_t rows, size_t seeds, uint64_t number) {
  const PairedDifferences made =
      make_differences({.texts = rows, .seeds = seeds, .of_texts = 0.3, .of_seeds = 0.1, .of_both = 0.2}, number);
  return {.rows = rows, .seeds = seeds, .values = made.values};
}

TEST(Sums, OfOnePartAllIsAsForMeans) {
  const RowSums a = one_part(60, 3, 1), b = one_part(60, 3, 2);
  PairedDifferences differences{60, 3, {}};
  for (size_t i = 0; i < a.values.size(); ++i) differences.values.push_back(a.values[i] - b.values[i]);
  EXPECT_EQ(mean_score(a, kAccuracy), (PairedDifferences{60, 3, a.values}.mean()));
  const Interval own = bootstrap(a, kAccuracy, 5, 700), as_before = bootstrap_difference({60, 3, a.values}, 5, 700);
  EXPECT_EQ(own.low, as_before.low);
  EXPECT_EQ(own.high, as_before.high);
  const Interval pair = bootstrap_difference(a, b, kAccuracy, 5, 700, 0.9);
  EXPECT_EQ(pair.low, bootstrap_difference(differences, 5, 700, 0.9).low);
  EXPECT_EQ(pair.high, bootstrap_difference(differences, 5, 700, 0.9).high);
  EXPECT_EQ(randomisation(a, b, kAccuracy, 5, 900), randomisation_test(differences, 5, 900));
  EXPECT_THAT(pseudo_values(a, kAccuracy).values, ::testing::ElementsAreArray(a.values));
}

// The way of the sums and that of the means draw the same and differ by rounding alone where the second part is one in
// every row: the ratio then is the mean.
TEST(Sums, ARatioToTheRowsIsTheMean) {
  const RowSums a = one_part(50, 3, 3), b = one_part(50, 3, 4);
  const auto counted = [](const RowSums& sums) {
    RowSums out{.rows = sums.rows, .seeds = sums.seeds, .parts = 2};
    for (const double value : sums.values) out.values.insert(out.values.end(), {value, 1.0});
    return out;
  };
  const RowSums a2 = counted(a), b2 = counted(b);
  EXPECT_NEAR(mean_score(a2, kLoss), mean_score(a, kAccuracy), 1e-12);
  EXPECT_NEAR(bootstrap(a2, kLoss, 5, 300).low, bootstrap(a, kAccuracy, 5, 300).low, 1e-9);
  EXPECT_NEAR(bootstrap_difference(a2, b2, kLoss, 5, 300).high, bootstrap_difference(a, b, kAccuracy, 5, 300).high,
              1e-9);
  EXPECT_NEAR(randomisation(a2, b2, kLoss, 5, 400), randomisation(a, b, kAccuracy, 5, 400), 0.003);
  const PairedDifferences pseudo = pseudo_values(a2, kLoss);
  for (size_t i = 0; i < a.values.size(); ++i) EXPECT_NEAR(pseudo.values[i], a.values[i], 1e-9);
}

// Edits and words of two rows with two seeds: (1 + 3) / (4 + 6) and (2 + 2) / 10; without the first row 3 / 6 and 2
// / 6.
TEST(Sums, ScoresAndPseudoValuesByHand) {
  const RowSums sums{.rows = 2, .seeds = 2, .parts = 2, .values = {1, 4, 2, 4, 3, 6, 2, 6}};
  EXPECT_THAT(sums.totals(), ElementsAre(4, 10, 4, 10));
  EXPECT_THAT(seed_scores(sums, kWordErrors), ElementsAre(DoubleNear(0.4, 1e-12), DoubleNear(0.4, 1e-12)));
  EXPECT_THAT(pseudo_values(sums, kWordErrors).values,
              ElementsAre(DoubleNear(0.8 - 3.0 / 6, 1e-12), DoubleNear(0.8 - 2.0 / 6, 1e-12),
                          DoubleNear(0.8 - 1.0 / 4, 1e-12), DoubleNear(0.8 - 2.0 / 4, 1e-12)));
}

// One row is long: a mean of rates would give it the weight of a short one.
TEST(Sums, RowsCountByTheirSize) {
  const RowSums sums{.rows = 3, .parts = 2, .values = {0, 98, 1, 1, 1, 1}};
  EXPECT_DOUBLE_EQ(mean_score(sums, kWordErrors), 0.02);
  EXPECT_NEAR(bootstrap(sums, kWordErrors).low, 0, 1e-12);
}

// a has 1 of 4 and 0 of 12 wrong, b 3 of 4 and 2 of 12. As they are the difference is 1/16 − 5/16, with either row
// swapped alone 3/16 − 3/16, with both 5/16 − 1/16: two of four are as far.
TEST(Sums, RandomisationByHand) {
  const RowSums a{.rows = 2, .parts = 2, .values = {1, 4, 0, 12}}, b{.rows = 2, .parts = 2, .values = {3, 4, 2, 12}};
  EXPECT_NEAR(randomisation(a, b, kWordErrors), 0.5, 0.015);
  EXPECT_EQ(randomisation(a, b, kWordErrors), randomisation(b, a, kWordErrors));
  EXPECT_EQ(randomisation(a, a, kWordErrors), 1);
}

TEST(Sums, RowsWithoutDifferenceChangeNothing) {
  const RowSums a{.rows = 3, .parts = 2, .values = {1, 4, 5, 9, 0, 12}},
      b{.rows = 3, .parts = 2, .values = {3, 4, 5, 9, 2, 12}};
  EXPECT_NEAR(randomisation(a, b, kWordErrors), 0.5, 0.015);
}

TEST(Sums, WithoutRowsNothingIsSaid) {
  const RowSums none{.rows = 0, .seeds = 2, .parts = 10};
  EXPECT_EQ(mean_score(none, kBleu), 0);
  EXPECT_EQ(bootstrap(none, kBleu).high, 0);
  EXPECT_EQ(bootstrap_difference(none, none, kBleu).low, 0);
  EXPECT_EQ(randomisation(none, none, kBleu), 1);
}

TEST(Sums, WhatDoesNotFitIsRefused) {
  const RowSums ten{.rows = 1, .parts = 10, .values = std::vector<double>(10, 1)};
  EXPECT_THROW(mean_score(ten, kWordErrors), InternalError);
  EXPECT_THROW(mean_score(ten, kMacroF1), InternalError);
  EXPECT_THROW(mean_score({.rows = 2, .parts = 10, .values = std::vector<double>(10, 1)}, kBleu), InternalError);
  EXPECT_THROW(randomisation(ten, {.rows = 0, .parts = 10}, kBleu), InternalError);
  EXPECT_THROW(bootstrap(ten, kBleu, 1, 0), InternalError);
  EXPECT_THROW(bootstrap_difference(ten, ten, kBleu, 1, 100, 1), InternalError);
}

// The score of all rows there could be lies in the interval in about 95 of 100 samples: of BLEU and of word errors,
// with one seed and with seeds of different luck, of one system and of the difference of two.
TEST(Sums, IntervalsCover) {
  constexpr int kSamples = 300;
  for (const MadeKind kind : {MadeKind::kTranslation, MadeKind::kTranscript}) {
    const Measure& measure = kind == MadeKind::kTranslation ? kBleu : kWordErrors;
    for (const MadeSystems& made : kMadeSystems) {
      const double truth = true_score(kind, made, made.quality, measure),
                   other = true_score(kind, made, made.quality + made.better, measure);
      ASSERT_TRUE(measure.better(other, truth));
      int inside = 0, inside_pair = 0;
      for (int sample = 0; sample < kSamples; ++sample) {
        const auto [a, b] = make_systems(kind, made, static_cast<uint64_t>(sample));
        const Interval own = bootstrap(a, measure, 1, 300), pair = bootstrap_difference(b, a, measure, 1, 300);
        inside += own.low <= truth && truth <= own.high;
        inside_pair += pair.low <= other - truth && other - truth <= pair.high;
      }
      for (const int count : {inside, inside_pair}) {
        EXPECT_GE(count, 0.91 * kSamples) << measure.name << " " << made.seeds << " " << made.of_seeds;
        EXPECT_LE(count, 0.99 * kSamples) << measure.name << " " << made.seeds << " " << made.of_seeds;
      }
    }
  }
}

// Where two systems are alike p is below any share in that share of the samples.
TEST(Sums, RandomisationIsUniformWhereNothingDiffers) {
  constexpr int kSamples = 400;
  for (const MadeKind kind : {MadeKind::kTranslation, MadeKind::kTranscript}) {
    const Measure& measure = kind == MadeKind::kTranslation ? kBleu : kWordErrors;
    MadeSystems alike = kMadeSystems[0];
    alike.better = 0;
    std::vector<double> p;
    for (int sample = 0; sample < kSamples; ++sample) {
      const auto [a, b] = make_systems(kind, alike, static_cast<uint64_t>(1000 + sample));
      p.push_back(randomisation(a, b, measure, 1, 300));
    }
    std::sort(p.begin(), p.end());
    double farthest = 0;  // Kolmogorov & Smirnov: below 1.63 / √n with probability .99
    for (size_t i = 0; i < p.size(); ++i) {
      farthest = std::max(farthest, std::abs(p[i] - (static_cast<double>(i) + 0.5) / kSamples));
    }
    EXPECT_LT(farthest, 1.63 / std::sqrt(kSamples)) << measure.name;
  }
}

// With seeds of different luck, findings where nothing differs stay rare; a clear difference is found.
TEST(Sums, RandomisationKnowsTheLuckOfTheSeeds) {
  constexpr int kSamples = 300;
  for (const MadeKind kind : {MadeKind::kTranslation, MadeKind::kTranscript}) {
    const Measure& measure = kind == MadeKind::kTranslation ? kBleu : kWordErrors;
    MadeSystems made = kMadeSystems[1];
    made.better = 0;
    int found = 0;
    for (int sample = 0; sample < kSamples; ++sample) {
      const auto [a, b] = make_systems(kind, made, static_cast<uint64_t>(sample));
      found += randomisation(a, b, measure, 1, 200) < 0.05;
    }
    EXPECT_LE(found, 0.085 * kSamples) << measure.name;
    made.better = 0.15;
    made.of_seeds = 0.005;
    const auto [a, b] = make_systems(kind, made, 1);
    EXPECT_LT(randomisation(a, b, measure, 1, 2000), 0.001) << measure.name;
  }
}

}  // namespace
}  // namespace fovea::metrics
