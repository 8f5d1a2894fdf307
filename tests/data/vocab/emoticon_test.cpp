#include "data/vocab/emoticon.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fovea::data {
namespace {

// The emoticon that begins where "|" stands in `text`, "" where none does.
std::string emoticon_at_bar(std::string text, bool in_brackets = false) {
  const size_t bar = text.find('|');
  text.erase(bar, 1);
  if (!may_begin_emoticon(text[bar])) return "";
  return text.substr(bar, match_emoticon(text, bar, in_brackets));
}

TEST(Emoticon, FacesAreFound) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"nice |:)", ":)"},
      {"|:-) indeed", ":-)"},
      {"meh |:-/", ":-/"},
      {"|=/ ok", "=/"},
      {"|;) x", ";)"},
      {"so |:D.", ":D"},
      {"|:DDD!", ":DDD"},
      {"it |:'( was", ":'("},
      {"|:'-(", ":'-("},
      {"great|:)", ":)"},
      {"great|:))) yes", ":)))"},
      {"bad|:(", ":("},
      {"|>:( no", ">:("},
      {"|:P<br />", ":P"},
      {"yes!|:)", ":)"},
      {"很好看|:)", ":)"},
      {"很好看|：）", "：）"},
      {"|:3 cute", ":3"},
      {"|:* kiss", ":*"},
      {"|^_^ hi", "^_^"},
      {"he |-_-", "-_-"},
      {"|(: hello", "(:"},
      {"|:o)", ":o)"},
      {"|=D", "=D"},
      {"|:)Great", ":)"},
      {"I |<3 it", "<3"},
      {"|</3", "</3"},
      {"|\\o/", "\\o/"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(emoticon_at_bar(text), expected) << text;
}

TEST(Emoticon, OtherUsesOfTheSignsAreLeftAlone) {
  for (const char* text : {"http|://x.org", "10|:30",      "c|:/dir", "x|<3.5",     "x |<3.5",
                           "x|<3",          "|<30",        "|<3rd",   "note|:(see", "as follows |:(a) one",
                           "&quot|;)",      "&#39|;)",     "f(x|=)",  "f(|:, 1)",   "a|=/b",
                           "|:Peter",       "ratio 1|:3",  "key|:3",  "答案|:D。",  "答案|：D。",
                           "如下|：（1）",  "|:",          "|=",      "|(:)",       "::|)",
                           ":|:)",          "{\"a\"|:[1]", "--|^_^",  "|<",         "|</",
                           "std|::D",       "a |:/etc/x",  "|=3",     "x |=0"}) {
    EXPECT_EQ(emoticon_at_bar(text), "") << text;
  }
}

TEST(Emoticon, AnOpenBracketIsClosedFirst) {
  EXPECT_EQ(emoticon_at_bar("(note|:)", true), "");
  EXPECT_EQ(emoticon_at_bar("（注|：）", true), "");
  EXPECT_EQ(emoticon_at_bar("(fine |:)", true), ":)");
  EXPECT_EQ(emoticon_at_bar("(fine |:))", true), ":)");
  EXPECT_EQ(emoticon_at_bar("fine |:))", false), ":))");
}

}  // namespace
}  // namespace fovea::data
