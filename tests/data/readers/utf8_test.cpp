#include "data/readers/utf8.h"

#include <gtest/gtest.h>

namespace fovea::data {
namespace {

constexpr const char* kMark = "\xEF\xBF\xBD";

std::string repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Utf8, LeavesWellFormedTextAlone) {
  const std::string text = "plain, Zażółć, 做父母, العربية, 👩‍👩‍👧, \xEF\xBB\xBF\xC2\x85";
  int64_t bad = 0;
  EXPECT_TRUE(is_utf8(text));
  EXPECT_EQ(repair_utf8(text, &bad), text);
  EXPECT_EQ(bad, 0);
  EXPECT_TRUE(is_utf8(""));
}

TEST(Utf8, ReplacesEveryWrongByteByOneMark) {
  struct Case {
    std::string text;
    int64_t bad;
  };
  const Case cases[] = {
      {"\x80", 1},              // a continuation byte alone
      {"\xC0\xAF", 2},          // overlong
      {"\xE0\x80\xAF", 3},      // overlong
      {"\xED\xA0\x80", 3},      // a surrogate
      {"\xF4\x90\x80\x80", 4},  // beyond U+10FFFF
      {"\xF8\x88\x80\x80\x80", 5},
      {"\xE4\xBD", 2},  // cut off at the end
      {"\xFF\xFE", 2},
  };
  for (const Case& one : cases) {
    int64_t bad = 5;
    EXPECT_FALSE(is_utf8(one.text));
    EXPECT_EQ(repair_utf8("héllo wörld" + one.text + "é", &bad),
              "héllo wörld" + repeat(kMark, static_cast<int>(one.bad)) + "é");
    EXPECT_EQ(bad, 5 + one.bad) << "the number is added";
  }
}

TEST(Utf8, FindsABadByteAtEveryOffset) {
  const std::string text = "0123456789abcdefghijklmno";
  for (size_t at = 0; at < text.size(); ++at) {
    std::string broken = text;
    broken[at] = '\xA9';
    std::vector<int64_t> places;
    EXPECT_FALSE(is_utf8(broken)) << at;
    EXPECT_EQ(repair_utf8(broken, nullptr, &places), text.substr(0, at) + kMark + text.substr(at + 1));
    EXPECT_EQ(places, std::vector<int64_t>{static_cast<int64_t>(at)});
  }
}

TEST(Utf8, KeepsTheFirstPlacesOnly) {
  std::vector<int64_t> places = {77};
  repair_utf8(
      "a\xFF"
      "b\xFF"
      "c\xFF",
      nullptr, &places, 3);
  EXPECT_EQ(places, (std::vector<int64_t>{77, 1, 3}));
}

TEST(Utf8, CountsCodePoints) {
  EXPECT_EQ(count_code_points(""), 0);
  EXPECT_EQ(count_code_points("aé做👩"), 4);
  EXPECT_EQ(count_code_points("👩‍👩‍👧"), 5);
}

}  // namespace
}  // namespace fovea::data
