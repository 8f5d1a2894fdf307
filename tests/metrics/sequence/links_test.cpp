#include "metrics/sequence/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/measures.h"

namespace fovea::metrics {
namespace {

using ::testing::ElementsAre;

// By hand: of 5 links 2 are sure and 2 more possible; of 3 sure ones 2 are found.
TEST(Links, ByHand) {
  const GoldLinks gold{.sure = {{0, 0}, {1, 2}, {3, 1}}, .possible = {{0, 0}, {1, 1}, {1, 2}, {2, 2}, {2, 3}, {3, 1}}};
  const LinkCounts counts = link_counts(gold, {{0, 0}, {0, 4}, {1, 1}, {1, 2}, {2, 3}});
  EXPECT_THAT(counts.sums(), ElementsAre(5, 3, 2, 4));
  EXPECT_DOUBLE_EQ(counts.precision(), 4.0 / 5);
  EXPECT_DOUBLE_EQ(counts.recall(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(counts.f1(), 2 * 0.8 * (2.0 / 3) / (0.8 + 2.0 / 3));
  EXPECT_DOUBLE_EQ(counts.error_rate(), 1 - 6.0 / 8);
}

TEST(Links, AreOfTheCorpus) {
  LinkCounts sum{5, 3, 2, 4};
  sum += LinkCounts{2, 4, 1, 2};
  EXPECT_THAT(sum.sums(), ElementsAre(7, 7, 3, 6));
  EXPECT_DOUBLE_EQ(kAer.score(sum.sums(), 2), 1 - 9.0 / 14);
  EXPECT_DOUBLE_EQ(kLinkPrecision.score(sum.sums(), 2), 6.0 / 7);
  EXPECT_DOUBLE_EQ(kLinkRecall.score(sum.sums(), 2), 3.0 / 7);
  EXPECT_DOUBLE_EQ(kLinkF1.score(sum.sums(), 2), 2 * 6.0 / 7 * 3.0 / 7 / (9.0 / 7));
}

TEST(Links, WhereThereAreNone) {
  const LinkCounts neither;
  EXPECT_EQ(neither.error_rate(), 0);
  EXPECT_EQ(neither.precision(), 1);
  EXPECT_EQ(neither.recall(), 1);
  EXPECT_EQ(neither.f1(), 1);
  const LinkCounts missed{.sure = 2}, invented{.links = 2};
  for (const LinkCounts& wrong : {missed, invented}) {
    EXPECT_EQ(wrong.error_rate(), 1);
    EXPECT_EQ(wrong.precision(), 0);
    EXPECT_EQ(wrong.recall(), 0);
    EXPECT_EQ(wrong.f1(), 0);
  }
}

TEST(Links, AreTidied) {
  EXPECT_THAT(tidied({{2, 1}, {0, 5}, {2, 0}, {2, 1}}), ElementsAre(Link{0, 5}, Link{2, 0}, Link{2, 1}));
}

}  // namespace
}  // namespace fovea::metrics
