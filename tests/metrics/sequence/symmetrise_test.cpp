#include "metrics/sequence/symmetrise.h"

#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "metrics/sequence/links_text.h"

namespace fovea::metrics {
namespace {

constexpr Symmetrisation kAll[] = {Symmetrisation::kIntersection, Symmetrisation::kUnion,
                                   Symmetrisation::kGrowDiagFinal, Symmetrisation::kGrowDiagFinalAnd};

Links links_of(const std::string& text) {
  return read_links({"links", text + "\n"}).front();
}

std::string by(Symmetrisation symmetrisation, const std::string& forward, const std::string& backward) {
  return links_text(symmetrise(links_of(forward), links_of(backward), symmetrisation));
}

TEST(Symmetrise, ByHand) {
  const std::string forward = "0-0 1-1 2-2 3-3 4-2 4-4 6-4", backward = "0-0 1-1 2-2 3-3 4-4 6-1";
  EXPECT_EQ(by(Symmetrisation::kIntersection, forward, backward), "0-0 1-1 2-2 3-3 4-4");
  EXPECT_EQ(by(Symmetrisation::kUnion, forward, backward), "0-0 1-1 2-2 3-3 4-2 4-4 6-1 6-4");
  // Nothing of the union lies beside and links a word without a link; 6 has none in the end, and its first link closes
  // it: of the forward direction, for that comes first.
  EXPECT_EQ(by(Symmetrisation::kGrowDiagFinal, forward, backward), "0-0 1-1 2-2 3-3 4-4 6-4");
  EXPECT_EQ(by(Symmetrisation::kGrowDiagFinal, backward, forward), "0-0 1-1 2-2 3-3 4-4 6-1");
  EXPECT_EQ(by(Symmetrisation::kGrowDiagFinalAnd, forward, backward), "0-0 1-1 2-2 3-3 4-4");
}

TEST(Symmetrise, GrowsBesideAndDiagonally) {
  // From 1-1: 1-2 beside it and 2-2 diagonally, though 2 of the target has a link by then; from 2-2 on to 3-3.
  EXPECT_EQ(by(Symmetrisation::kGrowDiagFinalAnd, "1-1 2-2 3-3", "1-1 1-2"), "1-1 1-2 2-2 3-3");
  // Not beside anything: only in the end, and only where neither word has a link.
  EXPECT_EQ(by(Symmetrisation::kGrowDiagFinalAnd, "0-0 0-4 5-5", "0-0"), "0-0 5-5");
  EXPECT_EQ(by(Symmetrisation::kGrowDiagFinal, "0-0 0-4 5-5", "0-0"), "0-0 0-4 5-5");
}

// By the published pseudo-code, run elsewhere.
TEST(Symmetrise, AsThePseudoCodeHasIt) {
  const struct {
    const char *forward, *backward, *final, *final_and;
  } cases[] = {
      {"0-4 2-2 4-0", "0-3 1-4 2-3 3-4 4-2", "0-3 0-4 1-4 2-2 3-4 4-0", "0-4 2-2 4-0"},
      {"0-3 1-2 2-0 2-4 2-5 2-6", "0-5 1-6 2-6 3-6", "0-3 0-5 1-2 1-6 2-0 2-4 2-5 2-6 3-6", "0-5 1-6 2-4 2-5 2-6 3-6"},
      {"1-2 1-3 1-5 2-4", "0-1 1-0 2-4 3-5 4-3", "0-1 1-0 1-2 1-3 1-5 2-4 3-5 4-3", "0-1 1-0 1-2 1-3 1-5 2-4 3-5"},
      {"0-0 1-0 1-1 1-3 1-4 2-2 4-2", "0-0 1-3 2-1 2-2 4-0", "0-0 1-1 1-3 1-4 2-2 4-2", "0-0 1-1 1-3 1-4 2-2"},
      {"0-0 0-2 1-0 1-1 1-4 1-5 2-2", "0-0 0-1 1-1 2-1 2-2", "0-0 1-1 1-4 1-5 2-2", "0-0 1-1 2-2"},
      {"0-3 2-2 4-1 4-4", "0-3 1-0 2-1 3-0 4-2", "0-3 1-0 2-2 3-0 4-1 4-4", "0-3 1-0 2-2 4-1"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(by(Symmetrisation::kGrowDiagFinal, one.forward, one.backward), one.final);
    EXPECT_EQ(by(Symmetrisation::kGrowDiagFinalAnd, one.forward, one.backward), one.final_and);
  }
}

// Between intersection and union; two directions that agree are left as they are; with "or" every linked word keeps a
// link.
TEST(Symmetrise, LiesBetweenIntersectionAndUnion) {
  std::mt19937 random(3);
  for (int sample = 0; sample < 200; ++sample) {
    Links forward, backward;
    for (int64_t word = 0; word < 7; ++word) {
      if (random() % 4 != 0) forward.push_back({static_cast<int64_t>(random() % 6), word});
      if (random() % 4 != 0) backward.push_back({word, static_cast<int64_t>(random() % 6)});
    }
    forward = tidied(forward);
    backward = tidied(backward);
    const Links inner = symmetrise(forward, backward, Symmetrisation::kIntersection),
                outer = symmetrise(forward, backward, Symmetrisation::kUnion);
    for (const Symmetrisation symmetrisation : kAll) {
      const Links links = symmetrise(forward, backward, symmetrisation);
      EXPECT_TRUE(std::includes(links.begin(), links.end(), inner.begin(), inner.end()));
      EXPECT_TRUE(std::includes(outer.begin(), outer.end(), links.begin(), links.end()));
      EXPECT_EQ(symmetrise(forward, forward, symmetrisation), forward);
    }
    std::set<int64_t> linked, kept;
    for (const Link& link : outer) linked.insert(link.source);
    for (const Link& link : symmetrise(forward, backward, Symmetrisation::kGrowDiagFinal)) kept.insert(link.source);
    EXPECT_EQ(kept, linked);
  }
}

TEST(Symmetrise, WhereOneSideHasNone) {
  for (const Symmetrisation symmetrisation : kAll) EXPECT_EQ(by(symmetrisation, "", ""), "");
  EXPECT_EQ(by(Symmetrisation::kIntersection, "0-1 2-0", ""), "");
  EXPECT_EQ(by(Symmetrisation::kUnion, "0-1", "2-0"), "0-1 2-0");
  EXPECT_EQ(by(Symmetrisation::kGrowDiagFinalAnd, "", "0-1 0-2"), "0-1");
}

TEST(Symmetrise, Names) {
  EXPECT_STREQ(symmetrisation_name(Symmetrisation::kIntersection), "intersection");
  EXPECT_STREQ(symmetrisation_name(Symmetrisation::kUnion), "union");
  EXPECT_STREQ(symmetrisation_name(Symmetrisation::kGrowDiagFinal), "grow-diag-final");
  EXPECT_STREQ(symmetrisation_name(Symmetrisation::kGrowDiagFinalAnd), "grow-diag-final-and");
}

}  // namespace
}  // namespace fovea::metrics
