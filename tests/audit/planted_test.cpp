#include "audit/planted.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

TEST(Planted, TheWordStandsWhereItIsSaidToStand) {
  Material material = test::rule_texts(200);
  material.texts[0].sentence_starts = {0, 2, 4};
  const PlantedTexts planted = plant(material, {40, 41, 42}, 1);
  std::vector<int> of_class(3, 0);
  std::set<int64_t> places;
  for (size_t i = 0; i < 200; ++i) {
    const Text& text = planted.material.texts[i];
    const auto label = static_cast<size_t>(planted.material.truth[i]);
    EXPECT_EQ(text.ids[static_cast<size_t>(planted.places[i])], 40 + static_cast<int32_t>(label));
    Text without = text.without(std::vector<int64_t>{planted.places[i]});
    EXPECT_EQ(without.ids, material.texts[i].ids);
    EXPECT_EQ(without.sentence_starts, material.texts[i].sentence_starts);
    ++of_class[label];
    places.insert(planted.places[i]);
  }
  for (const int count : of_class) EXPECT_GT(count, 40);
  EXPECT_GT(places.size(), 8U);
}

TEST(Planted, PrecisionAndRankAreCounted) {
  PlantedTexts texts;
  texts.places = {1, 0, 2};
  const Map map{"m", MapKind::kAudited, {{0.1, 0.9}, {0.2, 0.8}, {9, 9, 9}}};
  const PlantedRow row = planted_row(map, texts, {1, 1, 0}, 1);
  EXPECT_EQ(row.precision.mean, 0.5);
  EXPECT_EQ(row.rank.mean, 1.5);
  EXPECT_EQ(row.precision.n, 2) << "a text whose answer is not the planted one is left out";
}

TEST(Planted, ALyingMapHasTheSameWeightsElsewhere) {
  const Material material = test::rule_texts(50);
  Map map{"attention", MapKind::kAudited, {}};
  for (const Text& text : material.texts) {
    map.scores.emplace_back();
    for (size_t i = 0; i < text.ids.size(); ++i) map.scores.back().push_back(static_cast<double>(i + 1));
  }
  const Map moved = permuted(map, 1), other = swapped(map, material.texts);
  for (size_t i = 0; i < 50; ++i) {
    std::vector<double> sorted = moved.scores[i];
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(sorted, map.scores[i]);
    EXPECT_EQ(other.scores[i].size(), map.scores[i].size());
  }
  EXPECT_NE(moved.scores, map.scores);
}

}  // namespace
}  // namespace fovea::audit
