#include "audit/gate.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

using test::FakeModel;
using test::no_progress;

test::RuleTexts one_text(std::vector<int32_t> ids, int64_t truth = 0) {
  test::RuleTexts out;
  out.classes = {"a", "b"};
  out.texts = {test::Text{std::move(ids)}};
  out.truth = {truth};
  return out;
}

// Weights 3/4 and 1/4 on values ±4: the logit is 2; the other way round it is −2. Half of the permutations change
// nothing, so the median is 0 or the distance, or between.
TEST(Gate, MovesByHand) {
  FakeModel model;
  model.bias = {0, 0};
  model.values = {{0, 0}, {4, 0}, {-4, 0}};
  model.scores = {0, std::log(3.0), 0};
  const test::RuleTexts material = one_text({1, 2});
  model.texts = material.texts;
  const Answers answers = answers_of(model);
  const GateValues texts = gate_values(model, material, answers, {101, 3}, no_progress);
  const auto p = [](double logit) { return 1 / (1 + std::exp(-logit)); };
  const double swapped = p(2) - p(-2);
  EXPECT_TRUE(std::abs(texts.permuted[0]) < 1e-12 || std::abs(texts.permuted[0] - swapped) < 1e-12);
  EXPECT_NEAR(texts.last_moves[0], p(2) - p(-4), 1e-12);
  EXPECT_NEAR(texts.even_moves[0], p(2) - p(0), 1e-12);
  EXPECT_EQ(texts.own_right[0], 1);
  EXPECT_EQ(texts.last_right[0], 0);
  EXPECT_NEAR(texts.largest_weight[0], 0.75, 1e-12);
  const Gate gate = gate_of(texts, {0});
  EXPECT_EQ(gate.by_largest_weight[3].permuted.n, 1);  // .75 belongs to the last
  EXPECT_EQ(gate.by_largest_weight[2].permuted.n, 0);
  EXPECT_DOUBLE_EQ(gate.last_gain.mean, -1);
}

TEST(Gate, WeightsThatMatterMoveTheAnswer) {
  FakeModel sharp = test::rule_model(), past = test::rule_model();
  past.past_attention = true;
  const test::RuleTexts material = test::rule_texts(60);
  sharp.texts = past.texts = material.texts;
  const Gate used = gate_of(gate_values(sharp, material, answers_of(sharp), {100, 1}, no_progress), all_rows(60));
  const Gate unused = gate_of(gate_values(past, material, answers_of(past), {100, 1}, no_progress), all_rows(60));
  EXPECT_GT(used.permuted_median.mean, 0.3);
  EXPECT_EQ(unused.permuted_median.mean, 0);
  EXPECT_EQ(unused.last_moves.mean, 0);
  EXPECT_DOUBLE_EQ(used.conicity.mean, 0.5);
  int64_t texts = 0;
  for (const WeightBin& bin : used.by_largest_weight) texts += bin.permuted.n;
  EXPECT_EQ(texts, 60);
}

// All looks are permuted alike: two equal looks stay equal, and the answer is that of one.
TEST(Gate, LooksArePermutedAlike) {
  FakeModel one = test::rule_model(), two = test::rule_model();
  two.looks = 2;
  const test::RuleTexts material = test::rule_texts(9);
  const auto texts = [&](FakeModel& model) {
    model.texts = material.texts;
    return gate_values(model, material, answers_of(model), {20, 5}, no_progress).permuted;
  };
  const auto a = texts(one), b = texts(two);
  for (size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-12);
}

TEST(Gate, WithoutTruthThereIsNoAccuracy) {
  FakeModel model = test::rule_model();
  test::RuleTexts material = test::rule_texts(3);
  material.truth = {-1, -1, -1};
  model.texts = material.texts;
  const Gate gate = gate_of(gate_values(model, material, answers_of(model), {5, 1}, no_progress), all_rows(3));
  EXPECT_EQ(gate.even_gain.n, 0);
  EXPECT_EQ(gate.permuted.n, 3);
}

TEST(Dependence, IsHowFarMaskingAllMovesTheAnswer) {
  test::FakeModel model;
  model.bias = {0, 0.5};
  model.values = {{0, 0}, {3, 0}, {-3, 0}, {0.5, 0}};
  model.scores.assign(4, 0);
  model.texts = {{{1, 1}}, {{2, 2}}, {{3, 3}}};
  const auto p = [](double logit) { return 1 / (1 + std::exp(-logit)); };
  const auto moves = dependence(model, answers_of(model));
  EXPECT_NEAR(moves[0], p(2.5) - p(-0.5), 1e-12);
  EXPECT_NEAR(moves[1], p(3.5) - p(0.5), 1e-12);
  EXPECT_NEAR(moves[2], 0.5 - p(-0.5), 1e-12);
}

TEST(AttentionErasure, RemovesAndScalesUp) {
  const Looks looks = without_weights({{0.5, 0.3, 0.2}, {0.1, 0.1, 0.8}}, {0});
  EXPECT_NEAR(looks[0][0], 0, 1e-12);
  EXPECT_NEAR(looks[0][1], 0.6, 1e-12);
  EXPECT_NEAR(looks[0][2], 0.4, 1e-12);
  EXPECT_NEAR(looks[1][2], 8.0 / 9, 1e-12);
  const Looks nothing_left = without_weights({{0, 1, 0}}, {1});  // sparse attention
  EXPECT_NEAR(nothing_left[0][0], 0.5, 1e-12);
  EXPECT_NEAR(nothing_left[0][1], 0, 1e-12);
}

// Weights .4 .3 .2 .1 with values +1 +1 −1 −1: the answer is positive until both of the first are gone.
TEST(AttentionErasure, FlipFractionByHand) {
  FakeModel model;
  model.bias = {0, 0};
  model.values = {{0, 0}, {1, 0}, {1, 0}, {-1, 0}, {-1, 0}};
  model.scores = {0, std::log(4.0), std::log(3.0), std::log(2.0), 0};
  test::RuleTexts material;
  material.classes = {"a", "b"};
  material.texts = {test::Text{{1, 2, 3, 4}}, test::Text{{4, 3}}};
  material.truth = {0, 1};
  model.texts = material.texts;
  const Answers answers = answers_of(model);
  ASSERT_EQ(answers.answer, (std::vector<int64_t>{0, 1}));
  // By rising weight the answer changes only with the third; products put the negative ones last.
  const std::vector<std::vector<double>> rising = {{1, 2, 3, 4}, {1, 2}}, products = {{0.4, 0.3, -0.2, -0.1}, {1, 2}};
  const AttentionErasure texts = erase_attention(model, answers, WeightGradientMaps{rising, products}, 1, no_progress);
  EXPECT_DOUBLE_EQ(texts.removed[0][0], 0.5);
  EXPECT_DOUBLE_EQ(texts.removed[1][0], 1);  // 4, 3, 2 gone: word 1 is left
  EXPECT_DOUBLE_EQ(texts.removed[2][0], 0.5);
  EXPECT_DOUBLE_EQ(texts.removed[0][1], 1);
  EXPECT_EQ(texts.top_flips[0], 0);
  EXPECT_GT(texts.weight_ahead[0], 0);
  const AttentionErasureResult result = attention_erasure_of(texts, {0, 1});
  EXPECT_DOUBLE_EQ(result.neither, 1);
  EXPECT_DOUBLE_EQ(result.removed[0].mean, 0.75);

  const AttentionErasure plain = erase_attention(model, answers, std::nullopt, 1, no_progress);
  EXPECT_EQ(plain.removed[0], texts.removed[0]) << "without gradients the other orders are what they were";
  EXPECT_EQ(plain.removed[3], texts.removed[3]);
  EXPECT_TRUE(std::isnan(plain.removed[1][0]) && std::isnan(plain.removed[2][1]));
}

// 650 words for the answer and 50 against it: it changes when 601 of the first are gone, in the second block of
// questions.
TEST(AttentionErasure, LongTextsAreFollowedInBlocks) {
  FakeModel model;
  model.bias = {0.001, 0};
  model.values = {{0, 0}, {1, 0}, {-1, 0}};
  model.scores.assign(3, 0);
  test::RuleTexts material;
  material.classes = {"a", "b"};
  material.texts = {test::Text{std::vector<int32_t>(700, 1)}};
  std::fill(material.texts[0].ids.begin() + 650, material.texts[0].ids.end(), 2);
  material.truth = {0};
  model.texts = material.texts;
  std::vector<double> first_to_last, last_to_first;
  for (int i = 0; i < 700; ++i) {
    first_to_last.push_back(-i);
    last_to_first.push_back(i);
  }
  const auto texts =
      erase_attention(model, answers_of(model), WeightGradientMaps{{first_to_last}, {last_to_first}}, 1, no_progress);
  EXPECT_DOUBLE_EQ(texts.removed[1][0], 601.0 / 700);
  EXPECT_DOUBLE_EQ(texts.removed[2][0], 1);
}

TEST(AttentionErasure, TheLargestWeightMattersWhereItDecides) {
  FakeModel model = test::rule_model();
  const test::RuleTexts material = test::rule_texts(60);
  model.texts = material.texts;
  const Answers answers = answers_of(model);
  std::vector<std::vector<double>> weights;
  for (const Reading& reading : answers.readings) weights.push_back(reading.weights);
  const auto result = attention_erasure_of(
      erase_attention(model, answers, WeightGradientMaps{weights, weights}, 1, no_progress), all_rows(60));
  EXPECT_TRUE(result.top_beyond_random.above(0.05));
  EXPECT_NEAR(result.only_top, 2.0 / 3, 1e-9);  // the texts with a deciding word
  EXPECT_NEAR(result.only_top + result.only_random + result.both + result.neither, 1, 1e-12);
  EXPECT_LT(result.removed[0].mean, result.removed[3].mean);
}

}  // namespace
}  // namespace fovea::audit
