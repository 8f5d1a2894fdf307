#include "metrics/sequence/links_text.h"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "metrics/measures.h"
#include "support/scratch.h"

namespace fovea::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

template <typename Reads>
void expect_refusal(const Reads& reads, const std::string& what, const std::string& remedy) {
  try {
    reads();
    FAIL() << "should refuse: " << what;
  } catch (const UserError& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadData);
    EXPECT_EQ(error.what(), what);
    EXPECT_THAT(error.remedy(), HasSubstr(remedy));
  }
}

TEST(LinksText, PharaohForm) {
  const auto links = read_links({"out", "1-2 0-0\t 1-2\r\n\n12-3"});
  EXPECT_THAT(links, ElementsAre(ElementsAre(Link{0, 0}, Link{1, 2}), IsEmpty(), ElementsAre(Link{12, 3})));
  EXPECT_EQ(links_text(links[0]), "0-0 1-2");
  EXPECT_EQ(links_text(links[1]), "");
  EXPECT_THAT(read_links({"out", "1-2\n", 1}), ElementsAre(ElementsAre(Link{0, 1})));
  EXPECT_THAT(read_links({"out", ""}), IsEmpty());
  EXPECT_THAT(read_links({"out", "\n\n"}), ElementsAre(IsEmpty(), IsEmpty()));
}

TEST(LinksText, GoldForm) {
  const auto gold = read_gold_links({"gold", "2-2 1p1 3?4 1-3 3?4\n\n1p1 1-1\n", 1});
  ASSERT_EQ(gold.size(), 3U);
  EXPECT_THAT(gold[0].sure, ElementsAre(Link{0, 2}, Link{1, 1}));
  EXPECT_THAT(gold[0].possible, ElementsAre(Link{0, 0}, Link{0, 2}, Link{1, 1}, Link{2, 3}));
  EXPECT_EQ(gold[1], GoldLinks());
  EXPECT_THAT(gold[2].sure, ElementsAre(Link{0, 0})) << "what is sure is not less for being possible";
  EXPECT_THAT(gold[2].possible, ElementsAre(Link{0, 0}));
}

TEST(LinksText, GoldWithNumbersOfSentences) {
  for (const char* text : {"0\t0-0 1p1\n1\t\n2\t3-3\n", "1\t0-0 1p1\n2\t\n3\t3-3\n"}) {
    const auto gold = read_gold_links({"gold", text});
    ASSERT_EQ(gold.size(), 3U);
    EXPECT_THAT(gold[0].possible, ElementsAre(Link{0, 0}, Link{1, 1}));
    EXPECT_THAT(gold[1].possible, IsEmpty());
    EXPECT_THAT(gold[2].sure, ElementsAre(Link{3, 3}));
  }
  expect_refusal(
      [] {
        read_gold_links({"gold", "0\t0-0\n2\t1-1\n"});
      },
      "gold:2: says that it is sentence 2 where 1 is due", "sort its lines");
  expect_refusal(
      [] {
        read_gold_links({"gold", "7\t0-0\n"});
      },
      "gold:1: says that it is sentence 7 where 0 is due", "sort its lines");
}

TEST(LinksText, WhatIsNoLinkIsRefusedWithItsLine) {
  for (const std::string word :
       {"0_1", "0-", "-1", "-", "0--1", "0-1-2", "a-1", "1-b", "1.0-2", "0p1", "+1-2", "99999999999999999999-1"}) {
    expect_refusal(
        [&] {
          read_links({"a.out", "0-0\n1-1 " + word + "\n"});
        },
        "a.out:2: \"" + word + "\" is no link",
        "SOURCE-TARGET, the numbers of two words counted from 0, with white space between them: 0-0 1-0.");
  }
  expect_refusal(
      [] {
        read_gold_links({"g", "1-1 2q2", 1});
      },
      "g:1: \"2q2\" is no link",
      "counted from 1, with white space between them: 1-1 2-1; p or ? in place of the hyphen");
  expect_refusal(
      [] {
        read_gold_links({"g", "1-1\n1-0", 1});
      },
      "g:2: \"1-0\" counts words from 0, and the links here count from 1", "counted from 0");
  expect_refusal(
      [] {
        read_links({"a", "\x1b[31m" + std::string(60, 'x')});
      },
      "a:1: \"?[31m" + std::string(35, 'x') + "…\" is no link", "SOURCE-TARGET");
}

TEST(LinksText, FilesThatDoNotFitAreRefused) {
  expect_refusal(
      [] {
        score_links({"gold", "0-0\n0-0\n"}, {"out", "0-0\n"});
      },
      "out: has 1 line, and gold has 2 lines", "a line for each sentence");
  expect_refusal([] { score_links({"gold", ""}, {"out", ""}); }, "gold: has no line", "a line of links per sentence");
}

TEST(LinksText, Scored) {
  const RowSums sums = score_links({"gold", "1-1 2p2\n\n1-2\n", 1}, {"out", "0-0 1-1\n\n0-0\n"});
  EXPECT_EQ(sums.rows, 3U);
  EXPECT_THAT(sums.values, ElementsAre(2, 1, 1, 2, 0, 0, 0, 0, 1, 1, 0, 0));
  EXPECT_DOUBLE_EQ(mean_score(sums, kAer), 1 - 3.0 / 5);
}

struct PublishedAlignment {
  const char* languages;
  size_t sentences;
  double error_rate, precision, recall;
};

// Gold standards with the links of a published aligner, and its error rates; precision and recall were given for the
// first.
TEST(LinksText, PublishedErrorRates) {
  const PublishedAlignment alignments[] = {
      {"enfr", 447, 0.0407, 0.9627, 0.9542}, {"zhen", 450, 0.1331, 0, 0}, {"jaen", 582, 0.3736, 0, 0}};
  for (const PublishedAlignment& one : alignments) {
    const std::string name = std::string("word_alignment/") + one.languages;
    const auto gold = test::real_data(name + ".gold"), links = test::real_data(name + ".awesome-align.out");
    if (!gold || !links) GTEST_SKIP() << "needs " << name << ".gold under FOVEA_DATA";
    const auto content = [](const std::string& path) {
      std::ostringstream out;
      out << std::ifstream(path, std::ios::binary).rdbuf();
      return out.str();
    };
    const std::string gold_text = content(*gold), links_text = content(*links);
    const RowSums sums = score_links({*gold, gold_text, 1}, {*links, links_text});
    EXPECT_EQ(sums.rows, one.sentences);
    EXPECT_NEAR(mean_score(sums, kAer), one.error_rate, 5e-5) << name;
    if (one.precision == 0) continue;
    EXPECT_NEAR(mean_score(sums, kLinkPrecision), one.precision, 5e-5);
    EXPECT_NEAR(mean_score(sums, kLinkRecall), one.recall, 5e-5);
    EXPECT_EQ(sums.totals()[1], 4038) << "sure links";
  }
}

}  // namespace
}  // namespace fovea::metrics
