#include "data/vocab/sentences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::data {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TextOptions with_sentences(Markup markup = Markup::kKeep) {
  TextOptions options;
  options.markup = markup;
  options.sentences = true;
  return options;
}

// The sentences of a text, each from its first token to its last.
std::vector<std::string> sentences_of(const std::string& text, Markup markup = Markup::kKeep) {
  std::vector<int32_t> starts;
  const std::vector<Token> tokens = Segmenter(with_sentences(markup)).segment(text, &starts);
  std::vector<std::string> sentences;
  for (size_t s = 0; s < starts.size(); ++s) {
    const size_t end = s + 1 < starts.size() ? static_cast<size_t>(starts[s + 1]) : tokens.size();
    const int64_t from = tokens[static_cast<size_t>(starts[s])].start;
    sentences.push_back(text.substr(static_cast<size_t>(from), static_cast<size_t>(tokens[end - 1].end - from)));
  }
  return sentences;
}

// What has to hold for every text: rising from 0, each with a token, none too long.
void expect_sound(const std::string& text) {
  std::vector<int32_t> starts;
  const auto count = static_cast<int32_t>(Segmenter(with_sentences()).segment(text, &starts).size());
  ASSERT_EQ(starts.empty(), count == 0) << text;
  if (count == 0) return;
  EXPECT_EQ(starts.front(), 0);
  starts.push_back(count);
  for (size_t s = 0; s + 1 < starts.size(); ++s) {
    EXPECT_LT(starts[s], starts[s + 1]) << text;
    EXPECT_LE(starts[s + 1] - starts[s], kMaxSentenceTokens) << text;
  }
}

TEST(Sentences, EndWhereTheyEnd) {
  EXPECT_THAT(sentences_of("I left. Why? It was dull!"), ElementsAre("I left.", "Why?", "It was dull!"));
  EXPECT_THAT(sentences_of("It costs 3.50 in the U.S.A. today"), ElementsAre("It costs 3.50 in the U.S.A. today"));
}

TEST(Sentences, OfOtherScripts) {
  EXPECT_THAT(sentences_of("房间很干净。服务不好！"), ElementsAre("房间很干净。", "服务不好！"));
  EXPECT_THAT(sentences_of("यह अच्छा है। वह बुरा है।"), ElementsAre("यह अच्छा है।", "वह बुरा है।"));
}

TEST(Sentences, ALineEndEndsOne) {
  EXPECT_THAT(sentences_of("a heading\nand its text"), ElementsAre("a heading", "and its text"));
}

TEST(Sentences, SignsAloneStayWithTheSentenceBefore) {
  EXPECT_THAT(sentences_of("Bad . . . Good."), ElementsAre("Bad . . .", "Good."));
  EXPECT_THAT(sentences_of(". . . Good."), ElementsAre(". . .", "Good."));
}

TEST(Sentences, TagsThatAreStrippedAreNoPartOfThem) {
  EXPECT_THAT(sentences_of("It ends.<br /><br />Another.", Markup::kStrip), ElementsAre("It ends.", "Another."));
}

TEST(Sentences, NoneWhereThereIsNoWord) {
  EXPECT_THAT(sentences_of(""), IsEmpty());
  EXPECT_THAT(sentences_of(" \t\n "), IsEmpty());
}

TEST(Sentences, ATextWithoutMarksIsCutAtTheCap) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "word ";
  std::vector<int32_t> starts;
  Segmenter(with_sentences()).segment(text, &starts);
  EXPECT_THAT(starts, ElementsAre(0, kMaxSentenceTokens, 2 * kMaxSentenceTokens));
}

TEST(Sentences, EveryTokenIsInExactlyOne) {
  for (const std::string& text :
       {std::string("a"), std::string("..."), std::string("\n\n.\n"), std::string("Mr. X. went :) . ok"),
        std::string(1000, '.'), std::string("é́ \xE2\x80\x8B. \xEF\xBB\xBF")}) {
    expect_sound(text);
  }
  std::string long_text;
  for (int i = 0; i < 5000; ++i) long_text += i % 700 == 0 ? "end. " : "好 ";
  expect_sound(long_text);
}

TEST(Sentences, AreNotLookedForUnlessAsked) {
  TextOptions options;
  options.markup = Markup::kKeep;
  std::vector<int32_t> starts = {7};
  Segmenter(options).segment("One. Two.", &starts);
  EXPECT_THAT(starts, IsEmpty());
}

}  // namespace
}  // namespace fovea::data
