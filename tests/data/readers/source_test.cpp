#include "data/readers/source.h"

#include <gmock/gmock.h>

#include "data/readers/reading.h"

namespace fovea::data {
namespace {

using ::testing::HasSubstr;

std::string wide(const std::string& ascii, int before, int after) {
  std::string text;
  for (const char c : ascii)
    text += std::string(static_cast<size_t>(before), '\0') + c + std::string(static_cast<size_t>(after), '\0');
  return text;
}

TEST(MakeSource, DropsAMarkAtTheStartOnly) {
  const Source source = make_source("a",
                                    "\xEF\xBB\xBF"
                                    "a\xEF\xBB\xBF"
                                    "b\r\n",
                                    "");
  EXPECT_TRUE(source.had_bom);
  EXPECT_TRUE(source.had_crlf);
  EXPECT_TRUE(source.is_utf8);
  EXPECT_EQ(source.text(),
            "a\xEF\xBB\xBF"
            "b\r\n");
  const Source plain = make_source("a", "a\n", "");
  EXPECT_FALSE(plain.had_bom);
  EXPECT_FALSE(plain.had_crlf);
}

TEST(MakeSource, NamesAFileWithoutItsCompression) {
  EXPECT_EQ(make_source("some/where/a.tsv.gz", "a", "").name(), "a.tsv");
  EXPECT_EQ(make_source("-", "a", "").name(), "-");
}

TEST(MakeSource, TellsUtf16AndUtf32ByTheirNulBytes) {
  struct Case {
    std::string bytes;
    const char* remedy;
  };
  const Case cases[] = {
      {wide("text\tlabel\n", 0, 1), "iconv -f UTF-16LE -t UTF-8"},
      {wide("text\tlabel\n", 1, 0), "iconv -f UTF-16BE -t UTF-8"},
      {wide("text\tlabel\n", 0, 3), "iconv -f UTF-32LE -t UTF-8"},
      {wide("text\tlabel\n", 3, 0), "iconv -f UTF-32BE -t UTF-8"},
      {std::string("\x5A\x50\x36\x72\xCD\x6B\t\0\x31\0\n\0", 12), "iconv -f UTF-16LE -t UTF-8"},  // 做父母, tab, 1
  };
  for (const Case& one : cases) {
    const auto error = error_of([&] { make_source("w.tsv", one.bytes, ""); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ExitCode::kBadData);
    EXPECT_THAT(error->remedy(), HasSubstr(one.remedy));
  }
}

TEST(MakeSource, TellsTheLineOfAStrayNul) {
  const auto error = error_of([] { make_source("a.tsv", std::string("fine\t1\nalso\t0\nb\0d\t1\n", 19), ""); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("a.tsv:3: holds a NUL byte"));
}

TEST(MakeSource, LetsWordsBeginAsArchivesDo) {
  EXPECT_EQ(make_source("a", "BZh is a word\t1\n", "").text(), "BZh is a word\t1\n");
  EXPECT_EQ(make_source("a", "PAR1 as well\t1\n", "").text(), "PAR1 as well\t1\n");
}

TEST(MakeSource, LetsCarriageReturnsStandInsideLines) {
  EXPECT_EQ(make_source("a", "a\rb\t1\nc\t0\n", "").text(), "a\rb\t1\nc\t0\n");
  EXPECT_EQ(make_source("a", "only one line\r", "").text(), "only one line\r");
}

}  // namespace
}  // namespace fovea::data
