#include "draw/picture.h"

#include <cmath>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "draw/pictures.h"
#include "draw/shade.h"
#include "support/count.h"

namespace fovea::draw {
namespace {

using test::count_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const Style kPlain{};
const Style kColour{.colour = true};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string without_colour(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
    } else {
      out += text[i];
    }
  }
  return out;
}

void expect_narrow(const std::string& text, int width = 80) {
  for (const std::string& line : lines_of(without_colour(text))) EXPECT_LE(display_width(line), width) << line;
}

Alignment small_alignment() {
  return {{"Der", "Hund", "bellt"}, {"the", "dog", "barks"}, {.9, .06, .04, .1, .85, .05, .25, .5, .25}};
}

// T targets that look mostly at the source of their own number.
Alignment long_alignment(size_t targets, size_t sources) {
  Alignment out;
  for (size_t s = 0; s < sources; ++s) out.source.push_back("source" + std::to_string(s));
  for (size_t t = 0; t < targets; ++t) {
    out.target.push_back("target word " + std::to_string(t));
    for (size_t s = 0; s < sources; ++s) {
      out.weights.push_back(s == t % sources ? .7 : .3 / static_cast<double>(sources - 1));
    }
  }
  return out;
}

Timeline small_timeline() {
  return {3.2, {{0, .5, .05, ""}, {.5, 1.25, .55, "seven"}, {1.25, 2, .3, "eight"}, {2.5, 3.2, .1, "<nine>"}}};
}

TEST(PictureText, AnAlignmentIsAMatrix) {
  EXPECT_EQ(picture_text(small_alignment(), kPlain),
            "      Der Hund bellt\n"
            "the   .90\n"
            "dog        .85\n"
            "barks        ·\n");
  const std::string coloured = picture_text(small_alignment(), kColour);
  EXPECT_THAT(coloured, HasSubstr("\x1b[38;5;16;48;5;216;4m.90\x1b[0m"));  // 2.7 times even
  EXPECT_EQ(without_colour(coloured), picture_text(small_alignment(), kPlain));
}

TEST(PictureText, ALongAlignmentIsNumberedAndCutIntoBands) {
  const std::string text = picture_text(long_alignment(3, 40), kPlain);
  expect_narrow(text);
  EXPECT_EQ(count_of(text, "target word 1"), 3);  // 16 columns of 4 in a line
  EXPECT_EQ(count_of(text, ".70"), 3);
  EXPECT_THAT(text, HasSubstr("\n1 source0 · 2 source1 · "));
  EXPECT_THAT(text, HasSubstr("40 source39\n"));
  expect_narrow(picture_text(long_alignment(3, 40), {.width = 40}), 40);
}

TEST(PictureText, WhatSpeaksAgainstHasAMinus) {
  Alignment picture = small_alignment();
  picture.weights[0] = -.9;
  EXPECT_THAT(picture_text(picture, kPlain), HasSubstr("the   −.90"));
  EXPECT_THAT(picture_text(picture, kColour), HasSubstr("48;5;117;4m−.90"));
  Timeline timeline = small_timeline();
  timeline.segments[1].weight = -.55;
  EXPECT_THAT(picture_text(timeline, kPlain), HasSubstr("−2.2 × even   seven(−.55)\n"));
}

TEST(PictureText, RegionsAreCellsOfTheImage) {
  // 2 × 4 regions of an image of twice the width; the second of the lower row has .65 of the weight.
  const Regions picture = grid_regions(128, 64, 2, 4, {.05, .05, .05, .05, .05, .65, .05, .05});
  const std::string text = picture_text(picture, kPlain);
  const std::vector<std::string> lines = lines_of(text);
  ASSERT_EQ(lines.size(), 16u + 2 + 1);
  EXPECT_EQ(display_width(lines[0]), 66);
  for (size_t row = 1; row <= 16; ++row) EXPECT_EQ(display_width(lines[row]), 66) << lines[row];
  EXPECT_EQ(count_of(lines[1], "·"), 64);
  EXPECT_EQ(count_of(lines[9], "▒"), 16) << lines[9];  // 5.2 times even
  EXPECT_EQ(count_of(text, "▒"), 8 * 16 - 3);
  EXPECT_EQ(count_of(text, ".65"), 2);  // in the region, and below
  EXPECT_EQ(lines.back(), " .65   5.2 × even   x 32–64, y 32–64");
  const std::string coloured = picture_text(picture, kColour);
  EXPECT_EQ(count_of(coloured, "48;5;209;4;1m"), 8);
  EXPECT_THAT(coloured, Not(HasSubstr("▒")));
}

TEST(PictureText, RegionsMayBeBoxesAnywhere) {
  const Regions picture = {300, 100, {{0, 0, 300, 100}, {150, 20, 60, 50}, {500, 500, 1, 1}}, {.1, .8, .1}};
  const std::string text = picture_text(picture, kPlain);
  expect_narrow(text);
  EXPECT_THAT(text, HasSubstr(".80   2.4 × even   x 150–210, y 20–70\n"));
  EXPECT_GT(count_of(text, "░"), 0);
  const Regions tall = grid_regions(10, 1000, 1, 1, {1});
  EXPECT_LE(lines_of(picture_text(tall, kPlain)).size(), 26u);
}

TEST(PictureText, ManyStrongRegionsAreToldAsARest) {
  std::vector<double> weights(100, 0);
  for (size_t i = 0; i < 20; ++i) weights[5 * i] = .05;
  EXPECT_THAT(picture_text(grid_regions(100, 100, 10, 10, weights), kPlain), HasSubstr("… and 8 more\n"));
}

TEST(PictureText, ATimelineIsABarWithTimes) {
  const std::string text = picture_text(small_timeline(), kPlain);
  const std::vector<std::string> lines = lines_of(text);
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(display_width(lines[0]), 80);
  EXPECT_EQ(count_of(lines[0], ".55"), 1);
  EXPECT_EQ(count_of(lines[0], "░") + 3, 19);  // .75 s of 3.2 s, its number in the middle
  EXPECT_THAT(lines[0], HasSubstr("   "));     // nothing between 2 and 2.5 s
  EXPECT_THAT(lines[1], ::testing::StartsWith("0 "));
  EXPECT_THAT(lines[1], HasSubstr(" 1.60 "));
  EXPECT_THAT(lines[1], ::testing::EndsWith(" 3.20 s"));
  EXPECT_EQ(lines[3], "0.50–1.25   2.2 × even   seven(.55)");
  EXPECT_EQ(lines[5], "2.50–3.20   0.4 × even   <nine>");
  expect_narrow(picture_text(small_timeline(), kColour));
  EXPECT_THAT(picture_text(small_timeline(), kColour), HasSubstr("48;5;216;4mseven\x1b[0m"));
}

TEST(PictureText, LongRecordingsHaveMinutes) {
  Timeline picture = {125.04, {{0, 59.96, .5, "a"}, {59.96, 125.04, .5, "b"}}};
  const std::string text = picture_text(picture, kPlain);
  EXPECT_THAT(text, HasSubstr(" 2:05.0\n"));
  EXPECT_THAT(text, HasSubstr("0:00.0–1:00.0 "));
}

TEST(PictureText, WordsAreOneLine) {
  EXPECT_EQ(picture_text(test::words_of_two_sentences(), kPlain), "[.25] It is dull. [.75] But I laughed(.38)!");
}

TEST(Picture, HostileTextsStayTexts) {
  Alignment alignment = {{test::kHostileText, "b"}, {test::kHostileLabel}, {.9, .1}};
  Timeline timeline = {1, {{0, 1, 1, test::kHostileText}}};
  for (const Picture& picture : {Picture(alignment), Picture(timeline), Picture(test::hostile_words())}) {
    const std::string text = picture_text(picture, kPlain), html = picture_html(picture, test::kHostileLabel);
    for (const char c : text) EXPECT_FALSE((c >= 0 && c < 0x20 && c != '\n') || c == 0x7F) << int{c};
    for (const std::string bad : {"\u202E", "\u2066", "\x1b", "\xFF"}) {
      EXPECT_THAT(text, Not(HasSubstr(bad)));
      EXPECT_THAT(html, Not(HasSubstr(bad)));
    }
    EXPECT_THAT(html, Not(HasSubstr("<script")));
    EXPECT_THAT(html, Not(HasSubstr("<b>\u241B")));
  }
}

TEST(PictureHtml, EveryCellHasItsShadeAndItsNumber) {
  const std::string html = picture_html(small_alignment(), "Words");
  EXPECT_EQ(count_of(html, "<rect "), 9);
  EXPECT_EQ(count_of(html, "class=\"cell l2\""), 2);  // 2.7 and 2.55 times even
  EXPECT_EQ(count_of(html, "class=\"cell l1\""), 1);
  EXPECT_EQ(count_of(html, "class=\"number\">.9"), 1);
  EXPECT_EQ(count_of(html, "<title>barks ← Hund: 0.500 · 1.5 × even</title>"), 1);
  EXPECT_EQ(count_of(html, "<td>"), 9);
  EXPECT_EQ(count_of(html, "<b>Words</b>"), 1);
  EXPECT_THAT(html, Not(HasSubstr("style=")));
  EXPECT_THAT(html, Not(HasSubstr("against")));
  EXPECT_EQ(count_of(picture_html(small_timeline(), "t"), "<rect "), 4);
  EXPECT_EQ(count_of(picture_html(grid_regions(64, 48, 3, 4, std::vector<double>(12, 1. / 12)), "r"), "<rect "), 13);
}

TEST(PictureHtml, WhereAModelLookedHasEntropiesCoverageAndLinks) {
  Alignment picture = small_alignment();
  EXPECT_THAT(picture_html(picture, "t"), Not(HasSubstr("entropy")));
  picture.looked = true;
  picture.links = {{0, 0}, {1, 1}};
  const std::string html = picture_html(picture, "t");
  EXPECT_EQ(count_of(html, "<circle class=\"link\""), 2);
  EXPECT_THAT(html, HasSubstr("A dot is a link."));
  EXPECT_EQ(count_of(html, ">0.36</text>"), 1);  // of .9, .06, .04
  EXPECT_EQ(count_of(html, ">0.95</text>"), 1);  // of .25, .5, .25
  EXPECT_EQ(count_of(html, ">1.2</text>"), 1);   // .9 + .1 + .25
  EXPECT_EQ(count_of(html, ">.34</text>"), 1);   // .04 + .05 + .25, below its column
  EXPECT_EQ(count_of(html, "<td>0.340</td>"), 1);
  EXPECT_EQ(count_of(html, "<td>0.36</td>"), 1);
  const Picture other = reweighed(picture, picture.weights);
  EXPECT_FALSE(std::get<Alignment>(other).looked);
  EXPECT_EQ(std::get<Alignment>(other).links.size(), 2u);
}

TEST(PictureHtml, OnesThatSpeakAgainstAreToldWithoutColourToo) {
  Timeline picture = small_timeline();
  picture.segments[2].weight = -.5;
  const std::string html = picture_html(picture, "t", "sum +0.1");
  EXPECT_EQ(count_of(html, "class=\"cell l2 against\""), 1);
  EXPECT_EQ(count_of(html, "\">−.50</text>"), 1);
  EXPECT_THAT(html, HasSubstr("it speaks against the answer. sum +0.1</figcaption>"));
}

TEST(PictureHtml, AWideAlignmentScrolls) {
  EXPECT_THAT(picture_html(long_alignment(2, 60), "t"), HasSubstr("<div class=\"wide\" tabindex=\"0\"><svg "));
  EXPECT_EQ(count_of(picture_html(small_alignment(), "t"), "class=\"wide\""), 1);  // of the table
}

TEST(PictureHtml, WordsNeedNoDrawing) {
  const std::string html = picture_html(test::words_of_two_sentences(), "t");
  EXPECT_THAT(html, HasSubstr("<small>[.75]</small> <bdi class=\"word l1\">But</bdi>"));
  EXPECT_THAT(html, HasSubstr("<bdi class=\"word l3\">laughed</bdi><small>.38</small>"));
}

TEST(Picture, TakesOtherWeights) {
  const Picture words = reweighed(test::make_words("a b", {{"a", .5}, {"b", .5}}), std::vector<double>{-.25, .75});
  EXPECT_THAT(std::get<ShadedWords>(words).weights, ElementsAre(-.25, .75));
  const Picture timeline = reweighed(small_timeline(), std::vector<double>{.1, .2, .3, .4});
  EXPECT_EQ(std::get<Timeline>(timeline).segments[3].weight, .4);
  EXPECT_EQ(std::get<Timeline>(timeline).segments[3].heard, "<nine>");
  EXPECT_THROW(reweighed(small_alignment(), std::vector<double>{1}), InternalError);
}

TEST(Picture, LooksAreThoseAtTheInput) {
  const std::vector<double> looks = looks_of(small_alignment());
  ASSERT_EQ(looks.size(), 3u);
  EXPECT_NEAR(looks[0], (.9 + .1 + .25) / 3, 1e-12);
  EXPECT_NEAR(looks[2], (.04 + .05 + .25) / 3, 1e-12);
  EXPECT_THAT(looks_of(small_timeline()), ElementsAre(.05, .55, .3, .1));
}

TEST(Picture, SizesMustFit) {
  EXPECT_THROW(picture_text(Alignment{{"a"}, {"b"}, {}}, kPlain), InternalError);
  Alignment linked = small_alignment();
  linked.links = {{0, 3}};
  EXPECT_THROW(picture_html(linked, ""), InternalError);
  EXPECT_THROW(picture_text(ShadedWords{{"a"}, {1}, {""}}, kPlain), InternalError);
  EXPECT_THROW(picture_html(Regions{10, 10, {{0, 0, 1, 1}}, {}}, ""), InternalError);
  EXPECT_THROW(picture_html(Regions{0, 10, {}, {}}, ""), InternalError);
  EXPECT_THROW(picture_html(Timeline{}, ""), InternalError);
  EXPECT_THROW(grid_regions(4, 4, 2, 2, {1}), InternalError);
}

// What is drawn must be legible where nothing was weighed or known.
TEST(Picture, NothingIsDrawnToo) {
  EXPECT_EQ(picture_text(Alignment{}, kPlain), "nothing was looked at\n");
  for (const Picture& picture : {Picture(Alignment{}), Picture(Regions{9, 9, {}, {}}), Picture(Timeline{2, {}}),
                                 Picture(test::make_words("", {}))}) {
    EXPECT_THAT(picture_html(picture, "t"), Not(HasSubstr("nan")));
  }
  EXPECT_THAT(picture_text(Regions{9, 9, {{0, 0, 9, 9}}, {std::nan("")}}, kPlain), HasSubstr("·"));
}

}  // namespace
}  // namespace fovea::draw
