#include "audit/plausibility.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

test::FakeModel model_of(const std::vector<size_t>& parts) {
  test::FakeModel model = test::rule_model();
  for (const size_t n : parts) model.texts.push_back({std::vector<int32_t>(n, 3)});
  return model;
}

const PlausibilityRow& row_named(const Plausibility& people, const std::string& name) {
  for (const PlausibilityRow& row : people.maps) {
    if (row.name == name) return row;
  }
  ADD_FAILURE() << "no row " << name;
  return people.random;
}

TEST(TopCount, IsRoundedUpAndOneAtLeast) {
  EXPECT_EQ(top_count(0.075, 40), 3U);
  EXPECT_EQ(top_count(3.0 / 40, 40), 3U);
  EXPECT_EQ(top_count(0.0751, 40), 4U);
  EXPECT_EQ(top_count(0.001, 5), 1U);
  EXPECT_EQ(top_count(1, 5), 5U);
}

TEST(EvenSpread, AnyNumberOfTopPartsIsSpread) {
  EXPECT_THAT(even_spread(8), ElementsAre(8, 4, 6, 2, 7, 3, 5, 1));
  EXPECT_THAT(even_spread(3), ElementsAre(3, 2, 1));
  EXPECT_THAT(even_spread(0), IsEmpty());
  std::vector<double> sorted = even_spread(1000);
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 0; i < sorted.size(); ++i) ASSERT_EQ(sorted[i], static_cast<double>(i + 1));
}

// Two texts of 4 and 8 parts. Marked are 1 of 4 and 6 of 8: the mean share is 1/2, so 2 and 4 parts are named.
TEST(Plausibility, ByHand) {
  test::FakeModel model = model_of({4, 8});
  const std::vector<Marked> marked = {{.spans = {{0, 1}}, .words = 1, .read = 1},
                                      {.spans = {{0, 3}, {5, 8}}, .words = 9, .read = 6}};
  // Named: 0 and 2 of the first; 0, 1, 2 and 4 of the second.
  const Map map{"map", MapKind::kAudited, {{4, 1, 3, 2}, {9, 8, 7, 1, 6, 3, 4, 5}}};
  const Plausibility people = plausibility_of(model, {map}, marked, 1);
  EXPECT_EQ(people.inputs, 2);
  EXPECT_DOUBLE_EQ(people.marked_share.mean, 0.5);
  EXPECT_DOUBLE_EQ(people.read_share.mean, 0.7);
  const PlausibilityRow& row = people.maps.front();
  EXPECT_EQ(row.kind, MapKind::kAudited);
  EXPECT_DOUBLE_EQ(row.precision.mean, (1.0 / 2 + 3.0 / 4) / 2);
  EXPECT_DOUBLE_EQ(row.recall.mean, (1.0 + 3.0 / 6) / 2);
  EXPECT_DOUBLE_EQ(row.f1.mean, (2.0 / 3 + 0.6) / 2);
  // Runs {0} {2} and {0 1 2} {4}; of each text one matches. Micro: 2 · 2 / (4 + 3). Macro: P (1/2 + 1/2) / 2,
  // R (1 + 1/2) / 2, of which the F1 is .6.
  EXPECT_DOUBLE_EQ(row.iou_micro.mean, 4.0 / 7);
  EXPECT_DOUBLE_EQ(row.iou_macro.mean, 0.6);
  // The second text, by falling score: marked ×3, not, marked ×3, not.
  const double steps = 3.0 / 6 + (5.0 - 1) / 5 / 6 + 5.0 / 6 / 6 + 6.0 / 7 / 6;
  const double lines =
      3.0 / 6 + (3.0 / 4 + 4.0 / 5) / 2 / 6 + (4.0 / 5 + 5.0 / 6) / 2 / 6 + (5.0 / 6 + 6.0 / 7) / 2 / 6;
  EXPECT_NEAR(row.average_precision.mean, (1 + steps) / 2, 1e-12);
  EXPECT_NEAR(row.auprc.mean, (1 + lines) / 2, 1e-12);
  EXPECT_NEAR(row.beyond_random.mean, row.average_precision.mean - people.random.average_precision.mean, 1e-12);
  EXPECT_EQ(row.f1.n, 2);
  EXPECT_LE(row.iou_micro.low, row.iou_micro.mean);
  // Even spread names 0 and 2 of 4; 0, 2, 4 and 6 of 8, of which 0, 2 and 6 are marked.
  EXPECT_DOUBLE_EQ(row_named(people, kEvenSpreadMap).precision.mean, (1.0 / 2 + 3.0 / 4) / 2);
}

TEST(Plausibility, TextsThatCannotBeScoredAreCounted) {
  test::FakeModel model = model_of({4, 4, 4, 4});
  const std::vector<Marked> marked = {{.spans = {{1, 2}}, .words = 3, .read = 1},
                                      {},
                                      {.spans = {}, .words = 5, .read = 0},
                                      {.spans = {{0, 4}}, .words = 2, .read = 2}};
  const Scores scores(4, {1, 4, 3, 2});
  const Plausibility people = plausibility_of(model, {{"map", MapKind::kAudited, scores}}, marked, 1);
  EXPECT_EQ(people.inputs, 2);
  EXPECT_EQ(people.without, 1);
  EXPECT_EQ(people.beyond_window, 1);
  EXPECT_DOUBLE_EQ(people.read_share.mean, 3.0 / 10);
  EXPECT_EQ(people.maps.front().f1.n, 2);
  EXPECT_DOUBLE_EQ(people.maps.front().auprc.mean, 1);

  const Plausibility none = plausibility_of(model, {{"map", MapKind::kAudited, scores}}, std::vector<Marked>(4), 1);
  EXPECT_EQ(none.inputs, 0);
  EXPECT_EQ(none.without, 4);
  EXPECT_THAT(none.maps, IsEmpty());
}

// A map of the marked parts is beyond random by more than luck, and its turned one below it.
TEST(Plausibility, TellsAgreementFromChance) {
  std::vector<size_t> parts;
  std::vector<Marked> marked;
  Map good{"good", MapKind::kAudited, {}}, bad{"bad", MapKind::kAttribution, {}};
  for (size_t text = 0; text < 30; ++text) {
    const size_t n = 10 + text % 5, at = text % 8;
    parts.push_back(n);
    marked.push_back({.spans = {{at, at + 2}}, .words = 2, .read = 2});
    std::vector<double> scores(n, 0);
    scores[at] = scores[at + 1] = 1;
    good.scores.push_back(scores);
    for (double& score : scores) score = -score;
    bad.scores.push_back(scores);
  }
  test::FakeModel model = model_of(parts);
  const Plausibility people = plausibility_of(model, {good, bad}, marked, 1);
  EXPECT_DOUBLE_EQ(row_named(people, "good").average_precision.mean, 1);
  EXPECT_GT(row_named(people, "good").recall.mean, 0.99);
  EXPECT_TRUE(row_named(people, "good").beyond_random.above(0.3));
  EXPECT_TRUE(row_named(people, "bad").beyond_random.below(0));
  EXPECT_EQ(row_named(people, "bad").f1.mean, 0);
  // Two of 10 to 14 parts at random: a share of marked parts of 2/12 on average.
  EXPECT_NEAR(people.random.precision.mean, people.marked_share.mean, 0.05);
  const Plausibility again = plausibility_of(model, {good, bad}, marked, 1);
  EXPECT_EQ(again.random.f1.mean, people.random.f1.mean);
  EXPECT_NE(plausibility_of(model, {good, bad}, marked, 2).random.f1.mean, people.random.f1.mean);
}

TEST(Resampled, IsTheStatisticOfMeans) {
  const auto ratio = [](const std::vector<double>& means) { return means[0] / means[1]; };
  const Number number = resampled({{1, 2, 3, 2}, {2, 4, 6, 4}}, ratio);
  EXPECT_DOUBLE_EQ(number.mean, 0.5);
  EXPECT_NEAR(number.low, 0.5, 1e-12) << "the columns are resampled jointly";
  EXPECT_NEAR(number.high, 0.5, 1e-12);
  EXPECT_EQ(number.n, 4);
  const Number wide = resampled({{0, 1, 0, 1}, {1, 1, 1, 1}}, ratio);
  EXPECT_DOUBLE_EQ(wide.mean, 0.5);
  EXPECT_LT(wide.low, 0.2);
  EXPECT_GT(wide.high, 0.8);
  EXPECT_EQ(resampled({{}, {}}, ratio).n, 0);
}

}  // namespace
}  // namespace fovea::audit
