// Depth standard on models that are known to be honest or to lie, with twins that are made and not trained.
#include "audit/standard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

using test::FakeAttributor;
using test::FakeModel;
using ::testing::Contains;
using ::testing::HasSubstr;

FakeModel ruled() {
  FakeModel model = test::rule_model();
  model.texts = test::rule_texts(90).texts;
  return model;
}

// Words 31, 32 and 33 decide wherever they stand.
FakeModel planted_model(double attention) {
  FakeModel model = test::rule_model(attention);
  model.texts = test::rule_texts(90).texts;
  model.values.resize(34, {0, 0, 0});
  model.scores.resize(34, 2 * attention);
  for (size_t c = 0; c < 3; ++c) model.values[31 + c][c] = 40;
  return model;
}

struct OwnedAttributor : attribution::Attributor {
  explicit OwnedAttributor(const FakeModel& model) : own(model), asked(own) {}
  bool offers(attribution::Method method) const override { return asked.offers(method); }
  std::vector<attribution::Attribution> attribute(attribution::Method method, std::span<const int64_t> towards,
                                                  uint64_t seed) override {
    return asked.attribute(method, towards, seed);
  }
  FakeModel own;
  FakeAttributor asked;
};

struct FakeTwins : Twins {
  explicit FakeTwins(const FakeModel& audited) : model(audited), planted_one(planted_model(3)) {
    even_one = audited;
    even_one.scores.assign(even_one.scores.size(), 0);
  }
  static Twin of(const FakeModel& one) {
    return {std::make_shared<FakeModel>(one), std::make_shared<OwnedAttributor>(one)};
  }
  Twin seed(int64_t) override {
    ++seeds;
    return of(model);
  }
  Twin even(int64_t) override {
    ++evens;
    return of(even_one);
  }
  Twin masked() override { return of(masked_one ? *masked_one : model); }
  Twin lightly_masked() override { return of(model); }
  std::optional<PlantedTwin> planted(attribution::Shortcut, uint64_t seed) override {
    if (!plants) return std::nullopt;
    PlantedTwin out;
    FakeModel taught = planted_one, untaught = model;
    const uint64_t base = stream_base({seed, Purpose::kTest, 0});
    for (size_t i = 0; i < model.texts.size(); ++i) {
      std::vector<int32_t> ids = model.texts[i].ids;
      out.classes.push_back(static_cast<int64_t>(uniform_below(base, 2 * i, 3)));
      const auto place = static_cast<int64_t>(uniform_below(base, 2 * i + 1, ids.size() + 1));
      out.places.push_back({place});
      ids.insert(ids.begin() + place, 0);
      untaught.texts[i].ids = ids;
      ids[static_cast<size_t>(place)] = static_cast<int32_t>(31 + out.classes.back());
      taught.texts[i].ids = ids;
    }
    out.twin = of(taught);
    out.untaught = std::make_shared<FakeModel>(untaught);
    return out;
  }

  bool plants = true;
  FakeModel model, even_one, planted_one;
  std::optional<FakeModel> masked_one;
  int seeds = 0, evens = 0;
};

Result audited(FakeModel& model, Twins* twins, const GivenMaps& given = {}) {
  FakeAttributor attributor(model);
  AuditInput input;
  input.material = test::rule_texts(90);
  input.given = given;
  EXPECT_EQ(model.texts.size(), 90U);
  StandardOptions options;
  options.quick.erasure.bound_inputs = 60;
  return audit_thoroughly(model, attributor, input, options, twins, nullptr);
}

TEST(StandardAudit, AnHonestMapIsFaithful) {
  FakeModel model = ruled();
  FakeTwins twins(model);
  const Result result = audited(model, &twins);
  EXPECT_EQ(result.verdict.grade, Grade::kFaithful) << ::testing::PrintToString(result.verdict.reasons);
  EXPECT_FALSE(result.verdict.provisional);
  EXPECT_EQ(twins.seeds, 5) << "one of them is compared first, and kept";
  EXPECT_EQ(twins.evens, 5);
  ASSERT_TRUE(result.seeds && result.planted && result.mask_twin && result.masked_erasure);
  EXPECT_EQ(result.seeds->distance.mean, 0);
  EXPECT_TRUE(result.masked_erasure->masked);
  EXPECT_TRUE(result.mask_twin->accepted);
  EXPECT_EQ(result.planted->used, 1);
  EXPECT_LT(result.planted->untaught, 0.6);
  EXPECT_GE(result.planted->precision().low, kPlanted);
  ASSERT_EQ(result.evidence.trainings.size(), 4U);
  for (const OtherTraining& other : result.evidence.trainings) EXPECT_EQ(other.grade, Grade::kFaithful);
}

TEST(StandardAudit, LyingMapsAreCaughtOnPlantedWords) {
  FakeModel model = ruled();
  FakeTwins twins(model);
  const Result result = audited(model, &twins);
  ASSERT_EQ(result.falsification.size(), 2U);
  for (const Falsification& one : result.falsification) {
    EXPECT_LE(one.grade, Grade::kDecorative) << one.control;
    EXPECT_LT(one.precision.mean, 0.4) << one.control;
    EXPECT_TRUE(one.fooled.empty()) << one.control << ::testing::PrintToString(one.fooled);
  }
  for (const MetricSight& metric : result.metrics) EXPECT_FALSE(metric.blind) << metric.metric;
  EXPECT_EQ(result.metrics.back().metric, "fidelity");
  EXPECT_GT(result.metrics.back().diagnosticity.low, 0.5);
}

// Attention that gives nothing to the planted words is poor; the metrics are not blind for that.
TEST(StandardAudit, APoorAttentionBlindsNoMetric) {
  FakeModel model = ruled();
  FakeTwins twins(model);
  twins.planted_one.past_attention = true;
  for (size_t word = 31; word < 34; ++word) twins.planted_one.scores[word] = -9;
  for (double& score : twins.planted_one.scores) score = std::max(score, -9.0);
  const Result result = audited(model, &twins);
  EXPECT_EQ(result.planted->used, 1);
  EXPECT_LT(result.planted->precision().mean, 0.1);
  for (const MetricSight& metric : result.metrics) EXPECT_FALSE(metric.blind) << metric.metric;
  for (const Falsification& one : result.falsification) EXPECT_TRUE(one.fooled.empty()) << one.control;
  EXPECT_EQ(result.verdict.grade, Grade::kInformative);
  EXPECT_THAT(result.verdict.reasons, Contains(HasSubstr("not shown to name a planted word first")));
}

// The model audited is sound and one of its other trainings goes past its attention.
TEST(StandardAudit, TheWorstOfFiveTrainingsIsShown) {
  struct OneBad : FakeTwins {
    using FakeTwins::FakeTwins;
    Twin seed(int64_t number) override {
      FakeModel one = model;
      one.past_attention = number == 3;
      return of(one);
    }
  };
  FakeModel model = ruled();
  OneBad twins(model);
  const Result result = audited(model, &twins);
  EXPECT_EQ(result.verdict.grade, Grade::kInformative);
  EXPECT_EQ(result.evidence.trainings[2].grade, Grade::kDecorative);
  EXPECT_THAT(result.verdict.reasons, Contains(HasSubstr("3 would get faithful; the worst is decorative")));
}

TEST(StandardAudit, ATwinThatIsWorseDoesNotDecide) {
  FakeModel model = ruled();
  FakeTwins twins(model);
  twins.masked_one = model;
  twins.masked_one->values[1] = {0, 0, 0};
  const Result result = audited(model, &twins);
  EXPECT_FALSE(result.mask_twin->accepted);
  EXPECT_TRUE(result.verdict.provisional);
  EXPECT_THAT(result.verdict.reasons, Contains(HasSubstr("not sound enough")));
}

TEST(StandardAudit, AModelThatGoesPastItsAttentionIsDecorative) {
  FakeModel model = ruled();
  model.past_attention = true;
  for (const double sign : {1.0, -1.0}) {  // well chosen words too
    for (double& score : model.scores) score *= sign;
    FakeTwins twins(model);
    EXPECT_EQ(audited(model, &twins).verdict.grade, Grade::kDecorative) << sign;
  }
}

// A method has its own place on planted words, on F-Fidelity and in the other trainings.
TEST(StandardAudit, AMethodCanBeFaithfulWhereTheWeightsAreNot) {
  FakeModel model = ruled();
  model.past_attention = true;
  model.bias = {0, 0, 0.5};
  for (double& score : model.scores) score = 0;
  FakeTwins twins(model);
  twins.planted_one.past_attention = true;
  for (double& score : twins.planted_one.scores) score = 0;
  GivenMaps given;
  given.method = attribution::Method::kContribution;
  const Result result = audited(model, &twins, given);
  EXPECT_EQ(result.verdict.grade, Grade::kFaithful) << ::testing::PrintToString(result.verdict.reasons);
  EXPECT_EQ(result.planted->rows.front().name, "contribution");
  EXPECT_EQ(result.fidelity.front().name, "contribution");
  EXPECT_EQ(result.evidence.trainings.size(), 4U);
  EXPECT_EQ(result.verdict.ignored, true) << "which is said of the weights";

  given.method.reset();
  given.first = {attribution::Method::kContribution, [](const Weights&) { return true; }};
  const Result plain = audited(model, &twins, given);
  EXPECT_EQ(plain.verdict.grade, Grade::kDecorative);
  ASSERT_TRUE(plain.first);
  EXPECT_EQ(plain.first->verdict.grade, Grade::kFaithful) << ::testing::PrintToString(plain.first->verdict.reasons);
  EXPECT_EQ(plain.planted->rows.front().name, "attention");
  for (const FidelityRow& row : plain.fidelity) EXPECT_LT(row.kind, MapKind::kFirst) << row.name;
}

TEST(StandardAudit, WithoutPlantedWordsAMapIsNotFaithful) {
  FakeModel model = ruled();
  FakeTwins twins(model);
  twins.plants = false;
  const Result result = audited(model, &twins);
  EXPECT_EQ(result.verdict.grade, Grade::kInformative);
  EXPECT_FALSE(result.planted);
  EXPECT_THAT(result.verdict.reasons, Contains("No planted word was tried."));
}

TEST(StandardAudit, WithoutTrainingDataThereIsNoGrade) {
  FakeModel model = ruled();
  const Result result = audited(model, nullptr);
  EXPECT_EQ(result.verdict.grade, Grade::kNotAuditable);
  EXPECT_THAT(result.verdict.reasons, Contains(HasSubstr("training data")));
  EXPECT_FALSE(result.seeds);
  EXPECT_FALSE(result.slices.front().grade);
}

}  // namespace
}  // namespace fovea::audit
