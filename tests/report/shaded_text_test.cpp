#include <cmath>

#include <gtest/gtest.h>

#include "report/answers.h"
#include "report/shade.h"
#include "report/terminal.h"

namespace fovea::report {
namespace {

using test::make_answer;

const Style kPlain{};
const Style kColour{.colour = true};

TEST(Shade, HalfOctavesFromOneToEight) {
  EXPECT_EQ(shade_level(0), 0);
  EXPECT_EQ(shade_level(1), 0);
  EXPECT_EQ(shade_level(1.41), 0);
  EXPECT_EQ(shade_level(1.42), 1);
  EXPECT_EQ(shade_level(2), 2);
  EXPECT_EQ(shade_level(3.9), 3);
  EXPECT_EQ(shade_level(4), 4);
  EXPECT_EQ(shade_level(7.99), 5);
  EXPECT_EQ(shade_level(8), 6);
  EXPECT_EQ(shade_level(500), 6);
  EXPECT_EQ(shade_level(std::nan("")), 0);
  EXPECT_EQ(lift_of(0.3, 5), 1.5);
  EXPECT_EQ(lift_of(std::nan(""), 5), 0);
}

TEST(ShadedText, WithoutColourStrongWordsCarryTheirWeight) {
  const auto answer =
      make_answer("The acting was never\n bad .",
                  {{"The", 0.05}, {"acting", 0.1}, {"was", 0.06}, {"never", 0.34}, {"bad", 0.42}, {".", 0.03}});
  EXPECT_EQ(shaded_text(answer, kPlain), "The acting was never(.34)  bad(.42) .");
  EXPECT_EQ(explained_line(answer, kPlain), "positive 0.77   The acting was never(.34)  bad(.42) .");
}

TEST(ShadedText, BesideTheLabelsGivenStandsTheProbabilityOfOneOfThem) {
  tasks::Answer answer = test::given_behind_another();
  EXPECT_EQ(explained_line(answer, kPlain), "B 0.50   a b");
  answer.ranking[1].given = false;
  EXPECT_EQ(explained_line(answer, kPlain), "(no label) 0.60   a b");
}

TEST(ShadedText, SentencesBeginWithTheirWeight) {
  EXPECT_EQ(shaded_text(test::two_sentences(), kPlain), "[.25] It is dull. [.75] But I laughed(.38)!");
  EXPECT_NE(shaded_text(test::two_sentences(), kColour).find("\x1b[2m[.75]\x1b[0m "), std::string::npos);
  auto only = make_answer("a b", {{"a", 0.5}, {"b", 0.5}});
  only.sentences = {{0, 2, 0, 3, 0, 3, 1.0, {0.5, 0.5}}};
  EXPECT_EQ(shaded_text(only, kPlain), "a b");  // nothing was chosen
}

TEST(ShadedText, ExtremeWeightsReadWell) {
  EXPECT_EQ(shaded_text(make_answer("a b c", {{"a", 0.996}, {"b", 0.003}, {"c", 0.001}}), kPlain), "a(1.0) b c");
  EXPECT_EQ(shaded_text(make_answer("a b c", {{"a", 0.994}, {"b", 0.004}, {"c", 0.002}}), kPlain), "a(.99) b c");
  std::string text;
  std::vector<test::Word> words;
  for (int at = 0; at < 1000; ++at) {
    text += at == 500 ? "x " : "y ";
    words.push_back({at == 500 ? "x" : "y", at == 500 ? 0.004 : 0.000997});
  }
  EXPECT_NE(shaded_text(make_answer(text, words), kPlain).find("y x(<.01) y"), std::string::npos);
}

TEST(ShadedText, EvenWeightsAndOneWordAreNotShaded) {
  const auto even = make_answer("one two three four", {{"one", 0.25}, {"two", 0.25}, {"three", 0.25}, {"four", 0.25}});
  EXPECT_EQ(shaded_text(even, kPlain), "one two three four");
  EXPECT_EQ(shaded_text(even, kColour), "one two three four");
  EXPECT_EQ(shaded_text(make_answer("alone", {{"alone", 1}}), kColour), "alone");
}

TEST(ShadedText, ColourSetsBothColoursAndUnderlinesFromTwo) {
  const auto answer = make_answer("酒店很好", {{"酒店", 0.19}, {"很", 0.21}, {"好", 0.6}});
  EXPECT_EQ(shaded_text(answer, kColour), "酒店很\x1b[38;5;16;48;5;180m好\x1b[0m");
  const auto stronger = make_answer("a b c d e f g h i", {{"a", 0.9},
                                                          {"b", 0.02},
                                                          {"c", 0.01},
                                                          {"d", 0.01},
                                                          {"e", 0.01},
                                                          {"f", 0.01},
                                                          {"g", 0.01},
                                                          {"h", 0.01},
                                                          {"i", 0.02}});
  EXPECT_EQ(shaded_text(stronger, kColour), "\x1b[38;5;16;48;5;202;4;1ma\x1b[0m b c d e f g h i");
}

TEST(ShadedText, HostileTextStaysText) {
  const auto answer = test::hostile_answer();
  const std::string plain = explained_line(answer, kPlain);
  for (const char c : plain) EXPECT_FALSE((c >= 0 && c < 0x20) || c == 0x7F) << int{c};
  EXPECT_EQ(plain.rfind("<b>␛[31mlabel⟨U+202E⟩</script> \uFFFD 0.62", 0), 0u) << plain;
  EXPECT_NE(plain.find("␛[2J"), std::string::npos);
}

TEST(ShadedText, WrongOffsetsDoNoHarm) {
  auto answer = make_answer("a b", {{"a", 0.5}, {"b", 0.5}});
  answer.tokens[0].end = 99;
  answer.tokens[1].start = -4;
  EXPECT_EQ(shaded_text(answer, kPlain), "ab");
}

TEST(ExplainedLine, SaysWhatIsMissing) {
  EXPECT_EQ(explained_line(test::prior_answer(), kPlain),
            "negative 0.56   (no words: the label shares of the training part)");
  auto cut = make_answer("a b c", {{"a", 0.5}, {"b", 0.5}});
  cut.tokens_cut = 1;
  EXPECT_EQ(explained_line(cut, kPlain), "positive 0.77   a b c (the last 1 word not read)");
}

}  // namespace
}  // namespace fovea::report
