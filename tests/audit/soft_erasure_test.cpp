// Erasing in shares, on a model that answers by one word.
#include "audit/soft_erasure.h"

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

using test::FakeModel;
using test::no_progress;
using test::SoftAttributor;

// 1 at the word that decides, of the texts that have one, and 0 elsewhere; or the other way round.
Map named(const FakeModel& model, bool rightly) {
  Map map{rightly ? "right" : "wrong", MapKind::kAttribution, {}};
  for (const test::Text& text : model.texts) {
    std::vector<double>& scores = map.scores.emplace_back();
    for (const int32_t id : text.ids) scores.push_back((id == 1 || id == 2) == rightly ? 1 : 0);
  }
  return map;
}

struct Softly : ::testing::Test {
  Softly() {
    model.texts = test::rule_texts(60).texts;
    for (size_t i = 0; i < 60; ++i) {
      if (i % 3 < 2) rows.push_back(i);  // those that have a word that decides
    }
  }
  SoftErasureResult erased(std::optional<size_t> best = std::nullopt, const Rows& of = {}) {
    return erase_softly(model, attributor, answers_of(model), {named(model, true), named(model, false)},
                        of.empty() ? rows : of, best, {}, no_progress);
  }
  FakeModel model = test::rule_model();
  SoftAttributor attributor{model};
  Rows rows;
};

TEST_F(Softly, WhatDecidesLosesAllAndIsEnough) {
  const SoftErasureResult result = erased(0);
  EXPECT_EQ(result.inputs, 40);
  EXPECT_EQ(result.skipped, 0);
  EXPECT_NEAR(result.maps[0].comprehensiveness.mean, 1, 0.01);
  EXPECT_NEAR(result.maps[0].sufficiency.mean, 1, 0.01);
  EXPECT_LT(result.maps[1].comprehensiveness.mean, 0.01);
  EXPECT_LT(result.maps[1].sufficiency.mean, 0.01);
  EXPECT_LT(result.maps[0].kept.mean, 0.2);
  EXPECT_NEAR(result.maps[0].kept.mean + result.maps[1].kept.mean, 1, 1e-12);
  EXPECT_GT(result.random.comprehensiveness.mean, 0.3);
  EXPECT_LT(result.random.comprehensiveness.mean, 0.8);
  ASSERT_EQ(result.metrics.size(), 2U);
  for (const MetricSight& metric : result.metrics) {
    EXPECT_GT(metric.diagnosticity.mean, 0.8) << metric.metric;
    EXPECT_FALSE(metric.blind);
  }
}

TEST_F(Softly, AMetricThatCannotTellIsBlind) {
  const SoftErasureResult result = erased(1);
  for (const MetricSight& metric : result.metrics) EXPECT_TRUE(metric.blind) << metric.metric;
  EXPECT_TRUE(erased().metrics.empty());
}

// Texts of the third class are answered by what nothing says: they have nothing to lose.
TEST_F(Softly, TextsWithNothingToLoseAreSkipped) {
  model.values.assign(31, {0, 0, 0});
  for (size_t word = 1; word < 3; ++word) model.values[word][word - 1] = 6;
  const SoftErasureResult result = erased(0, all_rows(60));
  EXPECT_EQ(result.skipped, 20);
  EXPECT_EQ(result.maps[0].sufficiency.n, 40);
  EXPECT_EQ(result.nothing.n, 60);
}

}  // namespace
}  // namespace fovea::audit
