#include "draw/terminal.h"

#include <gtest/gtest.h>

#include "draw/hostile_text.h"

namespace fovea::draw {
namespace {

TEST(SafeText, LeavesHarmlessTextAlone) {
  for (const std::string text : {"", "a stirring , funny film", "酒店的服务态度非常好", "ليس جيدا", "ไม่ดีเลย",
                                 "👩‍👩‍👧‍👦 :)", "e\u0301", "<b>&"}) {
    EXPECT_EQ(safe_text(text), text);
  }
}

TEST(SafeText, NothingCanMoveTheCursorOrReorderTheLine) {
  EXPECT_EQ(safe_text("a\x1b[31mb\x07"), "a␛[31mb␇");
  EXPECT_EQ(safe_text(std::string("a\0b\x7F", 4)), "a␀b␡");
  EXPECT_EQ(safe_text("\xC2\x9B"
                      "31m"),
            "⟨U+009B⟩31m");
  EXPECT_EQ(safe_text("\u202Eevil\u2066\u061C"), "⟨U+202E⟩evil⟨U+2066⟩⟨U+061C⟩");
  const std::string safe = safe_text(test::kHostileText);
  for (const char c : safe) EXPECT_FALSE((c >= 0 && c < 0x20) || c == 0x7F) << int{c};
  for (const std::string control : {"\u202E", "\u2066", "\u200F", "\u061C", "\u2028", "\u009B"}) {
    EXPECT_EQ(safe.find(control), std::string::npos) << control;
  }
}

TEST(SafeText, LineEndsAndTabsBecomeOneSpace) {
  EXPECT_EQ(safe_text("a\r\nb\nc\rd\te\u0085f\u2028g\u2029h\vi"), "a b c d e f g h i");
  EXPECT_EQ(safe_text("a\n\nb"), "a  b");
}

TEST(SafeText, BadBytesBecomeReplacementCharacters) {
  EXPECT_EQ(safe_text("a\xFF"
                      "b\xC3"),
            "a\uFFFDb\uFFFD");
  EXPECT_EQ(safe_text("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate, written as if it were a character
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width(""), 0);
  EXPECT_EQ(display_width("never"), 5);
  EXPECT_EQ(display_width("酒店的"), 6);
  EXPECT_EQ(display_width("ｆｕ"), 4);
  EXPECT_EQ(display_width("e\u0301te\u0301"), 3);
  EXPECT_EQ(display_width("ไม่ดี"), 3);
  EXPECT_EQ(display_width("🐢"), 2);
  EXPECT_EQ(display_width("👩‍👩‍👧‍👦"), 2);
  EXPECT_EQ(display_width("👍🏽"), 2);
  EXPECT_EQ(display_width("❤️"), 2);
  EXPECT_EQ(display_width("…“”→"), 4);
  EXPECT_EQ(display_width("한국"), 4);
}

TEST(Ellipsize, NeverExceedsTheWidthNorCutsACharacter) {
  EXPECT_EQ(ellipsize("never", 5), "never");
  EXPECT_EQ(ellipsize("never", 4), "nev…");
  EXPECT_EQ(ellipsize("is it", 4), "is…");
  EXPECT_EQ(ellipsize("never", 1), "…");
  EXPECT_EQ(ellipsize("never", 0), "");
  EXPECT_EQ(ellipsize("酒店的", 5), "酒店…");
  EXPECT_EQ(ellipsize("酒店的", 4), "酒…");
  EXPECT_EQ(ellipsize("e\u0301e\u0301e\u0301", 2), "e\u0301…");
}

}  // namespace
}  // namespace fovea::draw
