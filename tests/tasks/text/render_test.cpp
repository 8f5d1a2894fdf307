#include "tasks/text/render.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tasks/text/answers.h"

namespace fovea::tasks {
namespace {

using draw::Style;
using test::make_answer;

using test::kPlain;
const Style kColour{.colour = true};

std::string shaded_text(const TextAnswer& answer, const Style& style) {
  return draw::picture_text(picture_of(answer), style);
}

TEST(ShadedText, WithoutColourStrongWordsCarryTheirWeight) {
  const auto answer =
      make_answer("The acting was never\n bad .",
                  {{"The", 0.05}, {"acting", 0.1}, {"was", 0.06}, {"never", 0.34}, {"bad", 0.42}, {".", 0.03}});
  EXPECT_EQ(shaded_text(answer, kPlain), "The acting was never(.34)  bad(.42) .");
  EXPECT_EQ(explained_line(answer, kPlain), "positive 0.77   The acting was never(.34)  bad(.42) .");
}

TEST(ShadedText, ALineIsOfWhatWordsAddWhereThatIsTold) {
  auto answer = make_answer("a dull film", {{"a", 0.8}, {"dull", 0.1}, {"film", 0.1}});
  answer.tokens[0].contribution = 0.1, answer.tokens[1].contribution = -0.7;
  EXPECT_EQ(explained_line(answer, kPlain), "positive 0.77   a(.80) dull film") << "not of all words";
  answer.tokens[2].contribution = 0.2;
  EXPECT_EQ(explained_line(answer, kPlain), "positive 0.77   a(.80) dull film") << "of states";
  answer.adds_first = true;
  EXPECT_EQ(explained_line(answer, kPlain), "positive 0.77   a dull(−.70) film");
  EXPECT_EQ(top_token(answer), 2) << "adds most";
  answer.sentences = test::two_sentences().sentences;
  EXPECT_EQ(explained_line(answer, kPlain), "positive 0.77   a dull(−.70) film") << "sentences have weights only";
  answer.tokens[2].contribution.reset();
  EXPECT_EQ(top_token(answer), 0) << "has the largest weight";
}

TEST(ShadedText, BesideTheLabelsGivenStandsTheProbabilityOfOneOfThem) {
  TextAnswer answer = test::given_behind_another();
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

TEST(Picture, HasTheTextInPieces) {
  const draw::ShadedWords picture = picture_of(test::two_sentences());
  std::string text = picture.gaps[0];
  for (size_t i = 0; i < picture.words.size(); ++i) text += picture.words[i] + picture.gaps[i + 1];
  EXPECT_EQ(text, "It is dull. But I laughed!");
  EXPECT_EQ(picture.weights[6], 0.375);
  ASSERT_EQ(picture.sentences.size(), 2u);
  EXPECT_EQ(picture.sentences[1].first, 4);
  EXPECT_EQ(picture.sentences[1].weight, 0.75);
  auto cut = make_answer("a b c", {{"a", 0.5}, {"b", 0.5}});
  cut.tokens_cut = 3;
  cut.unknown_tokens = 1;
  EXPECT_EQ(picture_of(cut).unread, 3);
  EXPECT_EQ(picture_of(cut).unknown, 1);
  EXPECT_EQ(picture_of(cut).gaps.back(), " c");
}

TEST(Headline, BeginsWithWhatIsGiven) {
  auto answer = make_answer("a b", {{"a", 0.5}, {"b", 0.5}}, {{"A", 0.4}, {"B", 0.3}, {"C", 0.2}, {"D", 0.1}});
  answer.truth = "D";
  answer.line = 7;
  const draw::Headline headline = headline_of(answer);
  ASSERT_EQ(headline.ranking.size(), 3u);  // those that are worth showing
  EXPECT_EQ(headline.ranking[2].label, "C");
  EXPECT_EQ(headline.ranking[2].probability, 0.2);
  EXPECT_EQ(headline.truth, "D");
  EXPECT_EQ(headline.line, 7);
  EXPECT_FALSE(headline.prior);
  const draw::Headline several = headline_of(test::given_behind_another());
  ASSERT_EQ(several.ranking.size(), 3u);  // the set, then the labels
  EXPECT_EQ(several.ranking[0].label, "B");
  EXPECT_EQ(several.ranking[0].probability, 0.5);
  EXPECT_EQ(several.ranking[1].label, "A");
  EXPECT_TRUE(headline_of(test::prior_answer()).prior);
}

TEST(ExplainedLine, SaysWhatIsMissing) {
  EXPECT_EQ(explained_line(test::prior_answer(), kPlain),
            "negative 0.56   (no words: the label shares of the training part)");
  auto cut = make_answer("a b c", {{"a", 0.5}, {"b", 0.5}});
  cut.tokens_cut = 1;
  EXPECT_EQ(explained_line(cut, kPlain), "positive 0.77   a b c (the last 1 word not read)");
}

std::string names_of(const std::vector<std::string>& pieces, bool are_pieces) {
  tasks::Mechanism mechanism;
  mechanism.pieces = are_pieces;
  int64_t end = 0;
  for (const std::string& piece : pieces) {
    if (piece == " ") {
      ++end;
      continue;
    }
    tasks::WeightedToken token;
    token.text = piece;
    token.start = end;
    token.end = end += static_cast<int64_t>(piece.size());
    mechanism.answer.tokens.push_back(token);
  }
  std::string names;
  for (size_t i = 0; i < mechanism.answer.tokens.size(); ++i) names += token_name(mechanism, i) + "|";
  return names;
}

TEST(PieceName, WhatGoesOnWithAWordIsMarked) {
  EXPECT_EQ(names_of({"un", "forget", "table", " ", "film", "s", "!"}, true), "un|·forget|·table|film|·s|!|");
  EXPECT_EQ(names_of({"né", "es", " ", "7", "th"}, true), "né|·es|7|·th|");
  EXPECT_EQ(names_of({"(", "so", ")", "-", "called"}, true), "(|so|)|-|called|");
  EXPECT_EQ(names_of({"很", "好吃", "ok"}, true), "很|好吃|ok|");
  EXPECT_EQ(names_of({"不", "film", "s"}, false), "不|film|s|") << "words need no mark";
}

}  // namespace
}  // namespace fovea::tasks
