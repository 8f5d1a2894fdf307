#include "audit/planted.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

TEST(Planted, PrecisionAndRankAreCounted) {
  const Map map{"m", MapKind::kAudited, {{0.1, 0.9}, {0.2, 0.8}, {9, 9, 9}}};
  const PlantedRow row = planted_row(map, {{1}, {0}, {2}}, {1, 1, 0}, 1);
  EXPECT_EQ(row.precision.mean, 0.5);
  EXPECT_EQ(row.rank.mean, 1.5);
  EXPECT_EQ(row.precision.n, 2) << "a text whose answer is not the planted one is left out";
}

TEST(Planted, OfTwoPartsBothMustBeOnTop) {
  const Map map{"m", MapKind::kAudited, {{0.1, 0.9, 0.8, 0.2}, {0.9, 0.1, 0.2, 0.3}, {9, 9, 9, 9}}};
  const PlantedRow row = planted_row(map, {{2, 1}, {0, 1}, {2, 0}}, {1, 1, 0}, 1);
  EXPECT_EQ(row.precision.mean, (1 + 0.5) / 2);
  EXPECT_EQ(row.rank.mean, (1.5 + (1 + 4) / 2.0) / 2);
}

// A model to which one part of two is the shortcut has not learnt that both are needed.
TEST(Planted, AHalfThatIsFollowedIsNotLearnt) {
  PlantedResult result;
  result.used = 0.995;
  result.untaught = 0.5;
  EXPECT_TRUE(result.taught());
  result.incomplete = 0.55;
  EXPECT_TRUE(result.taught());
  result.incomplete = 0.97;
  EXPECT_FALSE(result.taught());
  result.incomplete = 0.5;
  result.used = 0.98;
  EXPECT_FALSE(result.taught());
}

TEST(Planted, ALyingMapHasTheSameWeightsElsewhere) {
  Map map{"attention", MapKind::kAudited, {}};
  for (const test::Text& text : test::rule_texts(50).texts) {
    map.scores.emplace_back();
    for (size_t i = 0; i < text.ids.size(); ++i) map.scores.back().push_back(static_cast<double>(i + 1));
  }
  const Map moved = permuted(map, "texts", 1), other = swapped(map, "texts");
  for (size_t i = 0; i < 50; ++i) {
    std::vector<double> sorted = moved.scores[i];
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(sorted, map.scores[i]);
    EXPECT_EQ(other.scores[i].size(), map.scores[i].size());
  }
  EXPECT_NE(moved.scores, map.scores);
  EXPECT_EQ(moved.name, "permuted within texts");
  EXPECT_EQ(other.name, "swapped between texts");
}

}  // namespace
}  // namespace fovea::audit
