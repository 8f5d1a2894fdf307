#include "study/comparison.h"

#include <cmath>

#include <gtest/gtest.h>

#include "study/made_runs.h"

namespace fovea::study {
namespace {

std::string marks(size_t right, size_t wrong) {
  return std::string(right, '1') + std::string(wrong, '0');
}

TEST(Comparison, MeansSpreadsAndDifferences) {
  const ComparePlan plan{grid({{"attention", {"additive", "mean", "last"}}}), {1, 2}};
  CompareRuns runs;
  runs.runs = {{made_run(marks(38, 2)), made_run(marks(37, 3))},
               {made_run(marks(18, 22)), made_run(marks(19, 21))},
               {made_run(marks(38, 2)), made_run(marks(37, 3))}};
  const Comparison result = compare_runs(plan, runs);
  EXPECT_EQ(result.texts, 40);
  const VariantResult& mean = result.variants[1];
  EXPECT_DOUBLE_EQ(mean.accuracy.mean, 0.4625);
  EXPECT_NEAR(mean.accuracy.sd, 0.025 / std::sqrt(2.0), 1e-12);
  ASSERT_TRUE(mean.difference.has_value());
  EXPECT_NEAR(mean.difference->mean, 0.4625 - 0.9375, 1e-12);
  EXPECT_LT(mean.difference->interval.low, mean.difference->mean);
  EXPECT_LT(mean.difference->p, 0.05);
  EXPECT_DOUBLE_EQ(mean.difference->p_holm, 2 * mean.difference->p);
  EXPECT_FALSE(result.variants[0].difference.has_value());
  EXPECT_EQ(result.variants[2].difference->mean, 0);
  EXPECT_EQ(result.variants[2].difference->p, 1);
  EXPECT_FALSE(result.variants[2].difference->shown());
}

// Two seeds of different luck: t with one degree reaches far beyond what can be.
TEST(Comparison, IntervalsStayWithinWhatIsPossible) {
  CompareRuns runs;
  runs.runs = {{made_run(marks(36, 4)), made_run(marks(12, 28))}, {made_run(marks(4, 36)), made_run(marks(32, 8))}};
  const Comparison result = compare_runs({grid({{"x", {"a", "b"}}}), {1, 2}}, runs);
  EXPECT_EQ(result.variants[0].accuracy_interval.low, 0);
  EXPECT_EQ(result.variants[0].accuracy_interval.high, 1);
  EXPECT_EQ(result.variants[1].difference->interval.low, -1);
  EXPECT_EQ(result.variants[1].difference->interval.high, 1);
  for (const QuartileScore& quarter : result.variants[1].quartiles) {
    EXPECT_GE(quarter.interval.low, -1);
    EXPECT_LE(quarter.interval.high, 1);
  }
}

// Sixteen texts without a difference do not show that there is none.
TEST(Comparison, EqualAnswersAreNoProofOfEquality) {
  CompareRuns runs;
  runs.runs = {{made_run(marks(16, 0))}, {made_run(marks(16, 0))}};
  const Comparison result = compare_runs({grid({{"x", {"a", "b"}}}), {1}}, runs);
  EXPECT_NEAR(result.variants[0].accuracy_interval.low, 0.794, 0.001);  // of the exact binomial
  EXPECT_EQ(result.variants[0].accuracy_interval.high, 1);
  EXPECT_NEAR(result.variants[1].difference->interval.low, -0.206, 0.001);
  EXPECT_NEAR(result.variants[1].difference->interval.high, 0.206, 0.001);
}

TEST(Comparison, TheLossIsTheMeanOfTheTextsOwn) {
  CompareRuns runs;
  runs.runs = {{made_run("1100")}, {made_run("1111")}};
  runs.runs[0][0]->loss = {0.5, 1, 0.25, 0.25};
  const Comparison result = compare_runs({grid({{"x", {"a", "b"}}}), {1}}, runs);
  EXPECT_DOUBLE_EQ(result.variants[0].points[0].loss, 0.5);
}

TEST(Comparison, QuartilesAreByLength) {
  const ComparePlan plan{grid({{"x", {"a", "b"}}}), {1}};
  CompareRuns runs;
  runs.runs = {{made_run("111111110000")}, {made_run("111000111000")}};
  const Comparison result = compare_runs(plan, runs);
  ASSERT_EQ(result.quartiles.size(), 4U);
  EXPECT_EQ(result.quartiles[1].shortest, 4);
  EXPECT_EQ(result.quartiles[1].longest, 6);
  EXPECT_EQ(result.variants[0].quartiles[1].accuracy, 1);
  EXPECT_EQ(result.variants[1].quartiles[1].accuracy, 0);
  EXPECT_EQ(*result.variants[1].quartiles[1].difference, -1);
  EXPECT_EQ(*result.variants[1].quartiles[3].difference, 0);
}

TEST(Comparison, TextsOfOneLengthAreOneGroup) {
  CompareRuns runs;
  runs.runs = {{made_run("1100")}, {made_run("1010")}};
  for (auto& variant : runs.runs) variant[0]->lengths.assign(4, 9);
  const Comparison result = compare_runs({grid({{"x", {"a", "b"}}}), {1}}, runs);
  ASSERT_EQ(result.quartiles.size(), 1U);
  EXPECT_EQ(result.quartiles[0].texts, 4);
}

// Pairs are made of the seeds that both have finished; what has none is not compared.
TEST(Comparison, MissingTrainingsAreLeftOut) {
  study::Run failed;
  failed.failure = "no memory";
  CompareRuns runs;
  runs.runs = {{made_run("1111"), made_run("1111"), std::nullopt},
               {failed, made_run("0111"), made_run("0000")},
               {failed, std::nullopt, failed}};
  runs.interrupted = true;
  const Comparison result = compare_runs({grid({{"x", {"a", "b", "c"}}}), {1, 2, 3}}, runs);
  EXPECT_EQ(result.variants[1].difference->seeds, 1U);
  EXPECT_DOUBLE_EQ(result.variants[1].difference->mean, -0.25);
  EXPECT_EQ(result.variants[1].points.size(), 2U);
  EXPECT_EQ(result.variants[1].failures.size(), 1U);
  EXPECT_FALSE(result.variants[2].difference.has_value());
  EXPECT_EQ(result.variants[2].failures[0].reason, "no memory");
  EXPECT_TRUE(result.interrupted);
}

TEST(Comparison, NothingAtAllIsNoError) {
  CompareRuns runs;
  runs.runs = {{std::nullopt}, {std::nullopt}};
  EXPECT_EQ(compare_runs({grid({{"x", {"a", "b"}}}), {1}}, runs).texts, 0);
}

}  // namespace
}  // namespace fovea::study
