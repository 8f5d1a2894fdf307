#include "metrics/sequence/chrf.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "metrics/measures.h"

namespace fovea::metrics {
namespace {

ChrfCounts against(const std::string& translation, const std::vector<std::string>& references) {
  return chrf_counts(translation, references);
}

void expect_order(const ChrfCounts::Order& order, int64_t candidates, int64_t references, int64_t matches) {
  EXPECT_EQ(order.candidates, candidates);
  EXPECT_EQ(order.references, references);
  EXPECT_EQ(order.matches, matches);
}

// By hand: aba, aab, aaba against aab.
TEST(Chrf, ByHand) {
  const ChrfCounts counts = against("a a b a", {"aab"});
  expect_order(counts.orders[0], 4, 3, 3);
  expect_order(counts.orders[1], 3, 2, 2);
  expect_order(counts.orders[2], 2, 1, 1);
  expect_order(counts.orders[3], 0, 0, 0);
  const double precision = (3.0 / 4 + 2.0 / 3 + 1.0 / 2) / 3;
  EXPECT_NEAR(chrf(counts), 5 * precision / (4 * precision + 1), 1e-12);
}

TEST(Chrf, RecallWeighsMore) {
  EXPECT_GT(chrf(against("abcdefgh", {"abcdef"})), chrf(against("abcd", {"abcdef"})));
  EXPECT_EQ(chrf(against("größe 日本", {"größe\t日本"})), 1);
  EXPECT_LT(chrf(against("Größe", {"größe"})), 1) << "case counts";
}

TEST(Chrf, CountsAreClipped) {
  expect_order(against("aaaa", {"aa"}).orders[0], 4, 2, 2);
  expect_order(against("aa", {"aaaa"}).orders[0], 2, 4, 2);
}

TEST(Chrf, TheBestReferenceCounts) {
  const ChrfCounts best = against("abc", {"xyz", "abd", "ab"});
  expect_order(best.orders[0], 3, 2, 2);
  expect_order(against("abc", {"xyz", "vw"}).orders[0], 3, 3, 0);
}

TEST(Chrf, NothingIsWorthNothing) {
  EXPECT_EQ(chrf(against("", {"ab"})), 0);
  EXPECT_EQ(chrf(against("ab", {" "})), 0);
  EXPECT_EQ(against("ab", {""}).orders[0].candidates, 0);
  EXPECT_EQ(chrf(ChrfCounts{}), 0);
  EXPECT_THROW(against("a", {}), InternalError);
}

TEST(Chrf, IsAFunctionOfItsSums) {
  const ChrfCounts counts = against("the cat sat", {"a cat sits"});
  EXPECT_EQ(counts.sums().size(), kChrf.parts);
  EXPECT_EQ(kChrf.score(counts.sums(), 1), chrf(counts));
  EXPECT_GT(chrf(counts), 0);
}

}  // namespace
}  // namespace fovea::metrics
