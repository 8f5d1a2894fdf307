#include "report/attributed.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "draw/columns.h"
#include "draw/pictures.h"

namespace fovea::report {
namespace {

using attribution::Attribution;
using attribution::facts_of;
using attribution::Method;
using attribution::MethodFacts;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::vector<MethodFacts> kThree = {facts_of(Method::kAttention), facts_of(Method::kLeaveOneOut),
                                         facts_of(Method::kIntegratedGradients)};

const draw::Headline kPositive = {.ranking = {{"positive", .77}, {"negative", .23}}, .truth = {}, .notes = {}};

draw::ShadedWords dull() {
  return test::make_words("a film not dull", {{"a", .1}, {"film", .1}, {"not", .2}, {"dull", .6}});
}

std::vector<Attribution> scores() {
  return {{{.1, .1, .2, .6}}, {{0, .001, .04, -.039}}, {{.01, -.02, .3, .17}, 16, .0042}};
}

int columns_of_longest_line(const std::string& text) {
  int longest = 0;
  size_t begin = 0;
  for (size_t end = text.find('\n'); end != std::string::npos; begin = end + 1, end = text.find('\n', begin)) {
    longest = std::max(longest, draw::display_width(text.substr(begin, end - begin)));
  }
  return longest;
}

TEST(Parts, AreThoseOfTheSizes) {
  EXPECT_THAT(parts_of(std::vector<double>{1, -3, 0}), ElementsAre(.25, -.75, 0));
  EXPECT_THAT(parts_of(std::vector<double>{0, 0}), ElementsAre(0, 0));
  EXPECT_THAT(parts_of(std::vector<double>{std::numeric_limits<double>::quiet_NaN(), 2}), ElementsAre(0, 1));
}

TEST(Parts, OfAnAlignmentAreThoseOfEachRow) {
  const draw::Picture picture = draw::Alignment{{"a", "b"}, {"x", "y"}, {.5, .5, .5, .5}};
  EXPECT_THAT(parts_of(picture, std::vector<double>{1, -3, .02, .02}), ElementsAre(.25, -.75, .5, .5));
  EXPECT_THAT(parts_of(picture, std::vector<double>{0, 0, 0, 4}), ElementsAre(0, 0, 0, 1));
}

TEST(AttributedText, HasAPictureForEachMethod) {
  EXPECT_EQ(attributed_text(kPositive, dull(), kThree, scores(), {}),
            "positive 0.77\n"
            "  attention  a film not dull(.60)\n"
            "  loo        a film not(.50) dull\n"
            "             sum +0.002, sizes 0.080\n"
            "  ig         a film not(.60) dull\n"
            "             sum +0.460, sizes 0.500 · 16 steps, gap 0.4 %\n");
}

TEST(AttributedText, TellsWhatSpeaksAgainstWithAndWithoutColours) {
  const std::vector<MethodFacts> one = {facts_of(Method::kLeaveOneOut)};
  const std::vector<Attribution> against = {{{0, .01, .02, -.12}}};
  EXPECT_THAT(attributed_text(kPositive, dull(), one, against, {}), HasSubstr("a film not dull(−.80)\n"));
  const std::string coloured = attributed_text(kPositive, dull(), one, against, {true, 80});
  EXPECT_THAT(coloured, HasSubstr("48;5;111;4m−dull\x1b[0m"));
  EXPECT_THAT(coloured, Not(HasSubstr("(")));
  const std::vector<Attribution> towards = {{{0, .01, .02, .12}}};
  EXPECT_THAT(attributed_text(kPositive, dull(), one, towards, {true, 80}), HasSubstr("48;5;215;4mdull\x1b[0m"));
}

TEST(AttributedText, NamesATruthThatDiffers) {
  draw::Headline headline = kPositive;
  headline.truth = "positive";
  EXPECT_THAT(attributed_text(headline, dull(), kThree, scores(), {}), Not(HasSubstr("file")));
  headline.truth = "negative";
  EXPECT_THAT(attributed_text(headline, dull(), kThree, scores(), {}),
              HasSubstr("positive 0.77, the file says negative\n"));
}

TEST(AttributedText, StaysWithinItsWidth) {
  std::string latin, chinese;
  std::vector<test::Word> latin_words, chinese_words;
  for (int i = 0; i < 60; ++i) {
    latin += "word ";
    latin_words.push_back({"word", 1.0 / 60});
    chinese += "房间";
    chinese_words.push_back({"房间", 1.0 / 60});
  }
  const std::vector<MethodFacts> one = {facts_of(Method::kAttentionGradient)};
  for (const auto& [text, words] : {std::pair(latin, latin_words), std::pair(chinese, chinese_words)}) {
    std::vector<Attribution> scores = {{std::vector<double>(60, 0)}};
    for (size_t i = 0; i < 60; ++i) scores[0].scores[i] = i % 7 == 0 ? -0.3 : 0.01;
    const std::string block = attributed_text(kPositive, test::make_words(text, words), one, scores, {});
    EXPECT_LE(columns_of_longest_line(block), 80) << block;
    EXPECT_GE(columns_of_longest_line(block), 70) << block;
    EXPECT_THAT(block, Not(HasSubstr("  \n")));
  }
}

TEST(AttributedText, PutsNoMarkAtTheBeginningOfALine) {
  std::string text;
  std::vector<test::Word> words;
  for (int i = 0; i < 34; ++i) {
    text += "好";
    words.push_back({"好", 1.0 / 35});
  }
  words.push_back({"。", 1.0 / 35});
  const std::vector<MethodFacts> one = {
      facts_of(Method::kLeaveOneOutDistance)};  // 16 columns before the text, and 32 letters
  const std::vector<Attribution> scores = {{std::vector<double>(35, 0)}};
  const std::string block = attributed_text(kPositive, test::make_words(text + "。", words), one, scores, {false, 84});
  EXPECT_THAT(block, HasSubstr("好。\n"));
  EXPECT_THAT(block, Not(HasSubstr(" 。")));
}

TEST(AttributedText, MarksSentencesByAttentionAlone) {
  const std::vector<MethodFacts> both = {facts_of(Method::kAttention), facts_of(Method::kRandom)};
  const std::vector<double> even(8, .125);
  const std::string block =
      attributed_text(kPositive, test::words_of_two_sentences(), both, std::vector<Attribution>{{even}, {even}}, {});
  EXPECT_THAT(block, HasSubstr("  attention  [.25] It is dull. [.75] But I laughed!\n"));
  EXPECT_THAT(block, HasSubstr("  random     It is dull. But I laughed!\n"));
}

TEST(AttributedText, OfATextWithoutWordsIsTheShares) {
  EXPECT_EQ(attributed_text({.ranking = {{"negative", .5625}}, .truth = {}, .prior = true, .notes = {}},
                            test::make_words(" \t", {}), kThree, std::vector<Attribution>(3), {}),
            "negative 0.56   (no words: the label shares of the training part)\n");
}

TEST(AttributedText, LetsNothingHostileThrough) {
  const draw::ShadedWords picture = test::hostile_words();
  const std::vector<MethodFacts> one = {facts_of(Method::kRandom)};
  const std::vector<Attribution> scores = {{std::vector<double>(picture.words.size(), 1)}};
  const std::string block =
      attributed_text({.ranking = {{test::kHostileLabel, .5}}, .truth = "\x1b", .notes = {}}, picture, one, scores, {});
  EXPECT_EQ(block.find('\x1b'), std::string::npos);
  EXPECT_EQ(block.find("\xE2\x80\xAE"), std::string::npos);
}

TEST(MethodsLegend, SaysWhatEachMeansIn80Columns) {
  const std::string legend =
      methods_legend(attribution::kMethods, {"word", "words", "text", "texts", "the unknown word"}, {});
  for (const MethodFacts& facts : attribution::kMethods) {
    EXPECT_THAT(legend, HasSubstr("  " + std::string(facts.name) + " "));
  }
  EXPECT_THAT(legend, HasSubstr("gives to the word\n"));
  EXPECT_THAT(legend, HasSubstr("a word with a minus"));
  EXPECT_LE(columns_of_longest_line(legend), 80) << legend;
}

TEST(AttributedJson, HasTheScoresAsTheyAre) {
  const Json json = attributed_json(kThree, scores());
  EXPECT_EQ(to_line(json[0]), R"({"method":"attention","signed":false,"scores":[0.1,0.1,0.2,0.6]})");
  EXPECT_EQ(to_line(json[2]),
            R"({"method":"ig","signed":true,"scores":[0.01,-0.02,0.3,0.17],"steps":16,"gap":0.0042})");
}

TEST(Pictured, WhatTheFileHasIsSaidAndNotJudged) {
  draw::Headline headline = {.ranking = {{"Ein Hund.", .5}}, .truth = {}, .reference = "Der Hund.", .notes = {}};
  headline.score = {"sentence BLEU", 41.25};
  EXPECT_EQ(pictured_text(headline, draw::Alignment{}, {}),
            "Ein Hund. 0.50\n  note  the file has: Der Hund.\n  note  sentence BLEU 41.2\n");
  headline.reference = "Ein Hund.";
  EXPECT_THAT(pictured_text(headline, draw::Alignment{}, {}), HasSubstr("  note  as the file has it\n"));
}

}  // namespace
}  // namespace fovea::report
