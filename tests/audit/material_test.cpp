#include "audit/material.h"

#include <set>

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

using test::FakeModel;

TEST(Order, FallingScores) {
  EXPECT_EQ(order_of({0.1, 0.7, -3, 0.2}, 1, 0), (Order{1, 3, 0, 2}));
}

// Over many texts each of three equal words comes first about as often; the larger one always comes before.
TEST(Order, TiesAreDrawnAndTheDrawRepeats) {
  std::vector<int> first(4, 0);
  for (uint64_t text = 0; text < 900; ++text) {
    const Order order = order_of({5, 1, 1, 1}, 7, text);
    EXPECT_EQ(order, order_of({9, 2, 2, 2}, 7, text));
    EXPECT_EQ(order[0], 0);
    ++first[static_cast<size_t>(order[1])];
  }
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_GT(first[i], 240);
    EXPECT_LT(first[i], 360);
  }
  std::set<Order> orders;
  for (uint64_t seed = 0; seed < 50; ++seed) orders.insert(order_of({1, 1, 1}, seed, 0));
  EXPECT_EQ(orders.size(), 6U);
}

TEST(Order, RandomScoresDifferByTextDrawAndSeed) {
  test::FakeModel texts;
  texts.texts = {{{4, 5, 6}}, {{4, 5, 6}}};
  const auto scores = random_map(texts, 1, 0);
  EXPECT_EQ(scores, random_map(texts, 1, 0));
  EXPECT_NE(scores[0], scores[1]);
  EXPECT_NE(scores, random_map(texts, 1, 1));
  EXPECT_NE(scores, random_map(texts, 2, 0));
}

TEST(Answers, AreNeverAllOthersTogether) {
  struct WithOthers : FakeModel {
    std::optional<int64_t> others() const override { return 1; }
  };
  const FakeModel plain;
  const WithOthers with_others;
  EXPECT_EQ(answered(plain, {0.2, 3, 0.1}), 1);
  EXPECT_EQ(answered(with_others, {0.2, 3, 0.1}), 0);
  EXPECT_EQ(answered(with_others, {-9, 3, -2}), 2);
}

TEST(ErasedInputs, AskEachSetOnceAndAnswerInOrder) {
  FakeModel model = test::rule_model();
  model.texts = {{{1, 3, 2}}, {{1, 3, 2}}};
  ErasedInputs erased(model, Erased::kDeleted);
  const size_t a = erased.add(0, {0}), b = erased.add(0, {2, 1}), again = erased.add(0, {1, 2});
  const size_t other = erased.add(1, {0});
  EXPECT_EQ(b, again);
  EXPECT_NE(a, other);
  EXPECT_EQ(erased.parts(), 2 + 1 + 2);
  const auto logits = erased.answer();
  ASSERT_EQ(logits.size(), 3U);
  EXPECT_EQ(model.asked, (std::vector<size_t>{3}));
  EXPECT_DOUBLE_EQ(logits[b][0], 6);  // word 1 alone
  EXPECT_EQ(logits[a], logits[other]);
  EXPECT_GT(logits[a][1], 4);
  EXPECT_EQ(erased.parts(), 0);
  EXPECT_TRUE(erased.answer().empty());
  EXPECT_EQ(model.asked.size(), 1U);  // nothing is asked about nothing
}

TEST(ErasedInputs, MasksOrDeletes) {
  FakeModel model = test::rule_model();
  model.scores[0] = std::log(3.0);  // the mask draws three times the weight of an even word
  model.scores[1] = 0;
  model.texts = {{{1, 9}}};
  ErasedInputs masked(model, Erased::kMasked);
  masked.add(0, {1});
  EXPECT_DOUBLE_EQ(masked.answer()[0][0], 6 * 0.25);
}

}  // namespace
}  // namespace fovea::audit
