#include "metrics/sequence/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ScoredWords, Of13a) {
  const auto cut = [](std::string_view text) { return words_of(text, Tokenizer::k13a); };
  EXPECT_THAT(cut("Hello, world!"), ElementsAre("Hello", ",", "world", "!"));
  EXPECT_THAT(cut("It's 1,000.50 (or so)."), ElementsAre("It's", "1,000.50", "(", "or", "so", ")", "."));
  EXPECT_THAT(cut("5-6 well-known -7 a.b .5 5."),
              ElementsAre("5", "-", "6", "well-known", "-7", "a", ".", "b", ".", "5", "5", "."));
  EXPECT_THAT(cut("&quot;A&quot; &amp; &lt;b&gt; <skipped>c"), ElementsAre("\"", "A", "\"", "&", "<", "b", ">", "c"));
  EXPECT_THAT(cut("&amp;lt;"), ElementsAre("<")) << "one replacement after the other";
  EXPECT_THAT(cut("hyphen-\nated\nline-\n"), ElementsAre("hyphenated", "line-")) << "no line end behind the text";
  EXPECT_THAT(cut("é.ü,5 “q” …"), ElementsAre("é", ".", "ü", ",", "5", "“q”", "…")) << "no other signs than ASCII's";
  EXPECT_THAT(cut("a\u00a0b\u3000c\u200bd\x1c\x65"), ElementsAre("a", "b", "c\u200bd", "e"));
  EXPECT_THAT(cut(" \n\u3000"), IsEmpty());
}

TEST(ScoredWords, OfChinese) {
  const auto cut = [](std::string_view text) { return words_of(text, Tokenizer::kZh); };
  EXPECT_THAT(cut("我在IBM工作3.5年。"), ElementsAre("我", "在", "IBM", "工", "作", "3.5", "年", "。"));
  EXPECT_THAT(cut("“a”—b→c"), ElementsAre("“", "a", "”", "—", "b", "→", "c"));
  EXPECT_THAT(cut("𠀀𠀁 龻龼カナ"), ElementsAre("𠀀𠀁", "龻", "龼カナ")) << "what the ranges leave out";
  EXPECT_THAT(cut("&amp;"), ElementsAre("&", "amp", ";")) << "entities are the business of 13a";
}

TEST(ScoredWords, OfCharactersAndOfWhiteSpace) {
  EXPECT_THAT(words_of("aé 你\t🏨", Tokenizer::kChar), ElementsAre("a", "é", "你", "🏨"));
  EXPECT_THAT(words_of("a\xff\xe4\xbd z", Tokenizer::kChar), ElementsAre("a", "\xff", "\xe4", "\xbd", "z"));
  EXPECT_THAT(words_of("  Hello,   world! ", Tokenizer::kNone), ElementsAre("Hello,", "world!"));
  for (const Tokenizer tokenizer : {Tokenizer::k13a, Tokenizer::kZh, Tokenizer::kChar, Tokenizer::kNone}) {
    EXPECT_THAT(words_of("", tokenizer), IsEmpty()) << tokenizer_name(tokenizer);
  }
}

TEST(ScoredWords, LowerCaseIsUnicodes) {
  EXPECT_EQ(lower_case("ÄÖ İI ẞ Ǆ Ⅷ"), "äö i̇i ß ǆ ⅷ");
  EXPECT_EQ(lower_case("ΣΑΣ ΣΑΣΑ Σ"), "σας σασα σ");
  EXPECT_EQ(lower_case(""), "");
  EXPECT_EQ(lower_case("A\xffZ"), "a\xffz");
}

TEST(ScoredWords, CodePointsLeaveOutWhiteSpace) {
  EXPECT_EQ(code_points_without_space(" a\u3000é\n🏨"), U"aé🏨");
  EXPECT_EQ(code_points_without_space("\xff\xe9"), std::u32string({0xDCFF, 0xDCE9}));
}

}  // namespace
}  // namespace fovea::metrics
