// The whole audit of models that are known to be honest, to lie or to say nothing.
#include "audit/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

using test::FakeAttributor;
using test::FakeModel;
using ::testing::Contains;
using ::testing::HasSubstr;

using Scores = std::vector<std::vector<double>>;

Result audited(FakeModel& model, const std::optional<Scores>& map = std::nullopt, uint64_t seed = 1,
               AuditValues* learned = nullptr) {
  FakeAttributor attributor(model);
  AuditInput input;
  const test::RuleTexts texts = test::rule_texts(120);
  model.texts = texts.texts;
  input.material = texts;
  input.given.audited = map;
  AuditOptions options;
  options.seed = seed;
  return audit_quickly(model, attributor, input, options, nullptr, learned);
}

Scores own_map(FakeModel& model) {
  Scores out;
  for (const test::Text& text : test::rule_texts(120).texts) out.push_back(model.weights_of(text));
  return out;
}

TEST(Audit, AnHonestMapIsInformative) {
  FakeModel model = test::rule_model();
  const Result result = audited(model);
  EXPECT_EQ(result.verdict.grade, Grade::kInformative);
  EXPECT_TRUE(result.verdict.provisional);
  EXPECT_EQ(result.inputs, 120);
  EXPECT_EQ(result.accuracy.mean, 1);
  EXPECT_GT(result.gate.permuted_median.mean, 0.2);
  EXPECT_EQ(result.erasure.maps.front().name, "attention");
  EXPECT_TRUE(result.erasure.beyond_random.above(0.1));
  EXPECT_TRUE(result.erasure.bounds.beyond_random.above(0.1));
  EXPECT_GT(result.erasure.maps.front().normalised.mean, 0.6);
  EXPECT_EQ(result.erasure.bounds.inputs, 80) << "of the label without a word there is nothing to show";
  EXPECT_EQ(result.answers.silent, std::vector<std::string>{"none"});
  EXPECT_GT(result.evidence.recovery.share.low, 0.9);
  for (const MetricSight& metric : result.metrics) EXPECT_FALSE(metric.blind) << metric.metric;
  EXPECT_EQ(result.gradient_steps, 20);
  EXPECT_DOUBLE_EQ(result.gradient_gap, 0.004);
  ASSERT_EQ(result.cost.size(), 5U);
  EXPECT_EQ(result.cost[2].part, "gate");
  EXPECT_EQ(result.cost[2].head_passes, 120 * 102);
}

TEST(Audit, ItsOwnMapFromAFileGetsTheSameGrade) {
  FakeModel model = test::rule_model();
  const Result own = audited(model), fed = audited(model, own_map(model));
  EXPECT_EQ(fed.verdict.grade, own.verdict.grade);
  EXPECT_EQ(fed.erasure.maps[0].comprehensiveness.mean, own.erasure.maps[0].comprehensiveness.mean);
  EXPECT_EQ(fed.erasure.maps[1].name, "attention");
  EXPECT_EQ(fed.erasure.maps[1].behind->mean, 0);
  EXPECT_EQ(fed.erasure.maps[1].p, 1);
  ASSERT_TRUE(fed.map_distance);
  EXPECT_NEAR(fed.map_distance->mean, 0, 1e-9);
}

TEST(Audit, MapsThatLieAreDecorative) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    FakeModel model = test::rule_model();
    Scores permuted = own_map(model);
    for (size_t text = 0; text < permuted.size(); ++text) {
      shuffle(std::span<double>(permuted[text]), {seed, Purpose::kTest, text});
    }
    const Result result = audited(model, permuted, seed);
    EXPECT_LE(result.verdict.grade, Grade::kDecorative) << seed;
    EXPECT_THAT(result.verdict.reasons, Contains(HasSubstr("less than half of the way")));
    EXPECT_GT(result.map_distance->mean, 0.1);
  }
}

TEST(Audit, ARandomMapLiesWithinItsNullInterval) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    FakeModel model = test::rule_model();
    model.texts = test::rule_texts(120).texts;
    const Result result = audited(model, random_map(model, 1000 + seed, 0), seed);
    EXPECT_LE(result.erasure.bounds.beyond_random.low, 0) << seed;
    EXPECT_EQ(result.verdict.grade, Grade::kDecorative);
  }
}

TEST(Audit, AModelThatAnswersPastItsAttentionIsDecorative) {
  FakeModel model = test::rule_model();
  model.past_attention = true;
  for (double& score : model.scores) score = std::sin(1e4 * score + 3);  // the weights are about nothing
  model.scores[1] = model.scores[2] = -1;
  const Result result = audited(model);
  EXPECT_EQ(result.verdict.ignored, true);
  EXPECT_EQ(result.verdict.grade, Grade::kDecorative);
  EXPECT_THAT(result.verdict.reasons, Contains(HasSubstr("does not use its attention")));
}

// The words that it weighs decide, and erasing them shows it: but the weights play no part.
TEST(Audit, WellChosenWeightsThatAreNotUsedAreDecorative) {
  FakeModel model = test::rule_model();
  model.past_attention = true;
  model.bias = {0, 0, 0.5};  // what is left without them
  const Result result = audited(model);
  EXPECT_TRUE(result.erasure.bounds.beyond_random.above(0)) << "its words are well chosen";
  EXPECT_EQ(result.gate.permuted_median.mean, 0);
  EXPECT_EQ(result.verdict.ignored, true);
  EXPECT_EQ(result.verdict.grade, Grade::kDecorative);
}

TEST(Audit, AModelThatAnswersTheSameToAllIsNotAuditable) {
  FakeModel model = test::rule_model();
  for (auto& value : model.values)
    for (double& one : value) one *= 0.01;
  const Result result = audited(model);
  EXPECT_EQ(result.verdict.grade, Grade::kNotAuditable);
  EXPECT_THAT(result.verdict.reasons, Contains(HasSubstr("gives one answer to all texts")));
}

// What the data say of each word: where a map is no better than that, it need not know the model.
TEST(Audit, AMapThatKnowsTheDataAndNotTheModelIsCompared) {
  FakeModel model = test::rule_model();
  model.texts = test::rule_texts(120).texts;
  FakeAttributor attributor(model);
  AuditInput input;
  input.material = test::rule_texts(120);
  for (const test::Text& text : model.texts) {
    auto& odds = input.given.odds.emplace_back();
    for (const int32_t id : text.ids) {
      const double sign = id == 1 ? 2 : id == 2 ? -2 : 0.01 * (id % 5);
      odds.push_back({sign, -sign, -0.1});
    }
  }
  const auto baseline = [&](const Result& result) {
    for (const Baseline& one : result.evidence.baselines)
      if (one.name == kOddsMap) return one.ahead;
    return Number{};
  };
  const Result own = audit_quickly(model, attributor, input, {}, nullptr);
  EXPECT_EQ(own.verdict.grade, Grade::kInformative) << "both name the word: nothing can be above that";
  EXPECT_NEAR(baseline(own).mean, 0, 0.02);
  input.given.audited = random_map(model, 5, 0);
  for (size_t text = 0; text < 120; text += 2) (*input.given.audited)[text] = own_map(model)[text];
  const Result half = audit_quickly(model, attributor, input, {}, nullptr);
  EXPECT_EQ(half.verdict.grade, Grade::kDecorative);
  EXPECT_THAT(half.verdict.reasons, Contains(HasSubstr("not shown to be above bag-of-words")));
  EXPECT_TRUE(baseline(half).below(0));
  EXPECT_TRUE(half.evidence.not_compared.empty());
}

// The repeated draw of half of the texts must not be what decides.
TEST(Audit, HalvesOfTheTextsAgreeOnAClearCase) {
  FakeModel model = test::rule_model();
  const Result result = audited(model);
  ASSERT_TRUE(result.evidence.halves);
  EXPECT_EQ((*result.evidence.halves)[0], Grade::kInformative);
  EXPECT_EQ((*result.evidence.halves)[1], Grade::kInformative);
}

TEST(Audit, EachOfSeveralLooksIsAMap) {
  FakeModel model = test::rule_model();
  model.looks = 3;
  const Result result = audited(model);
  EXPECT_EQ(result.looks, 3);
  EXPECT_EQ(result.erasure.maps[1].name, "look 1");
  EXPECT_EQ(result.erasure.maps[3].kind, MapKind::kLook);
}

TEST(Audit, HolmCorrectsOverAllThatIsComparedWithTheMap) {
  FakeModel model = test::rule_model();
  const Result result = audited(model);
  double smallest = 1, corrected = 1;
  for (const MapErasure& map : result.erasure.maps) {
    if (!map.behind) continue;
    EXPECT_GE(map.p_holm, map.p);
    if (map.p < smallest) {
      smallest = map.p;
      corrected = map.p_holm;
    }
  }
  EXPECT_NEAR(corrected, std::min(1.0, smallest * 8), 1e-12);  // the smallest of eight
}

// A model without gradients, whose parts can only be masked.
TEST(Audit, WhatAModelCannotBeAskedForIsLeftOutAndSaid) {
  FakeModel model = test::rule_model();
  model.ways = {Erased::kMasked};
  model.texts = test::rule_texts(120).texts;
  FakeAttributor attributor(model);
  attributor.gradients = false;
  AuditInput input;
  input.material = test::rule_texts(120);
  const Result result = audit_quickly(model, attributor, input, {}, nullptr);
  EXPECT_EQ(result.left_out,
            (std::vector<std::string>{"contribution", "gradient", "gradient-input", "attention-gradient", "ig"}));
  EXPECT_EQ(result.verdict.grade, Grade::kInformative);
  EXPECT_TRUE(result.erasure.masked);
  std::vector<std::string> names;
  for (const MapErasure& map : result.erasure.maps) names.push_back(map.name);
  EXPECT_EQ(names, (std::vector<std::string>{"attention", "loo", "position", "frequency"}));
  EXPECT_GT(result.attention_erasure.removed[0].n, 0);
  EXPECT_EQ(result.attention_erasure.removed[1].n, 0);
  EXPECT_GT(result.attention_erasure.removed[3].n, 0);
  for (const MetricSight& metric : result.metrics) EXPECT_NE(metric.metric, "flip_fraction");
  EXPECT_TRUE(audited(model).left_out.empty());
}

TEST(Audit, ProgressRisesToTheEnd) {
  FakeModel model = test::rule_model();
  FakeAttributor attributor(model);
  AuditInput input;
  input.material = test::rule_texts(20);
  model.texts = test::rule_texts(20).texts;
  double last = 0;
  std::string part;
  audit_quickly(model, attributor, input, {}, [&](const std::string& name, double share) {
    EXPECT_GE(share, last - 1e-12);
    last = share;
    part = name;
  });
  EXPECT_NEAR(last, 1, 1e-9);
  EXPECT_EQ(part, "bounds");
}

TEST(Audit, SeedsOnlyMoveWhatIsDrawn) {
  FakeModel model = test::rule_model();
  AuditValues a, b, again;
  audited(model, std::nullopt, 1, &a);
  audited(model, std::nullopt, 1, &again);
  audited(model, std::nullopt, 2, &b);
  EXPECT_EQ(a.gate.permuted, again.gate.permuted);
  EXPECT_EQ(a.erasure.bounds.of_map.back(), again.erasure.bounds.of_map.back());
  EXPECT_NE(a.erasure.bounds.of_map.back(), b.erasure.bounds.of_map.back());
  EXPECT_EQ(a.dependence, b.dependence);
}

}  // namespace
}  // namespace fovea::audit
