#include "metrics/sequence/bleu.h"

#include <cmath>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/measures.h"

namespace fovea::metrics {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

// The examples of Papineni et al. 2002, section 2.1; the score is the one that the documentation of NLTK has for it.
TEST(Bleu, CountsAreClipped) {
  const std::vector<std::vector<std::string>> references = {words("The cat is on the mat"),
                                                            words("There is a cat on the mat")};
  const BleuCounts the = bleu_counts(words("the the the the the the the"), references);
  EXPECT_EQ(the.matches[0], 1) << "cased: The is another word";
  EXPECT_EQ(the.candidates[0], 7);
  EXPECT_EQ(the.matches[1], 0);
  const BleuCounts party = bleu_counts(
      words("It is a guide to action which ensures that the military always obeys the commands of the party"),
      std::vector<std::vector<std::string>>{
          words("It is a guide to action that ensures that the military will forever heed Party commands"),
          words("It is the guiding principle which guarantees the military forces always being under the "
                "command of the Party"),
          words("It is the practical guide for the army always to heed the directions of the party")});
  EXPECT_THAT(party.matches, ElementsAre(17, 10, 7, 4));
  EXPECT_THAT(party.candidates, ElementsAre(18, 17, 16, 15));
  EXPECT_EQ(party.length, 18);
  EXPECT_EQ(party.reference_length, 18);
  EXPECT_NEAR(bleu(party), 0.5045666840, 1e-9);
}

// By hand: matches 5, 3, 2, 1 of 6, 5, 4, 3; 6 words against 7.
TEST(Bleu, ByHand) {
  const BleuCounts counts = bleu_counts(words("a b c d x e"), words("a b c d e f g"));
  EXPECT_THAT(counts.matches, ElementsAre(5, 3, 2, 1));
  EXPECT_THAT(counts.candidates, ElementsAre(6, 5, 4, 3));
  EXPECT_NEAR(bleu(counts), std::pow(5.0 / 6 * 3 / 5 * 2 / 4 * 1 / 3, 0.25) * std::exp(1 - 7.0 / 6), 1e-12);
}

TEST(Bleu, IsOfTheCorpusAndNotAMeanOfSentences) {
  BleuCounts corpus = bleu_counts(words("a b c d e"), words("a b c d e"));
  EXPECT_DOUBLE_EQ(bleu(corpus), 1);
  const BleuCounts other = bleu_counts(words("v w x"), words("v w y z"));
  EXPECT_EQ(bleu(other), 0) << "no n-gram of four";
  corpus += other;
  EXPECT_NEAR(bleu(corpus), std::pow(7.0 / 8 * 5 / 6 * 3 / 4 * 1, 0.25) * std::exp(1 - 9.0 / 8), 1e-12);
  EXPECT_DOUBLE_EQ(kBleu.score(corpus.sums(), 2), bleu(corpus));
  EXPECT_EQ(BleuCounts::from_sums(corpus.sums()).candidates, corpus.candidates);
}

TEST(Bleu, LongerThanTheReferenceIsNoPenaltyOfItsOwn) {
  const BleuCounts counts = bleu_counts(words("a b c d e f"), words("a b c d"));
  EXPECT_NEAR(bleu(counts), std::pow(4.0 / 6 * 3 / 5 * 2 / 4 * 1 / 3, 0.25), 1e-12);
}

TEST(Bleu, TheNearestReferenceLengthAndTheShorterOfTwo) {
  EXPECT_EQ(bleu_counts(words("a b c"), std::vector{words("a b c d e f"), words("a b c d")}).reference_length, 4);
  EXPECT_EQ(bleu_counts(words("a b c"), std::vector{words("a b c d"), words("a b")}).reference_length, 2);
}

// By hand: matches 4, 2, 0, 0 of 6, 5, 4, 3; the two without count as 1/2 and 1/4.
TEST(Bleu, LengthsWithoutAMatchAreSmoothed) {
  const BleuCounts counts = bleu_counts(words("a b x c d y"), words("a b z c d w"));
  EXPECT_THAT(counts.matches, ElementsAre(4, 2, 0, 0));
  EXPECT_NEAR(bleu(counts), std::pow(4.0 / 6 * 2 / 5 * 0.5 / 4 * 0.25 / 3, 0.25), 1e-12);
  EXPECT_EQ(bleu(bleu_counts(words("a b c d"), words("e f g h"))), 0) << "no word matches";
}

TEST(Bleu, EffectiveOrderLooksAtTheLengthsThereAre) {
  const BleuCounts two = bleu_counts(words("a b"), words("a b c"));
  EXPECT_EQ(bleu(two), 0);
  EXPECT_NEAR(bleu(two, true), std::exp(1 - 3.0 / 2), 1e-12);
  const BleuCounts half = bleu_counts(words("a x"), words("a b"));
  EXPECT_NEAR(bleu(half, true), std::sqrt(0.5 * 0.5), 1e-12) << "the missing pair counts half";
  const BleuCounts six = bleu_counts(words("a b c d x e"), words("a b c d e f g"));
  EXPECT_EQ(bleu(six, true), bleu(six));
}

TEST(Bleu, NothingIsWorthNothing) {
  EXPECT_EQ(bleu(bleu_counts({}, words("a b"))), 0);
  EXPECT_EQ(bleu(BleuCounts{}), 0);
  EXPECT_EQ(bleu(BleuCounts{}, true), 0);
  EXPECT_EQ(bleu_counts({}, words("a b")).reference_length, 2);
}

}  // namespace
}  // namespace fovea::metrics
