#include "metrics/sequence/ter.h"

#include <random>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "metrics/measures.h"
#include "metrics/sequence/edits.h"
#include "metrics/sequence/words.h"

namespace fovea::metrics {
namespace {

int64_t edits_between(const std::string& translation, const std::string& reference) {
  return translation_edits(words_of(translation, Tokenizer::kNone), words_of(reference, Tokenizer::kNone));
}

// The example of Snover et al. 2006, section 2: one phrase is moved, one word changed, two put in.
TEST(TranslationEdits, OfTheirPaper) {
  EXPECT_EQ(edits_between("this week the saudis denied information published in the new york times",
                          "saudi arabia denied this week information published in the american new york times"),
            4);
}

TEST(TranslationEdits, ByHand) {
  EXPECT_EQ(edits_between("a b c", "a b c"), 0);
  EXPECT_EQ(edits_between("a x c", "a b c"), 1);
  EXPECT_EQ(edits_between("a c", "a b c"), 1);
  EXPECT_EQ(edits_between("a b b c", "a b c"), 1);
  EXPECT_EQ(edits_between("c d e a b", "a b c d e"), 1) << "moved";
  EXPECT_EQ(edits_between("b a d c", "a b c d"), 2) << "moved twice";
  EXPECT_EQ(edits_between("a", "b"), 1);
  EXPECT_EQ(edits_between("", "a b"), 2);
  EXPECT_EQ(edits_between("a b", ""), 2);
  EXPECT_EQ(edits_between("", ""), 0);
}

// Words 0 to 9 and the letters around them: ten words are moved at once, eleven are not, but in two moves.
TEST(TranslationEdits, WhatMovesHasTenWordsAtMost) {
  const std::string ten = "0 1 2 3 4 5 6 7 8 9", stay = "a b c d e f g h i j k l m n";
  EXPECT_EQ(edits_between(ten + " " + stay, stay + " " + ten), 1);
  EXPECT_EQ(edits_between(ten + " x " + stay, stay + " " + ten + " x"), 2);
}

// Far from its place nothing is moved, so one word is left out and put in.
TEST(TranslationEdits, WhatMovesGoesFiftyWordsAtMost) {
  const auto around = [](int words) {
    std::string text;
    for (int i = 0; i < words; ++i) text += " " + std::to_string(i);
    return text;
  };
  EXPECT_EQ(edits_between("x" + around(50), around(50) + " x"), 1);
  EXPECT_EQ(edits_between("x" + around(51), around(51) + " x"), 2);
}

// What both share stands 60 words apart: too far to be moved, and outside of the beam, so it is not matched at all.
TEST(TranslationEdits, KeepNearTheDiagonal) {
  const auto made = [](const std::string& stem, int words) {
    std::string text;
    for (int i = 0; i < words; ++i) text += " " + stem + std::to_string(i);
    return text;
  };
  const std::string translation = made("o", 60) + made("s", 100), reference = made("s", 100) + made("p", 60);
  EXPECT_EQ(word_edits(words_of(reference, Tokenizer::kNone), words_of(translation, Tokenizer::kNone)).count(), 120);
  EXPECT_EQ(edits_between(translation, reference), 160);
  EXPECT_EQ(edits_between("x", made("o", 120)), 120) << "a beam as wide as the lengths differ";
  EXPECT_EQ(edits_between(made("o", 120), "x"), 120);
}

// Two words that come again and again use the thousand moves up; with more of them it would be 14 edits.
TEST(TranslationEdits, TryAThousandMovesAtMost) {
  std::string translation, reference;
  for (int i = 0; i < 40; ++i) {
    translation += i % 3 == 0 ? " a" : " b";
    reference += i % 3 == 0 ? " b" : " a";
  }
  EXPECT_EQ(edits_between(translation + " p q r s t u v w x y z", reference + " u v w x y z p q r s t"), 16);
}

TEST(TranslationEdits, AreNeverMoreThanWithoutMoves) {
  std::mt19937 random(11);
  for (int sample = 0; sample < 200; ++sample) {
    std::vector<std::string> a(random() % 12), b(random() % 12);
    for (std::string& word : a) word = std::to_string(random() % 5);
    for (std::string& word : b) word = std::to_string(random() % 5);
    const int64_t edits = translation_edits(a, b);
    EXPECT_LE(edits, word_edits(b, a).count());
    EXPECT_GE(edits, std::abs(std::ssize(a) - std::ssize(b)));
    EXPECT_EQ(edits == 0, a == b);
  }
}

TEST(Ter, TheNearestReferenceAndTheMeanLength) {
  using Words = std::vector<std::string>;
  const TerCounts counts =
      ter_counts(Words{"a", "b"}, std::vector{Words{"a", "b", "c"}, Words{"x", "y", "z", "v"}, Words{}});
  EXPECT_EQ(counts.edits, 1);
  EXPECT_DOUBLE_EQ(counts.reference_words, 7.0 / 3);
  EXPECT_DOUBLE_EQ(kTer.score(counts.sums(), 1), 3.0 / 7);
  EXPECT_THROW(ter_counts(Words{"a"}, {}), InternalError);
}

TEST(Ter, NothingToReach) {
  EXPECT_EQ(ter(3, 0), 1);
  EXPECT_EQ(ter(0, 0), 0);
  EXPECT_EQ(ter(3, 2), 1.5);
}

}  // namespace
}  // namespace fovea::metrics
