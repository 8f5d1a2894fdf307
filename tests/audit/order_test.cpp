#include "audit/order.h"

#include <set>

#include <gtest/gtest.h>

namespace fovea::audit {
namespace {

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
  const std::vector<attribution::Text> texts = {{{4, 5, 6}, {}}, {{4, 5, 6}, {}}};
  const auto scores = random_scores(texts, 1, 0);
  EXPECT_EQ(scores, random_scores(texts, 1, 0));
  EXPECT_NE(scores[0], scores[1]);
  EXPECT_NE(scores, random_scores(texts, 1, 1));
  EXPECT_NE(scores, random_scores(texts, 2, 0));
}

}  // namespace
}  // namespace fovea::audit
