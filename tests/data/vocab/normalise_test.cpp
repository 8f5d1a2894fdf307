#include "data/vocab/normalise.h"

#include <chrono>

#include <gtest/gtest.h>

#include "data/readers/utf8.h"

namespace fovea::data {
namespace {

std::string normalised(std::string_view text, bool nfkc, bool case_fold) {
  std::string out = "<";
  append_normalised(text, {nfkc, case_fold}, &out);
  return out.substr(1);
}

TEST(Normalise, FoldsAndComposesAsAsked) {
  const struct {
    const char *text, *both, *nfkc, *folded;
  } cases[] = {
      {"Don'T 7", "don't 7", "Don'T 7", "don't 7"},
      {"STRAßE", "strasse", "STRAßE", "strasse"},
      {"ＡＢＣ１", "abc1", "ABC1", "ａｂｃ１"},
      {"e\u0301É", "éé", "éÉ", "e\u0301é"},
      {"…", "...", "...", "…"},
      {"ﷺ", "صلى الله عليه وسلم", "صلى الله عليه وسلم", "ﷺ"},
      {"ΣΊΣΥΦΟΣ", "σίσυφοσ", "ΣΊΣΥΦΟΣ", "σίσυφοσ"},
      {"ﾊﾟﾝ", "パン", "パン", "ﾊﾟﾝ"},
      {"so\u00ADft", "soft", "so\u00ADft", "so\u00ADft"},
      {"\uFEFF", "", "\uFEFF", "\uFEFF"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(normalised(c.text, true, true), c.both) << c.text;
    EXPECT_EQ(normalised(c.text, true, false), c.nfkc) << c.text;
    EXPECT_EQ(normalised(c.text, false, true), c.folded) << c.text;
    EXPECT_EQ(normalised(c.text, false, false), c.text);
  }
}

TEST(Normalise, DoingItTwiceChangesNothing) {
  for (const char* text : {"Crème BRÛLÉE", "ﬁne ½ ②", "각한국어", "हिन्दी", "ΐ", "ǅ"}) {
    const std::string once = normalised(text, true, true);
    EXPECT_EQ(normalised(once, true, true), once) << text;
  }
}

TEST(Normalise, HostileMarksTakeLinearTime) {
  std::string marks = "a";
  for (int i = 0; i < 250'000; ++i) marks += i % 2 ? "\u0316" : "\u0301";  // each pair is out of order
  const auto start = std::chrono::steady_clock::now();
  const std::string out = normalised(marks, true, true);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));  // the square would take minutes
  EXPECT_EQ(count_code_points(out), 250'000);                                    // "a" and the first acute are one
}

TEST(Normalise, CutsBetweenCodePoints) {
  EXPECT_EQ(cut_utf8("añ水🙂", 99), "añ水🙂");
  EXPECT_EQ(cut_utf8("añ水🙂", 9), "añ水");
  EXPECT_EQ(cut_utf8("añ水🙂", 6), "añ水");
  EXPECT_EQ(cut_utf8("añ水🙂", 5), "añ");
  EXPECT_EQ(cut_utf8("añ水🙂", 2), "a");
  EXPECT_EQ(cut_utf8("水", 2), "");
}

}  // namespace
}  // namespace fovea::data
