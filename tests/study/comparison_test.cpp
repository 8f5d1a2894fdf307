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
  const ComparePlan plan = made_plan(grid({{"attention", {"additive", "mean", "last"}}}), {1, 2});
  CompareRuns runs;
  runs.runs = {{made_run(marks(38, 2)), made_run(marks(37, 3))},
               {made_run(marks(18, 22)), made_run(marks(19, 21))},
               {made_run(marks(38, 2)), made_run(marks(37, 3))}};
  const Comparison result = compare_runs(plan, runs);
  EXPECT_EQ(result.inputs, 40);
  const VariantResult& mean = result.variants[1];
  EXPECT_DOUBLE_EQ(mean.scores[0].mean, 0.4625);
  EXPECT_NEAR(mean.scores[0].sd, 0.025 / std::sqrt(2.0), 1e-12);
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
  const Comparison result = compare_runs(made_plan(grid({{"x", {"a", "b"}}}), {1, 2}), runs);
  EXPECT_EQ(result.variants[0].interval.low, 0);
  EXPECT_EQ(result.variants[0].interval.high, 1);
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
  const Comparison result = compare_runs(made_plan(grid({{"x", {"a", "b"}}}), {1}), runs);
  EXPECT_NEAR(result.variants[0].interval.low, 0.794, 0.001);  // of the exact binomial
  EXPECT_EQ(result.variants[0].interval.high, 1);
  EXPECT_NEAR(result.variants[1].difference->interval.low, -0.206, 0.001);
  EXPECT_NEAR(result.variants[1].difference->interval.high, 0.206, 0.001);
}

TEST(Comparison, TheLossIsTheMeanOfTheTextsOwn) {
  CompareRuns runs;
  runs.runs = {{made_run("1100")}, {made_run("1111")}};
  runs.runs[0][0]->scores[2].sums.values = {0.5, 1, 1, 1, 0.25, 1, 0.25, 1};
  const Comparison result = compare_runs(made_plan(grid({{"x", {"a", "b"}}}), {1}), runs);
  EXPECT_DOUBLE_EQ(result.variants[0].points[0].scores[2], 0.5);
}

TEST(Comparison, QuartilesAreBySize) {
  const ComparePlan plan = made_plan(grid({{"x", {"a", "b"}}}), {1});
  CompareRuns runs;
  runs.runs = {{made_run("111111110000")}, {made_run("111000111000")}};
  const Comparison result = compare_runs(plan, runs);
  ASSERT_EQ(result.quartiles.size(), 4U);
  EXPECT_EQ(result.quartiles[1].smallest, 4);
  EXPECT_EQ(result.quartiles[1].largest, 6);
  EXPECT_EQ(result.variants[0].quartiles[1].score, 1);
  EXPECT_EQ(result.variants[1].quartiles[1].score, 0);
  EXPECT_EQ(*result.variants[1].quartiles[1].difference, -1);
  EXPECT_EQ(*result.variants[1].quartiles[3].difference, 0);
}

TEST(Comparison, InputsOfOneSizeAreOneGroup) {
  CompareRuns runs;
  runs.runs = {{made_run("1100")}, {made_run("1010")}};
  for (auto& variant : runs.runs) variant[0]->sizes.assign(4, 9);
  const Comparison result = compare_runs(made_plan(grid({{"x", {"a", "b"}}}), {1}), runs);
  ASSERT_EQ(result.quartiles.size(), 1U);
  EXPECT_EQ(result.quartiles[0].inputs, 4);
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
  const Comparison result = compare_runs(made_plan(grid({{"x", {"a", "b", "c"}}}), {1, 2, 3}), runs);
  EXPECT_EQ(result.variants[1].difference->seeds, 1U);
  EXPECT_DOUBLE_EQ(result.variants[1].difference->mean, -0.25);
  EXPECT_EQ(result.variants[1].points.size(), 2U);
  EXPECT_EQ(result.variants[1].failures.size(), 1U);
  EXPECT_FALSE(result.variants[2].difference.has_value());
  EXPECT_EQ(result.variants[2].failures[0].reason, "no memory");
  EXPECT_TRUE(result.interrupted);
}

// Words wrong of ten in each of forty recordings; "b" has one more in three of four, "c" one fewer.
TEST(Comparison, OfErrorsFewerAreBetter) {
  const auto transcripts = [](int more) {
    std::vector<double> values;
    for (int i = 0; i < 40; ++i) values.insert(values.end(), {2.0 + i % 3 + (i % 4 == 0 ? 0 : more), 10});
    return made_run_of(metrics::kWordErrors, values);
  };
  CompareRuns runs;
  runs.runs = {{transcripts(0)}, {transcripts(1)}, {transcripts(-1)}};
  const ComparePlan plan{
      grid({{"x", {"a", "b", "c"}}}), {1}, {metrics::kWordErrors}, {"recording", "recordings", "frames"}};
  const Comparison result = compare_runs(plan, runs);
  EXPECT_NEAR(result.variants[0].scores[0].mean, 0.2975, 1e-12);
  EXPECT_NEAR(result.variants[1].difference->mean, 0.075, 1e-12);
  EXPECT_NEAR(result.variants[2].difference->mean, -0.075, 1e-12);
  EXPECT_GT(result.variants[1].difference->interval.low, 0);
  EXPECT_LT(result.variants[2].difference->interval.high, 0);
  EXPECT_TRUE(result.variants[1].difference->shown());
  ASSERT_EQ(result.quartiles.size(), 4U);
  EXPECT_NEAR(*result.variants[1].quartiles[0].difference, 0.07, 1e-12) << "inputs 1 to 10: three of them have no more";
}

// The difference of corpora, and not the mean of the sentences' differences, which would be half as large: the long
// sentence counts more.
TEST(Comparison, BleuIsOfTheCorpus) {
  const std::vector<double> bad = {8, 6, 4, 2, 20, 18, 16, 14, 20, 20}, good = {20, 18, 16, 14, 20, 18, 16, 14, 20, 20},
                            small = {5, 4, 3, 2, 5, 4, 3, 2, 5, 5};
  const auto joined = [](std::vector<double> a, const std::vector<double>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  };
  CompareRuns runs;
  runs.runs = {{made_run_of(metrics::kBleu, joined(bad, small))}, {made_run_of(metrics::kBleu, joined(good, small))}};
  const ComparePlan plan{grid({{"x", {"a", "b"}}}), {1}, {metrics::kBleu}, {"sentence", "sentences", "words"}};
  const Comparison result = compare_runs(plan, runs);
  EXPECT_DOUBLE_EQ(result.variants[1].scores[0].mean, 1);
  EXPECT_NEAR(result.variants[0].scores[0].mean, std::pow(13.0 / 25 * 10 / 22 * 7 / 19 * 4 / 16, 0.25), 1e-12);
  EXPECT_NEAR(result.variants[1].difference->mean, 1 - result.variants[0].scores[0].mean, 1e-12);
}

TEST(Comparison, WithoutSizesThereAreNoQuartiles) {
  CompareRuns runs;
  runs.runs = {{made_run("1100")}, {made_run("1010")}};
  for (auto& variant : runs.runs) variant[0]->sizes.clear();
  const Comparison result = compare_runs(made_plan(grid({{"x", {"a", "b"}}}), {1}), runs);
  EXPECT_TRUE(result.quartiles.empty());
  EXPECT_EQ(result.inputs, 4);
}

TEST(Comparison, NothingAtAllIsNoError) {
  CompareRuns runs;
  runs.runs = {{std::nullopt}, {std::nullopt}};
  EXPECT_EQ(compare_runs(made_plan(grid({{"x", {"a", "b"}}}), {1}), runs).inputs, 0);
}

Run validated(double accuracy, std::optional<double> recovered, bool no_weights = false) {
  Run run = made_run(marks(9, 1));
  run.validation["accuracy"] = accuracy;
  run.valid_trust.emplace();
  if (recovered) run.valid_trust->recovered = {*recovered, 0, 0, 1, 50};
  if (no_weights) run.valid_trust->failure = "no weights to audit";
  run.valid_trust->no_weights = no_weights;
  return run;
}

// On the validation part alone, by means over the seeds; the test part, where all are alike, has no say.
TEST(Comparison, ChoosesOnTheValidationPart) {
  ComparePlan plan = made_plan(grid({{"x", {"a", "b", "c", "d"}}}), {1, 2});
  CompareRuns runs;
  runs.runs = {{validated(0.84, 0.2), validated(0.86, 0.3)},
               {validated(0.83, 0.7), validated(0.86, 0.5)},
               {validated(0.80, 0.9), validated(0.86, 0.9)},
               {validated(0.95, {}, true), validated(0.95, {}, true)}};
  EXPECT_EQ(compare_runs(plan, runs).chosen, 3U) << "by accuracy";
  plan.goal = Goal::kTrust;
  const Comparison result = compare_runs(plan, runs);
  EXPECT_EQ(result.chosen, 1U);
  EXPECT_DOUBLE_EQ(result.variants[1].candidate.recovered.value(), 0.6);
  EXPECT_DOUBLE_EQ(result.variants[1].candidate.score, 0.845);
  EXPECT_EQ(result.variants[1].no_trust, "");
  EXPECT_EQ(result.variants[3].no_trust, "no weights to audit");
  runs.runs.erase(runs.runs.begin(), runs.runs.begin() + 3);
  plan.variants.resize(1);
  EXPECT_FALSE(compare_runs(plan, runs).chosen) << "of controls none";
}

}  // namespace
}  // namespace fovea::study
