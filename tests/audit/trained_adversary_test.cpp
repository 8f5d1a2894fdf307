#include "audit/trained_adversary.h"

#include <cmath>

#include <gtest/gtest.h>

#include "audit/deep.h"
#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

OtherModel other_at(double pull, double moved, double distance) {
  OtherModel out;
  out.pull = pull;
  out.moved.mean = moved;
  out.distance.mean = distance;
  return out;
}

TEST(TrainedAdversary, BesideAModelAreItsAnswersAndItsMap) {
  Material material{{0, 1, -1}, {"a", "b"}};
  const auto answers = [](std::vector<std::vector<double>> probabilities, std::vector<Weights> weights) {
    Answers out;
    for (size_t i = 0; i < weights.size(); ++i) {
      Reading reading;
      reading.probabilities = probabilities[i];
      reading.weights = weights[i];
      out.readings.push_back(reading);
      out.answer.push_back(largest(probabilities[i]));
    }
    return out;
  };
  const Answers model = answers({{0.9, 0.1}, {0.2, 0.8}, {0.5, 0.5}}, {{1, 0}, {0.5, 0.5}, {0.25, 0.75}});
  const Answers other = answers({{0.6, 0.4}, {0.7, 0.3}, {0.5, 0.5}}, {{0, 1}, {0.5, 0.5}, {0.25, 0.75}});
  const OtherModel out = beside(material, model, other);
  EXPECT_NEAR(out.moved.mean, (0.3 + 0.5 + 0) / 3, 1e-12);
  EXPECT_NEAR(out.distance.mean, std::log(2.0) / 3, 1e-7);
  EXPECT_EQ(out.accuracy.mean, 0.5);
  EXPECT_EQ(out.accuracy.n, 2) << "of those whose truth is known";
}

TEST(TrainedAdversary, TheFurthestIsOfThoseThatAnswerAsOtherSeedsDo) {
  TrainedAdversaryResult result;
  result.seeds = {other_at(0, 0.14, 0.2), other_at(0, 0.1, 0.3)};
  result.adversaries = {other_at(0, 0.01, 0.9), other_at(0.001, 0.05, 0.3), other_at(0.01, 0.11, 0.5),
                        other_at(0.1, 0.2, 0.6)};
  sum_up(result);
  EXPECT_EQ(result.seeds_moved, 0.14);
  EXPECT_EQ(result.seeds_distance, 0.3);
  EXPECT_EQ(result.furthest, 2U) << "the first has no pull, the last answers otherwise";
  result.adversaries.resize(1);
  sum_up(result);
  EXPECT_FALSE(result.furthest);
}

struct RivalAttributor : attribution::Attributor {
  explicit RivalAttributor(const test::FakeModel& model) : own(model), asked(own) {}
  bool offers(attribution::Method method) const override { return asked.offers(method); }
  std::vector<attribution::Attribution> attribute(attribution::Method method, std::span<const int64_t> towards,
                                                  uint64_t seed) override {
    return asked.attribute(method, towards, seed);
  }
  test::FakeModel own;
  test::FakeAttributor asked;
};

// Answers as its model does and shows other weights.
struct Rival : test::FakeModel {
  explicit Rival(const test::FakeModel& model) : test::FakeModel(model), shown(model) {}
  std::vector<Reading> read(std::span<const Question> questions) override {
    std::vector<Reading> out = test::FakeModel::read(questions);
    for (size_t i = 0; i < out.size(); ++i) out[i].weights = shown.weights_of(asked_text(questions[i]));
    return out;
  }
  test::FakeModel shown;
};

// Its adversaries look the less at the words that decide the larger λ is.
struct FakeRivals : Twins {
  explicit FakeRivals(const test::FakeModel& audited) : model(audited) {}
  static Twin of(const test::FakeModel& one) {
    return {std::make_shared<test::FakeModel>(one), std::make_shared<RivalAttributor>(one)};
  }
  Twin seed(int64_t number) override {
    test::FakeModel one = model;
    for (double& score : one.scores) score *= 1 + 0.1 * static_cast<double>(number);
    return of(one);
  }
  Twin even(int64_t) override { return of(model); }
  Twin masked() override { return of(model); }
  Twin lightly_masked() override { return of(model); }
  std::optional<PlantedTwin> planted(attribution::Shortcut, uint64_t) override { return std::nullopt; }
  std::optional<Twin> adversary(double pull) override {
    if (!rivals) return std::nullopt;
    pulls.push_back(pull);
    const auto one = std::make_shared<Rival>(model);
    for (size_t word = 1; word < 3; ++word) one->shown.scores[word] -= 100 * pull;
    return Twin{one, std::make_shared<RivalAttributor>(model)};
  }
  // Reads each word by itself: given weights, the answer is their sum.
  std::optional<Twin> transfer(TransferWeights weights, double pull) override {
    if (!rivals) return std::nullopt;
    asked.emplace_back(weights, pull);
    test::FakeModel one = model;
    one.bias = {0, 0, 2};
    if (weights != TransferWeights::kOwn) one.scores.assign(one.scores.size(), 0);
    return of(one);
  }

  bool rivals = true;
  test::FakeModel model;
  std::vector<double> pulls;
  std::vector<std::pair<TransferWeights, double>> asked;
};

Result deeply(FakeRivals& twins) {
  test::FakeAttributor attributor(twins.model);
  AuditInput input;
  input.material = test::rule_texts(90);
  DeepOptions options;
  options.standard.quick.erasure.bound_inputs = 30;
  return audit_deeply(twins.model, attributor, input, options, &twins, nullptr);
}

test::FakeModel ruled_by_weights() {
  test::FakeModel model = test::rule_model();
  model.texts = test::rule_texts(90).texts;
  return model;
}

TEST(DeepAudit, AdversariesLookFurtherTheHarderTheyArePulled) {
  const test::FakeModel model = ruled_by_weights();
  FakeRivals twins(model);
  const Result result = deeply(twins);
  EXPECT_EQ(result.depth, Depth::kDeep);
  ASSERT_TRUE(result.trained_adversary);
  const TrainedAdversaryResult& trained = *result.trained_adversary;
  ASSERT_EQ(trained.adversaries.size(), std::size(kPulls));
  EXPECT_EQ(trained.seeds.size(), 4U);
  EXPECT_EQ(trained.adversaries.front().distance.mean, 0);
  for (size_t i = 1; i < trained.adversaries.size(); ++i) {
    EXPECT_EQ(trained.adversaries[i].pull, kPulls[i]);
    EXPECT_GT(trained.adversaries[i].distance.mean, trained.adversaries[i - 1].distance.mean);
  }
  EXPECT_GT(trained.seeds.back().distance.mean, trained.seeds.front().distance.mean);
}

// The model's weights stand on the words that decide, so that a reader of single words is right under them, while under
// even ones these words are drowned.
TEST(DeepAudit, WeightsThatNameTheDecidingWordsAreWorthMoreThanEvenOnes) {
  const test::FakeModel model = ruled_by_weights();
  FakeRivals twins(model);
  const Result result = deeply(twins);
  ASSERT_TRUE(result.transfer);
  const std::vector<TransferRow>& rows = result.transfer->rows;
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].weights, TransferWeights::kEven);
  EXPECT_EQ(rows[0].beyond_even.mean, 0);
  EXPECT_LT(rows[0].accuracy.mean, 0.7);
  EXPECT_EQ(rows[2].weights, TransferWeights::kModel);
  EXPECT_EQ(rows[2].accuracy.mean, 1);
  EXPECT_EQ(rows[2].macro_f1.value, 1);
  EXPECT_EQ(rows[2].macro_f1.low, 1);
  EXPECT_TRUE(rows[2].beyond_even.above(0.2));
  EXPECT_LT(rows[3].accuracy.mean, rows[2].accuracy.mean) << "of an adversary that looks elsewhere";
  EXPECT_EQ(result.transfer->pull, kPulls[std::size(kPulls) - 1]) << "all answer alike, and it looks furthest away";
  EXPECT_EQ(twins.asked.back(), std::pair(TransferWeights::kAdversary, *result.transfer->pull));
}

TEST(DeepAudit, AKindWithoutSuchTrainingsIsAuditedWithoutThem) {
  const test::FakeModel model = ruled_by_weights();
  FakeRivals twins(model);
  twins.rivals = false;
  const Result result = deeply(twins);
  EXPECT_FALSE(result.trained_adversary);
  EXPECT_FALSE(result.transfer);
  EXPECT_TRUE(result.shortcuts.empty());
  EXPECT_TRUE(result.seeds);
}

TEST(Transfer, MacroF1HasAnIntervalOfResampledInputs) {
  Material material{{}, {"a", "b"}};
  std::vector<int64_t> answer;
  for (int64_t i = 0; i < 60; ++i) {
    material.truth.push_back(i % 10 == 9 ? -1 : i % 3 == 0 ? 0 : 1);
    answer.push_back(i % 4 == 0 ? 0 : 1);
  }
  int64_t counts[2][2] = {{0, 0}, {0, 0}};
  for (size_t i = 0; i < 60; ++i) {
    if (material.truth[i] >= 0) ++counts[material.truth[i]][answer[i]];
  }
  double expected = 0;
  for (int c = 0; c < 2; ++c) {
    const auto right = static_cast<double>(2 * counts[c][c]);
    expected += right / (right + static_cast<double>(counts[c][1 - c] + counts[1 - c][c])) / 2;
  }
  const Score score = macro_f1_of(material, answer, 1);
  EXPECT_NEAR(score.value, expected, 1e-12);
  EXPECT_LT(score.low, score.value - 0.05);
  EXPECT_GT(score.high, score.value + 0.05);
  EXPECT_TRUE(std::isnan(macro_f1_of({{-1, -1}, {"a", "b"}}, {0, 1}, 1).value));
}

}  // namespace
}  // namespace fovea::audit
