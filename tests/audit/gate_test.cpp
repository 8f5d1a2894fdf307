#include "audit/gate.h"

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

using test::FakeModel;
using test::no_progress;

Material one_text(std::vector<int32_t> ids, int64_t truth = 0) {
  Material out;
  out.classes = {"a", "b"};
  out.texts = {Text{std::move(ids), {}}};
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
  const Material material = one_text({1, 2});
  const Answers answers = answers_of(model, material);
  const GateTexts texts = gate_texts(model, material, answers, {101, 3}, no_progress);
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
  const Material material = test::rule_texts(60);
  const Gate used =
      gate_of(gate_texts(sharp, material, answers_of(sharp, material), {100, 1}, no_progress), all_rows(60));
  const Gate unused =
      gate_of(gate_texts(past, material, answers_of(past, material), {100, 1}, no_progress), all_rows(60));
  EXPECT_GT(used.permuted_median, 0.3);
  EXPECT_EQ(unused.permuted_median, 0);
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
  const Material material = test::rule_texts(9);
  const auto texts = [&](FakeModel& model) {
    return gate_texts(model, material, answers_of(model, material), {20, 5}, no_progress).permuted;
  };
  const auto a = texts(one), b = texts(two);
  for (size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-12);
}

TEST(Gate, WithoutTruthThereIsNoAccuracy) {
  FakeModel model = test::rule_model();
  Material material = test::rule_texts(3);
  material.truth = {-1, -1, -1};
  const Gate gate = gate_of(gate_texts(model, material, answers_of(model, material), {5, 1}, no_progress), all_rows(3));
  EXPECT_EQ(gate.even_gain.n, 0);
  EXPECT_EQ(gate.permuted.n, 3);
}

}  // namespace
}  // namespace fovea::audit
