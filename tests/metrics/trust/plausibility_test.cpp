#include "metrics/trust/plausibility.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace fovea::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Flags = std::vector<bool>;

TEST(Overlap, ByHand) {
  // 3 named, 4 marked, 2 in both: precision 2/3, recall 2/4, F1 = 2 · 2 / (3 + 4).
  const Overlap overlap = overlap_of(Flags{1, 1, 1, 0, 0, 0}, Flags{0, 1, 1, 1, 1, 0});
  EXPECT_DOUBLE_EQ(overlap.precision, 2.0 / 3);
  EXPECT_DOUBLE_EQ(overlap.recall, 0.5);
  EXPECT_DOUBLE_EQ(overlap.f1, 4.0 / 7);
  const Overlap all = overlap_of(Flags{0, 1}, Flags{0, 1});
  EXPECT_EQ(all.f1, 1);
  const Overlap none = overlap_of(Flags{1, 0}, Flags{0, 1});
  EXPECT_EQ(none.f1, 0);
  const Overlap nothing = overlap_of(Flags{0, 0}, Flags{0, 0});
  EXPECT_EQ(nothing.precision + nothing.recall + nothing.f1, 0);
}

TEST(Runs, AreTheLongest) {
  EXPECT_THAT(runs_of(Flags{1, 1, 0, 1, 0, 0, 1}), ElementsAre(WordSpan{0, 2}, WordSpan{3, 4}, WordSpan{6, 7}));
  EXPECT_THAT(runs_of(Flags{0, 0}), IsEmpty());
  EXPECT_THAT(runs_of(Flags{}), IsEmpty());
}

TEST(SpansFound, AtAnIntersectionOverUnionOfAHalf) {
  const auto found = [](std::vector<WordSpan> named, std::vector<WordSpan> marked) {
    return spans_found(named, marked);
  };
  EXPECT_EQ(found({{0, 4}}, {{0, 4}}), 1U);
  EXPECT_EQ(found({{0, 4}}, {{2, 4}}), 1U) << "2 of 4 are a half";
  EXPECT_EQ(found({{0, 5}}, {{3, 5}}), 0U) << "2 of 5 are less";
  EXPECT_EQ(found({{0, 4}}, {{2, 6}}), 0U) << "2 in both, 6 in either";
  EXPECT_EQ(found({{0, 4}}, {{1, 5}}), 1U) << "3 of 5";
  EXPECT_EQ(found({{0, 4}}, {{0, 2}, {2, 4}}), 1U) << "one named span is one";
  EXPECT_EQ(found({{0, 1}, {2, 4}, {7, 9}}, {{0, 1}, {2, 5}, {20, 30}}), 2U);
  EXPECT_EQ(found({{0, 1}}, {}), 0U);
  EXPECT_EQ(found({}, {{0, 1}}), 0U);
}

TEST(PrecisionRecall, ByHand) {
  // Named in turn: marked, not, marked, not. (recall, precision): (0, 1) (1/2, 1) (1/2, 1/2) (1, 2/3) (1, 1/2).
  // Trapezoids: 1/2 · 1 + 0 + 1/2 · (1/2 + 2/3) / 2 + 0 = 1/2 + 7/24. Steps: 1/2 · 1 + 1/2 · 2/3 = 5/6.
  const PrecisionRecall area = precision_recall({0.9, 0.8, 0.5, 0.1}, Flags{1, 0, 1, 0});
  EXPECT_DOUBLE_EQ(area.trapezoid, 0.5 + 7.0 / 24);
  EXPECT_DOUBLE_EQ(area.average_precision, 5.0 / 6);
}

// What sklearn's documentation shows: average_precision_score([0, 0, 1, 1], [.1, .4, .35, .8]) is .83; its
// precision_recall_curve has recall 1, .5, .5, 0 and precision 2/3, .5, 1, 1, of which auc() is .791666….
TEST(PrecisionRecall, AsItsExampleInScikitLearn) {
  const PrecisionRecall area = precision_recall({0.1, 0.4, 0.35, 0.8}, Flags{0, 0, 1, 1});
  EXPECT_NEAR(area.average_precision, 0.8333333333, 1e-9);
  EXPECT_NEAR(area.trapezoid, 0.7916666667, 1e-9);
}

TEST(PrecisionRecall, WordsOfOneScoreAreNamedAtOnce) {
  const PrecisionRecall even = precision_recall({0.25, 0.25, 0.25, 0.25}, Flags{1, 0, 0, 0});
  EXPECT_DOUBLE_EQ(even.average_precision, 0.25);
  EXPECT_DOUBLE_EQ(even.trapezoid, (1 + 0.25) / 2);
  // First one that is not marked, then two at once of which one is, then the other marked one.
  const PrecisionRecall tied = precision_recall({3, 2, 2, 1}, Flags{0, 1, 0, 1});
  EXPECT_DOUBLE_EQ(tied.average_precision, 0.5 / 3 + 0.5 * 0.5);
  EXPECT_DOUBLE_EQ(tied.trapezoid, 0.5 * (0 + 1.0 / 3) / 2 + 0.5 * (1.0 / 3 + 0.5) / 2);
  EXPECT_DOUBLE_EQ(precision_recall({-3, -1}, Flags{0, 1}).trapezoid, 1);
}

// The formulas once more as scikit-learn writes them: every score is a threshold, and words at or above it are named.
PrecisionRecall by_thresholds(const std::vector<double>& scores, const Flags& marked) {
  const double of_marked = static_cast<double>(std::count(marked.begin(), marked.end(), true));
  std::vector<double> thresholds(scores);
  std::sort(thresholds.begin(), thresholds.end());
  thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
  std::vector<double> precision, recall;  // by rising threshold, so that recall falls
  for (const double threshold : thresholds) {
    double named = 0, hits = 0;
    for (size_t i = 0; i < scores.size(); ++i) {
      if (scores[i] < threshold) continue;
      ++named;
      hits += marked[i];
    }
    precision.push_back(hits / named);
    recall.push_back(hits / of_marked);
  }
  precision.push_back(1);
  recall.push_back(0);
  PrecisionRecall out;
  for (size_t i = 0; i + 1 < recall.size(); ++i) {
    out.average_precision += (recall[i] - recall[i + 1]) * precision[i];
    out.trapezoid += (recall[i] - recall[i + 1]) * (precision[i] + precision[i + 1]) / 2;
  }
  return out;
}

TEST(PrecisionRecall, IsThatOfThresholds) {
  for (uint64_t text = 0; text < 200; ++text) {
    const uint64_t base = stream_base({7, Purpose::kTest, text});
    const size_t n = 1 + uniform_below(base, 0, 30);
    std::vector<double> scores;
    Flags marked;
    for (size_t i = 0; i < n; ++i) {
      scores.push_back(static_cast<double>(uniform_below(base, 2 * i + 1, text % 2 == 0 ? 5 : 1000)) - 2);
      marked.push_back(i == 0 || uniform_below(base, 2 * i + 2, 3) == 0);
    }
    const PrecisionRecall area = precision_recall(scores, marked), other = by_thresholds(scores, marked);
    EXPECT_NEAR(area.trapezoid, other.trapezoid, 1e-12);
    EXPECT_NEAR(area.average_precision, other.average_precision, 1e-12);
  }
}

}  // namespace
}  // namespace fovea::metrics
