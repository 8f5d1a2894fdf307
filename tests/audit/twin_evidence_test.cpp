#include "audit/twin_evidence.h"

#include <cmath>

#include <gtest/gtest.h>

#include "audit/fake_model.h"
#include "base/random.h"

namespace fovea::audit {
namespace {

using test::FakeModel;

TEST(Stability, IsTheMeanDistanceOfPairs) {
  const std::vector<Training> same = {{{{1, 0}, {0.5, 0.5}}, {1, 0}}, {{{1, 0}, {0.5, 0.5}}, {1, 0}}};
  EXPECT_EQ(stability_of(same, 1).distance.mean, 0);
  const std::vector<Training> apart = {{{{1, 0}}, {1}}, {{{0, 1}}, {1}}, {{{0, 1}}, {1}}};
  const SeedStability stability = stability_of(apart, 1);
  EXPECT_EQ(stability.seeds, 3);
  EXPECT_NEAR(stability.distance.mean, std::log(2.0) * 2 / 3, 1e-6);
}

// Flat maps lie near each other whatever they say: only beside the null case, and by their order, can that be told.
TEST(Stability, FlatMapsThatAgreeOnNothingAreNoNearerThanTheirNullCase) {
  Training first, second, same;
  const uint64_t base = stream_base({9, Purpose::kTest, 0});
  for (uint64_t text = 0; text < 200; ++text) {
    for (Training* training : {&first, &second}) {
      Weights weights;
      double sum = 0;
      for (uint64_t i = 0; i < 12; ++i) {
        sum += weights.emplace_back(1 + 0.2 * uniform(base, (text * 2 + (training == &first)) * 12 + i));
      }
      for (double& weight : weights) weight /= sum;
      training->maps.push_back(weights);
      training->right.push_back(1);
    }
  }
  const SeedStability unrelated = stability_of({first, second}, 1), equal = stability_of({first, first}, 1);
  EXPECT_LT(unrelated.distance.mean, 0.002) << "as if they were the same";
  EXPECT_NEAR(unrelated.distance.mean, unrelated.null_distance.mean, 2e-4);
  EXPECT_NEAR(unrelated.tau.mean, 0, 0.05);
  EXPECT_EQ(equal.distance.mean, 0);
  EXPECT_GT(equal.null_distance.mean, 5e-4);
  EXPECT_NEAR(equal.tau.mean, 1, 1e-12);
}

TEST(Stability, LeavesOutTrainingsThatAreNotAsGood) {
  const std::vector<double> good(100, 1), bad(100, 0);
  const std::vector<Weights> one(100, {1, 0}), other(100, {0, 1});
  const SeedStability stability = stability_of({{one, good}, {other, bad}, {one, good}}, 1);
  EXPECT_EQ(stability.trained, 3);
  EXPECT_EQ(stability.seeds, 2);
  EXPECT_EQ(stability.distance.mean, 0);
  EXPECT_EQ(stability.accuracies, (std::vector<double>{1, 0, 1}));
}

TEST(Stability, TheGapIsPairedByText) {
  const std::vector<Training> learned = {{{}, {1, 1, 0, 1}}, {{}, {1, 0, 0, 1}}},
                              even = {{{}, {1, 0, 0, 0}}, {{}, {1, 0, 0, 0}}};
  const Number gap = gap_of(learned, even);
  EXPECT_DOUBLE_EQ(gap.mean, (0 + 0.5 + 0 + 1) / 4);
  EXPECT_EQ(gap.n, 4);
}

// Trainings of one seed each that are right on so much more of 1,000 texts than their twins with even weights.
Number gap_of_seeds(const std::vector<double>& gaps) {
  std::vector<Training> learned, even;
  for (size_t seed = 0; seed < gaps.size(); ++seed) {
    std::vector<double> of_learned(1000, 1), of_even(1000, 1);
    std::vector<double>& worse = gaps[seed] < 0 ? of_learned : of_even;
    const auto wrong = static_cast<size_t>(std::abs(gaps[seed]) * 1000 + 0.5);
    for (size_t i = 0; i < wrong; ++i) worse[(i * 7 + seed * 131) % 1000] = 0;  // each on texts of its own
    learned.push_back({{}, of_learned});
    even.push_back({{}, of_even});
  }
  return gap_of(learned, even);
}

// The mean gap is the same: where the seeds disagree about it, it cannot be told from none.
TEST(Stability, TheGapCountsTheLuckOfTheSeeds) {
  const Number agreed = gap_of_seeds({0.04, 0.04, 0.04, 0.04, 0.04}),
               lucky = gap_of_seeds({0.12, -0.03, 0.1, -0.05, 0.06});
  EXPECT_NEAR(agreed.mean, 0.04, 1e-9);
  EXPECT_NEAR(lucky.mean, 0.04, 1e-9);
  EXPECT_TRUE(agreed.above(0.03)) << agreed.low;
  EXPECT_LT(lucky.low, 0) << "five seeds between -.05 and .12";
  EXPECT_GT(lucky.high, 0.1);
  EXPECT_EQ(lucky.n, 1000);
}

TEST(Stability, TextsOfUnknownLabelAreLeftOut) {
  const std::vector<Training> learned = {{{}, {1, kNone, 1}}, {{}, {1, kNone, 0}}},
                              even(2, Training{{}, {0, kNone, 0}});
  EXPECT_EQ(gap_of(learned, even).n, 2);
  EXPECT_DOUBLE_EQ(gap_of(learned, even).mean, 0.75);
}

TEST(Stability, WithoutLabelsThereIsNoGap) {
  const std::vector<Training> unknown = {{{}, {kNone, kNone}}};
  EXPECT_EQ(gap_of(unknown, unknown).n, 0);
}

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

std::vector<std::vector<double>> true_map(const test::RuleTexts& material) {
  std::vector<std::vector<double>> scores;
  for (const test::Text& text : material.texts) {
    scores.emplace_back();
    for (const int32_t id : text.ids) scores.back().push_back(id < 3 ? 1 : 0);
  }
  return scores;
}

// The deciding word alone makes the top part of these texts: with n words of which it is the top ⌈n/5⌉ ≤ 3, it is
// dropped with probability min(.5, .1 n / top).
TEST(Fidelity, TheTopOfAnHonestMapCostsAnswersAndTheRestNone) {
  FakeModel model = test::rule_model();
  const test::RuleTexts material = test::rule_texts(90);
  model.texts = material.texts;
  const std::vector<Map> maps = {{"honest", MapKind::kAudited, true_map(material)},
                                 {"random", MapKind::kPrior, random_map(model, 1, 0)}};
  const auto texts = fidelity_of(model, material, maps, {}, test::no_progress);
  const Number plus = number_of(texts[0].plus), minus = number_of(texts[0].minus);
  EXPECT_NEAR(plus.mean, 2.0 / 3 * 0.5, 0.08);
  EXPECT_NEAR(minus.mean, 0, 1e-9);
  EXPECT_LT(number_of(texts[1].plus).mean, plus.mean / 2);
  for (size_t text = 0; text < material.texts.size(); ++text) {
    if (material.truth[text] == 2) {
      EXPECT_EQ(texts[0].plus[text], 0) << "nothing decides there";
    }
  }
}

TEST(Fidelity, TextsWithoutATruthHaveNone) {
  FakeModel model = test::rule_model();
  test::RuleTexts material = test::rule_texts(3);
  material.truth[1] = -1;
  model.texts = material.texts;
  const auto texts =
      fidelity_of(model, material, {{"honest", MapKind::kAudited, true_map(material)}}, {}, test::no_progress);
  EXPECT_TRUE(std::isnan(texts[0].plus[1]));
  EXPECT_FALSE(std::isnan(texts[0].plus[0]));
}

TEST(Fidelity, IsTheSameForTheSameSeed) {
  FakeModel model = test::rule_model();
  const test::RuleTexts material = test::rule_texts(12);
  model.texts = material.texts;
  const std::vector<Map> maps = {{"honest", MapKind::kAudited, true_map(material)}};
  const auto once = fidelity_of(model, material, maps, {.seed = 4}, test::no_progress);
  EXPECT_EQ(once[0].plus, fidelity_of(model, material, maps, {.seed = 4}, test::no_progress)[0].plus);
  EXPECT_NE(once[0].plus, fidelity_of(model, material, maps, {.seed = 5}, test::no_progress)[0].plus);
}

}  // namespace
}  // namespace fovea::audit
