// The picture that is shown first, and maps of other methods, on models whose weights are known to say something or
// nothing.
#include "audit/first_picture.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

using attribution::Method;
using test::FakeAttributor;
using test::FakeModel;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr size_t kTexts = 60;

// Of weights that are all even where `attention` is 0.
Result audited_with(double attention, const GivenMaps& given, AuditValues* values = nullptr) {
  FakeModel model = test::rule_model(attention);
  if (attention == 0) {  // then the answer is of the words, whatever their weights
    model.past_attention = true;
    model.bias = {0, 0, 0.5};
    model.scores.assign(model.scores.size(), 0);
  }
  const test::RuleTexts texts = test::rule_texts(kTexts);
  model.texts = texts.texts;
  FakeAttributor attributor(model);
  AuditInput input;
  input.material = texts;
  input.given = given;
  AuditOptions options;
  options.permutations = 10;
  options.erasure.bounds.beam = 2;
  options.erasure.random_draws = 4;
  return audit_quickly(model, attributor, input, options, nullptr, values);
}

GivenMaps shown_by(double limit) {
  GivenMaps given;
  given.first.stand_in = Method::kContribution;
  given.first.nearly_even = [limit](const Weights& weights) {
    return *std::max_element(weights.begin(), weights.end()) * static_cast<double>(weights.size()) < limit;
  };
  return given;
}

TEST(FirstPicture, IsTheWeightsWhereTheyAreWorthShowing) {
  AuditValues values;
  const Result result = audited_with(3, shown_by(0), &values);
  ASSERT_TRUE(result.first);
  EXPECT_EQ(result.first->method, "attention");
  EXPECT_EQ(result.first->instead, 0);
  EXPECT_EQ(result.first->verdict.grade, result.verdict.grade);
  EXPECT_EQ(result.first->recovery.share.mean, result.evidence.recovery.share.mean);
  EXPECT_FALSE(first_picture_among(values.maps));
  EXPECT_EQ(maps_told(values.maps), values.maps.size());
}

// Even weights say nothing, and the contributions that are shown for them say which word decides.
TEST(FirstPicture, IsGradedByWhatStandsIn) {
  AuditValues values;
  const Result result = audited_with(0, shown_by(2), &values);
  ASSERT_TRUE(result.first);
  EXPECT_EQ(result.first->method, "contribution");
  EXPECT_EQ(result.first->instead, static_cast<int64_t>(kTexts));
  EXPECT_LE(result.verdict.grade, Grade::kDecorative);
  EXPECT_EQ(result.first->verdict.grade, Grade::kInformative)
      << ::testing::PrintToString(result.first->verdict.reasons);
  EXPECT_THAT(result.first->verdict.reasons.front(), StartsWith("The picture that explain shows first goes "));
  EXPECT_GT(result.first->recovery.share.mean, result.evidence.recovery.share.mean + 0.3);
  EXPECT_THAT(result.first->recovery.best, Not(HasSubstr("contribution"))) << "it is not beside itself";
  ASSERT_TRUE(first_picture_among(values.maps));
  EXPECT_EQ(result.erasure.maps.size(), maps_told(values.maps)) << "tables have no row of it";
  EXPECT_EQ(values.first_beyond.map.size(), kTexts);
}

TEST(FirstPicture, ShowsOfEachTextOneOfTheTwo) {
  AuditValues values;
  const Result result = audited_with(3, shown_by(4), &values);
  ASSERT_TRUE(result.first);
  EXPECT_GT(result.first->instead, 0);
  EXPECT_LT(result.first->instead, static_cast<int64_t>(kTexts));
  const Map& shown = values.maps[*first_picture_among(values.maps)];
  const Map& contribution = *find_map(values.maps, Method::kContribution);
  int64_t instead = 0;
  for (size_t text = 0; text < kTexts; ++text) {
    const bool by_method = shown_by(4).first.nearly_even(values.answers.readings[text].weights);
    EXPECT_EQ(shown.scores[text], by_method ? contribution.scores[text] : values.maps.front().scores[text]) << text;
    instead += by_method;
  }
  EXPECT_EQ(result.first->instead, instead);
}

// Contributions know the label, so that they are compared with what the data say of it.
TEST(FirstPicture, MustBeAboveWhatTheDataSayOfTheLabel) {
  GivenMaps given = shown_by(2);
  FakeModel model = test::rule_model();
  for (const test::Text& text : test::rule_texts(kTexts).texts) {
    std::vector<std::vector<double>>& of_input = given.odds.emplace_back();
    for (const int32_t id : text.ids) of_input.push_back(model.values[static_cast<size_t>(id)]);
  }
  AuditValues values;
  audited_with(0, given, &values);
  ASSERT_EQ(values.maps.back().kind, MapKind::kFirstPrior);
  EXPECT_EQ(values.maps.back().name, kOddsMap);
  const auto answer = static_cast<size_t>(values.answers.answer[0]);
  EXPECT_EQ(values.maps.back().scores[0][0], given.odds[0][0][answer]);
  ASSERT_TRUE(values.first_evidence);
  const auto named = [](const Baseline& one) { return one.name == kOddsMap; };
  EXPECT_EQ(std::count_if(values.first_evidence->baselines.begin(), values.first_evidence->baselines.end(), named), 1);
}

TEST(AuditOfAMethod, GradesTheMethodAndSaysOfTheWeightsWhatIsOfThem) {
  GivenMaps given = shown_by(2);
  given.method = Method::kContribution;
  const Result result = audited_with(0, given);
  EXPECT_EQ(result.method, "contribution");
  EXPECT_FALSE(result.first) << "another map is audited";
  EXPECT_EQ(result.verdict.grade, Grade::kInformative) << ::testing::PrintToString(result.verdict.reasons);
  EXPECT_THAT(result.verdict.reasons.front(), StartsWith("The map of contribution goes "));
  EXPECT_EQ(result.erasure.maps[0].name, "contribution");
  EXPECT_EQ(result.erasure.maps[0].kind, MapKind::kAudited);
  EXPECT_EQ(result.erasure.maps[1].name, "attention");
  EXPECT_EQ(result.erasure.maps[1].kind, MapKind::kOwn);
  const auto again = [](const MapErasure& map) { return map.name == "contribution"; };
  EXPECT_EQ(std::count_if(result.erasure.maps.begin(), result.erasure.maps.end(), again), 1);
  EXPECT_THAT(result.evidence.recovery.best, Not(HasSubstr("contribution")));
}

// Permuting even weights changes nothing: that is said, of the weights, and does not lower the grade of the method.
TEST(AuditOfAMethod, IsNotIgnoredWithTheWeights) {
  GivenMaps given;
  given.method = Method::kLeaveOneOut;
  Evidence evidence = audited_with(0, given).evidence;
  evidence.permuted = evidence.weights_beyond_random = {0, 0, 0, 0, 60};
  const Verdict of_method = decide(evidence);
  EXPECT_EQ(of_method.ignored, true);
  EXPECT_EQ(of_method.grade, Grade::kInformative) << ::testing::PrintToString(of_method.reasons);
  EXPECT_THAT(of_method.reasons, Contains(HasSubstr("said of the weights, and not of the map")));
  evidence.of_weights = true;
  EXPECT_EQ(decide(evidence).grade, Grade::kDecorative);
}

// A map with its signs turned is another map.
TEST(AuditOfAMethod, IsTakenWithItsSign) {
  GivenMaps given;
  given.method = Method::kContribution;
  AuditValues values;
  const Result honest = audited_with(3, given, &values);
  GivenMaps turned;
  turned.audited = values.maps.front().scores;
  for (auto& of_text : *turned.audited)
    for (double& score : of_text) score = -score;
  EXPECT_GT(honest.verdict.grade, audited_with(3, turned).verdict.grade);
}

}  // namespace
}  // namespace fovea::audit
