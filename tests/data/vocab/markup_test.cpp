#include <gtest/gtest.h>

#include "data/vocab/segment.h"
#include "support/linear_time.h"

namespace fovea::data {
namespace {

TEST(Markup, TagsAreFoundAndBlanked) {
  const struct {
    const char *text, *blanked;
  } cases[] = {
      {"a<br />b", "a      b"},
      {"a<br/>b<BR>c", "a     b    c"},
      {"<p>x</p>", "   x    "},
      {"<a href=\"x>y\">z</a>", "              z    "},
      {"<a href='1 < 2'\nclass=k>z", "                        z"},
      {"1<!-- <b> it's -- -->2", "1                    2"},
      {"<!DOCTYPE html>t", "               t"},
      {"<?xml version=\"1.0\"?>t", "                     t"},
      {"<h1>t</h1 >", "    t      "},
      {"<<b>>", "<   >"},
      {"<b <i>x", "<b    x"},
      {"<img alt=\"é\">x", "              x"},
  };
  for (const auto& c : cases) {
    EXPECT_TRUE(has_markup(c.text)) << c.text;
    EXPECT_EQ(blank_markup(c.text), c.blanked) << c.text;
  }
}

TEST(Markup, OtherSignsAreKept) {
  for (const char* text : {"a < b > c",
                           "<3",
                           "</3",
                           "x<y",
                           "<",
                           "<>",
                           "</>",
                           "< br>",
                           "<b",
                           "<b and c> d",
                           "<unk>",
                           "</s",
                           "<user> says",
                           "<sigh>",
                           "<!-- never ends",
                           "<!>",
                           "<http://x.org>",
                           "<:-D",
                           "<=8.5>",
                           "<br",
                           "<bread>",
                           "a<b c='>",
                           "",
                           "<blockquotes>",
                           "<?php echo ?>",
                           "<!DOCTYPE"}) {
    EXPECT_FALSE(has_markup(text)) << text;
    EXPECT_EQ(blank_markup(text), text);
  }
}

TEST(Markup, HostileTextsTakeLinearTime) {
  for (const std::string unit : {"<", "<a ", "<!--", "<?xml ", "<a \"", "<a '\"", "<a \"'\"", "<a =\"\" =\"",
                                 "<a x=\"'", "</a", "<a <b \"", "<!DOCTYPE \"", "<aaaaaaaaaa"}) {
    const auto blank = [&](size_t size) {
      std::string text;
      while (text.size() < size) text += unit;
      has_markup(text);
      EXPECT_EQ(blank_markup(text).size(), text.size());
    };
    test::expect_linear_time(1'000'000, blank, unit);
  }
}

}  // namespace
}  // namespace fovea::data
