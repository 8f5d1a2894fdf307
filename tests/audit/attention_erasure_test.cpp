#include "audit/attention_erasure.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

using test::FakeModel;
using test::no_progress;

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
  Material material;
  material.classes = {"a", "b"};
  material.texts = {Text{{1, 2, 3, 4}, {}}, Text{{4, 3}, {}}};
  material.truth = {0, 1};
  const Answers answers = answers_of(model, material);
  ASSERT_EQ(answers.answer, (std::vector<int64_t>{0, 1}));
  // By rising weight the answer changes only with the third; products put the negative ones last.
  const std::vector<std::vector<double>> rising = {{1, 2, 3, 4}, {1, 2}}, products = {{0.4, 0.3, -0.2, -0.1}, {1, 2}};
  const AttentionErasure texts = erase_attention(model, material, answers, rising, products, 1, no_progress);
  EXPECT_DOUBLE_EQ(texts.removed[0][0], 0.5);
  EXPECT_DOUBLE_EQ(texts.removed[1][0], 1);  // 4, 3, 2 gone: word 1 is left
  EXPECT_DOUBLE_EQ(texts.removed[2][0], 0.5);
  EXPECT_DOUBLE_EQ(texts.removed[0][1], 1);
  EXPECT_EQ(texts.top_flips[0], 0);
  EXPECT_GT(texts.weight_ahead[0], 0);
  const AttentionErasureResult result = attention_erasure_of(texts, {0, 1});
  EXPECT_DOUBLE_EQ(result.neither, 1);
  EXPECT_DOUBLE_EQ(result.removed[0].mean, 0.75);
}

// 650 words for the answer and 50 against it: it changes when 601 of the first are gone, in the second block of
// questions.
TEST(AttentionErasure, LongTextsAreFollowedInBlocks) {
  FakeModel model;
  model.bias = {0.001, 0};
  model.values = {{0, 0}, {1, 0}, {-1, 0}};
  model.scores.assign(3, 0);
  Material material;
  material.classes = {"a", "b"};
  material.texts = {Text{std::vector<int32_t>(700, 1), {}}};
  std::fill(material.texts[0].ids.begin() + 650, material.texts[0].ids.end(), 2);
  material.truth = {0};
  std::vector<double> first_to_last, last_to_first;
  for (int i = 0; i < 700; ++i) {
    first_to_last.push_back(-i);
    last_to_first.push_back(i);
  }
  const auto texts =
      erase_attention(model, material, answers_of(model, material), {first_to_last}, {last_to_first}, 1, no_progress);
  EXPECT_DOUBLE_EQ(texts.removed[1][0], 601.0 / 700);
  EXPECT_DOUBLE_EQ(texts.removed[2][0], 1);
}

TEST(AttentionErasure, TheLargestWeightMattersWhereItDecides) {
  FakeModel model = test::rule_model();
  const Material material = test::rule_texts(60);
  const Answers answers = answers_of(model, material);
  std::vector<std::vector<double>> weights;
  for (const Reading& reading : answers.readings) weights.push_back(reading.weights);
  const auto result =
      attention_erasure_of(erase_attention(model, material, answers, weights, weights, 1, no_progress), all_rows(60));
  EXPECT_TRUE(result.top_beyond_random.above(0.05));
  EXPECT_NEAR(result.only_top, 2.0 / 3, 1e-9);  // the texts with a deciding word
  EXPECT_NEAR(result.only_top + result.only_random + result.both + result.neither, 1, 1e-12);
  EXPECT_LT(result.removed[0].mean, result.removed[3].mean);
}

}  // namespace
}  // namespace fovea::audit
