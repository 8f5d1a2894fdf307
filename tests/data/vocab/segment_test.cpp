#include "data/vocab/segment.h"

#include <algorithm>
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <zlib.h>

#include "base/errors.h"
#include "base/random.h"
#include "data/vocab/normalise.h"
#include "support/linear_time.h"
#include "support/scratch.h"

namespace fovea::data {
namespace {

using Spelt = std::vector<std::string>;

TextOptions options_of(Tokenizer tokenizer, Markup markup = Markup::kKeep) {
  TextOptions options;
  options.tokenizer = tokenizer;
  options.markup = markup;
  return options;
}

Spelt pieces_of(const std::string& text, const TextOptions& options = options_of(Tokenizer::kWords)) {
  Spelt words;
  for (const Token& token : Segmenter(options).segment(text)) {
    words.push_back(text.substr(static_cast<size_t>(token.start), static_cast<size_t>(token.end - token.start)));
  }
  return words;
}

Spelt forms_of(const std::string& text, const TextOptions& options = options_of(Tokenizer::kWords)) {
  Spelt forms;
  for (const Token& token : Segmenter(options).segment(text)) forms.push_back(token.form);
  return forms;
}

// Code point by code point, without ICU's segmentation: the oracle of the property tests.
struct Character {
  int64_t start, end;
  bool white;
};

std::vector<Character> characters_of(const std::string& text) {
  std::vector<Character> characters;
  for (int32_t i = 0; i < static_cast<int32_t>(text.size());) {
    const int32_t start = i;
    UChar32 c;
    U8_NEXT(text.data(), i, static_cast<int32_t>(text.size()), c);
    characters.push_back({start, i, static_cast<bool>(u_isUWhiteSpace(c))});
  }
  return characters;
}

// Tokens are ordered and disjoint, hold no white space at either end, cover all else, and count code points rightly.
void expect_cover(const std::string& text, const std::vector<Token>& tokens, const std::string& what) {
  const std::vector<Character> characters = characters_of(text);
  std::vector<int> covered(characters.size(), 0);
  int64_t last_end = 0;
  for (const Token& token : tokens) {
    ASSERT_LT(token.start, token.end) << what;
    ASSERT_LE(last_end, token.start) << what;
    last_end = token.end;
    ASSERT_FALSE(token.form.empty()) << what;
    ASSERT_LE(token.form.size(), kMaxLookupBytes) << what;
    ASSERT_GE(token.char_start, 0) << what;
    ASSERT_LE(token.char_end, static_cast<int64_t>(characters.size())) << what;
    ASSERT_EQ(characters[static_cast<size_t>(token.char_start)].start, token.start) << what;
    ASSERT_EQ(characters[static_cast<size_t>(token.char_end - 1)].end, token.end) << what;
    for (int64_t c = token.char_start; c < token.char_end; ++c) ++covered[static_cast<size_t>(c)];
  }
  for (size_t c = 0; c < characters.size(); ++c) {
    ASSERT_EQ(covered[c], characters[c].white ? 0 : 1) << what << " at byte " << characters[c].start;
  }
}

TEST(Segment, EnglishWordsAndSigns) {
  EXPECT_EQ(pieces_of("It's a well-known film... 3.14 stars!!! (Really?)"),
            (Spelt{"It's", "a", "well", "-", "known", "film", "...", "3.14", "stars", "!!!", "(", "Really", "?", ")"}));
  EXPECT_EQ(pieces_of("a stirring , funny film"), (Spelt{"a", "stirring", ",", "funny", "film"}));
  EXPECT_EQ(
      pieces_of("see http://x.org/a at 10:30, 1,000 --- ok ~~"),
      (Spelt{"see", "http", ":", "//", "x.org", "/", "a", "at", "10", ":", "30", ",", "1,000", "---", "ok", "~~"}));
  EXPECT_EQ(forms_of("It’s GREAT, Straße!"), (Spelt{"it’s", "great", ",", "strasse", "!"}));
}

TEST(Segment, EmoticonsAreOneToken) {
  EXPECT_EQ(pieces_of("I loved it :) but (note:) the end... =/ <3 :'( wow:D"),
            (Spelt{"I", "loved", "it", ":)", "but", "(", "note", ":", ")", "the", "end", "...", "=/", "<3", ":'(",
                   "wow", ":", "D"}));
  EXPECT_EQ(pieces_of("(I liked it :)) ;) >:( yes!:-)"),
            (Spelt{"(", "I", "liked", "it", ":)", ")", ";)", ">:(", "yes", "!", ":-)"}));
}

TEST(Segment, ChineseAndJapaneseByDictionary) {
  EXPECT_EQ(pieces_of("商务大床房，房间很大，整体感觉经济实惠不错!"),
            (Spelt{"商务", "大", "床", "房", "，", "房间", "很大", "，", "整体", "感觉", "经济", "实惠", "不错", "!"}));
  EXPECT_EQ(pieces_of("我们不太满意。。。很好看：）（注：）"),
            (Spelt{"我们", "不太", "满意", "。。。", "很好", "看", "：）", "（", "注", "：", "）"}));
  EXPECT_EQ(pieces_of("東京都に住んでいます。"), (Spelt{"東京", "都", "に", "住", "んで", "い", "ます", "。"}));
}

TEST(Segment, OtherScripts) {
  EXPECT_EQ(pieces_of("ภาษาไทยง่ายมาก"), (Spelt{"ภาษา", "ไทย", "ง่าย", "มาก"}));
  EXPECT_EQ(pieces_of("ខ្ញុំស្រឡាញ់ភាសាខ្មែរ"), (Spelt{"ខ្ញុំ", "ស្រឡាញ់", "ភាសាខ្មែរ"}));
  EXPECT_EQ(pieces_of("اللغة العربية جميلة، جدًّا؟!"), (Spelt{"اللغة", "العربية", "جميلة", "،", "جدًّا", "؟", "!"}));
  EXPECT_EQ(pieces_of("मुझे हिन्दी पसंद है।"), (Spelt{"मुझे", "हिन्दी", "पसंद", "है", "।"}));
  EXPECT_EQ(pieces_of("한국어는 재미있다"), (Spelt{"한국어는", "재미있다"}));
}

TEST(Segment, EmojiAreOneTokenEach) {
  EXPECT_EQ(pieces_of("👨‍👩‍👧👍🏽🇩🇪🇫🇷1️⃣❤️😀😀 🏴󠁧󠁢󠁳󠁣󠁴󠁿 "
                      "👩🏾‍🚀!"),
            (Spelt{"👨‍👩‍👧", "👍🏽", "🇩🇪", "🇫🇷", "1️⃣", "❤️", "😀", "😀",
                   "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👩🏾‍🚀", "!"}));
  EXPECT_EQ(pieces_of("★★★☆☆ good👍"), (Spelt{"★★★", "☆☆", "good", "👍"}));
}

TEST(Segment, WhiteSpaceOfEveryKindSeparates) {
  EXPECT_EQ(pieces_of("a\u0085b\u00A0c\u2028d\u3000e\r\nf\tg\u202Fh"), (Spelt{"a", "b", "c", "d", "e", "f", "g", "h"}));
  EXPECT_TRUE(pieces_of("").empty());
  EXPECT_TRUE(pieces_of(" \u0085\n\u3000").empty());
}

TEST(Segment, InvisibleCodePointsJoinANeighbour) {
  EXPECT_EQ(pieces_of("\uFEFFgood film"), (Spelt{"\uFEFFgood", "film"}));
  EXPECT_EQ(forms_of("\uFEFFgood film"), (Spelt{"good", "film"}));
  EXPECT_EQ(pieces_of("a \u200B b\u200B c\u200Bd"), (Spelt{"a", "\u200B", "b\u200B", "c", "\u200Bd"}));
  EXPECT_EQ(forms_of("a \u200B b\u200B"), (Spelt{"a", "\u200B", "b"}));
  EXPECT_EQ(pieces_of("\u202Eabc\u202C!"), (Spelt{"\u202Eabc\u202C", "!"}));
  EXPECT_EQ(forms_of("\u3164 x"), (Spelt{"\u3164", "x"}));
  EXPECT_EQ(pieces_of(" \u0301x"), (Spelt{"\u0301", "x"}));
}

TEST(Segment, OffsetsInBytesAndCodePoints) {
  const std::vector<Token> tokens = Segmenter(options_of(Tokenizer::kWords)).segment("né 好吃 🙂 ok");
  ASSERT_EQ(tokens.size(), 4U);
  const int64_t expected[][4] = {{0, 3, 0, 2}, {4, 10, 3, 5}, {11, 15, 6, 7}, {16, 18, 8, 10}};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(tokens[i].start, expected[i][0]) << i;
    EXPECT_EQ(tokens[i].end, expected[i][1]) << i;
    EXPECT_EQ(tokens[i].char_start, expected[i][2]) << i;
    EXPECT_EQ(tokens[i].char_end, expected[i][3]) << i;
  }
}

TEST(Segment, StrippedMarkupLeavesOffsets) {
  const std::string text = "Bad.<br /><a title=\"é\">Né</a> :)<br>x";
  EXPECT_EQ(pieces_of(text, options_of(Tokenizer::kWords, Markup::kStrip)), (Spelt{"Bad", ".", "Né", ":)", "x"}));
  EXPECT_EQ(pieces_of("Bad.<br />", options_of(Tokenizer::kWords)), (Spelt{"Bad", ".", "<", "br", "/", ">"}));
  const std::vector<Token> tokens = Segmenter(options_of(Tokenizer::kWhitespace, Markup::kStrip)).segment(text);
  ASSERT_EQ(tokens.size(), 4U);
  EXPECT_EQ(tokens[1].start, 24);       // behind the tag, whose é has two bytes
  EXPECT_EQ(tokens[1].char_start, 23);  // and is one code point
  EXPECT_EQ(tokens[1].char_end, 25);
  EXPECT_THROW(Segmenter{TextOptions{}}, InternalError);  // Markup::kAuto
}

TEST(Segment, CharactersAreGraphemes) {
  const TextOptions options = options_of(Tokenizer::kCharacters);
  EXPECT_EQ(pieces_of("né 不好!👨‍👩‍👧e\u0301\r\n:)", options),
            (Spelt{"n", "é", "不", "好", "!", "👨‍👩‍👧", "e\u0301", ":", ")"}));
  EXPECT_EQ(pieces_of("\uFEFFa\u200B ..", options), (Spelt{"\uFEFFa\u200B", ".", "."}));
}

TEST(Segment, WhitespaceKeepsWordsWhole) {
  const TextOptions options = options_of(Tokenizer::kWhitespace);
  EXPECT_EQ(pieces_of("well-known, film\u3000房间很大!!! :)", options),
            (Spelt{"well-known,", "film", "房间很大!!!", ":)"}));
}

TEST(Segment, FormsFollowTheOptions) {
  TextOptions options = options_of(Tokenizer::kWhitespace);
  options.nfkc = options.case_fold = false;
  EXPECT_EQ(forms_of("ＡÉ e\u0301", options), (Spelt{"ＡÉ", "e\u0301"}));
  options.nfkc = true;
  EXPECT_EQ(forms_of("ＡÉ e\u0301", options), (Spelt{"AÉ", "é"}));
  options.nfkc = false;
  options.case_fold = true;
  EXPECT_EQ(forms_of("ＡÉ e\u0301", options), (Spelt{"ａé", "e\u0301"}));
}

TEST(Segment, LongWordsAreCutForLookUpOnly) {
  std::string word(255, 'A');
  word += "水b";
  const std::vector<Token> tokens = Segmenter(options_of(Tokenizer::kWhitespace)).segment(word);
  ASSERT_EQ(tokens.size(), 1U);
  EXPECT_EQ(tokens[0].end, 259);
  EXPECT_EQ(tokens[0].char_end, 257);
  EXPECT_EQ(tokens[0].form, std::string(255, 'a'));
}

TEST(Segment, OneSegmenterServesManyTexts) {
  Segmenter segmenter(options_of(Tokenizer::kWords));
  EXPECT_EQ(segmenter.segment("(open bracket").size(), 3U);
  EXPECT_EQ(segmenter.segment("fine:)").size(), 2U);  // the bracket of the text before is forgotten
  Segmenter moved = std::move(segmenter);
  EXPECT_EQ(moved.segment("不好吃").size(), 2U);
}

// Code points chosen for trouble: white space, joiners, marks, dictionary scripts, signs, emoji, invisible ones.
std::string random_text(uint64_t step) {
  static const std::array<const char*, 62> kPieces = {
      "a",      "Z",      "7",      " ",      " ",      "\n",     "\r\n",   ".",      "!",      "(",      ")",
      ":",      ";",      "-",      "_",      "'",      "<",      ">",      "3",      "=",      "/",      "\"",
      "&",      "\\",     "^",      "D",      "\u0085", "\u00A0", "\u2028", "\u3000", "\u200B", "\u200D", "\uFE0F",
      "\u200F", "\uFEFF", "\u0301", "\u0316", "\u00AD", "\u3164", "é",      "ß",      "好",     "不",     "吃",
      "：",     "）",     "。",     "の",     "ン",     "ก",      "า",      "ខ",      "ع",      "ن",      "म",
      "े",       "각",     "🙂",   "🇩",      "👩",      "🏾",   "★"};
  const uint64_t base = stream_base({17, Purpose::kTest, step});
  const uint64_t size = uniform_below(base, 0, 40);
  std::string text;
  for (uint64_t i = 1; i <= size; ++i) text += kPieces[uniform_below(base, i, kPieces.size())];
  return text;
}

// A segmenter whose pieces, where it has such, are learnt from random texts.
Segmenter segmenter_of(const TextOptions& options) {
  if (options.tokenizer != Tokenizer::kSentencePiece) return Segmenter(options);
  std::unordered_map<std::string, int64_t> words;
  Segmenter counter(options);
  for (uint64_t step = 5000; step < 6000; ++step) counter.count_words(random_text(step), &words);
  counter.count_words("forget forgets walk walks walking talk talking 好吃 不好吃 fine find fi½ ½", &words);
  return Segmenter(options, learn_pieces(words, 300));
}

TEST(Segment, TokensCoverEveryByteOfRandomTexts) {
  for (const auto tokenizer :
       {Tokenizer::kWords, Tokenizer::kCharacters, Tokenizer::kWhitespace, Tokenizer::kSentencePiece}) {
    for (const bool normal : {true, false}) {
      TextOptions options = options_of(tokenizer);
      options.nfkc = options.case_fold = normal;
      Segmenter segmenter = segmenter_of(options);
      for (uint64_t step = 0; step < 3000; ++step) {
        const std::string text = random_text(step);
        expect_cover(text, segmenter.segment(text), "text " + std::to_string(step) + " \"" + text + "\"");
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(Segment, EveryCodePointIsCovered) {
  for (const auto tokenizer : {Tokenizer::kWords, Tokenizer::kSentencePiece}) {
    Segmenter segmenter = segmenter_of(options_of(tokenizer));
    for (UChar32 c = 1; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 7) {
      if (U_IS_SURROGATE(c)) continue;
      std::array<char, 4> bytes{};
      size_t size = 0;
      U8_APPEND_UNSAFE(bytes.data(), size, c);
      const std::string text = "a " + std::string(bytes.data(), size) + "b";
      expect_cover(text, segmenter.segment(text), "code point " + std::to_string(c));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Segment, PiecesAreShownWhereTheyStand) {
  Segmenter segmenter = segmenter_of(options_of(Tokenizer::kSentencePiece));
  const std::string text = "Walking  FORGETS";
  std::string forms;
  Spelt words;
  for (const Token& token : segmenter.segment(text)) {
    words.push_back(text.substr(static_cast<size_t>(token.start), static_cast<size_t>(token.end - token.start)));
    forms += token.form + "|";
  }
  EXPECT_GT(words.size(), 2U);
  EXPECT_EQ(words.front().substr(0, 1), "W") << "the text as given";
  EXPECT_EQ(forms.find(' '), std::string::npos);
  EXPECT_EQ(forms.find('W'), std::string::npos) << "the form as normalised: " << forms;
  std::string rebuilt;
  for (const char c : forms) rebuilt += c == '|' ? std::string() : std::string(1, c);
  EXPECT_THAT(rebuilt, ::testing::EndsWith("forgets"));
}

TEST(Segment, PiecesOfOneCharacterAreOneToken) {
  Segmenter segmenter = segmenter_of(options_of(Tokenizer::kSentencePiece));
  for (const std::string text : {"½", "x½y", "ﬁne", "①½①", "ß"}) {
    expect_cover(text, segmenter.segment(text), text);
  }
}

TEST(Segment, WordsAreCountedWholeAndNormalised) {
  TextOptions options = options_of(Tokenizer::kSentencePiece, Markup::kStrip);
  std::unordered_map<std::string, int64_t> words;
  Segmenter segmenter(options);
  segmenter.count_words("A ﬁne<br>FINE a \uFEFF " + std::string(400, 'x'), &words);
  EXPECT_EQ(words.size(), 3U);
  EXPECT_EQ(words.at("fine"), 2);
  EXPECT_EQ(words.at("a"), 2);
  EXPECT_EQ(words.at(std::string(400, 'x')), 1) << "not cut as forms are";
  EXPECT_THROW(segmenter.segment("a"), InternalError) << "there are no pieces yet";
}

TEST(Segment, HostileTextsTakeLinearTime) {
  Segmenter words(options_of(Tokenizer::kWords, Markup::kStrip));
  Segmenter pieces = segmenter_of(options_of(Tokenizer::kSentencePiece, Markup::kStrip));
  for (const std::string unit :
       {"<", "(", ":", ":)", ":(a", "\u0301\u0316", "\uFEFF", "a", "的", "ก", "\u200D", "🇩", "<b ", "'"}) {
    const auto segment_with = [&](Segmenter& segmenter) {
      return [&](size_t size) {
        std::string text = "x";
        while (text.size() < size) text += unit;
        text += '!';
        const std::vector<Token> tokens = segmenter.segment(text);
        ASSERT_FALSE(tokens.empty());
        EXPECT_EQ(tokens.back().end, static_cast<int64_t>(text.size())) << unit;
      };
    };
    test::expect_linear_time(1'000'000, segment_with(words), "words of " + unit);
    test::expect_linear_time(500'000, segment_with(pieces), "pieces of " + unit);
  }
}

std::string read_gzip(const std::string& path) {
  std::string content(size_t{1} << 26, '\0');
  const gzFile file = gzopen(path.c_str(), "rb");
  const int size = gzread(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
  content.resize(static_cast<size_t>(std::max(size, 0)));
  return content;
}

TEST(SegmentSlow, TokensCoverRealTexts) {
  for (const char* name : {"imdb/imdb_test_12500.tsv.gz", "chnsenticorp_htl/ChnSentiCorp_htl_all.csv.gz"}) {
    const auto path = test::real_data(name);
    if (!path) GTEST_SKIP() << "needs " << name << " under FOVEA_DATA";
    const std::string content = read_gzip(*path);
    ASSERT_GT(content.size(), 2'000'000U);
    Segmenter segmenter(options_of(Tokenizer::kWords));
    for (size_t start = 0, end; start < content.size(); start = end + 1) {
      end = std::min(content.find('\n', start), content.size());
      const std::string line = content.substr(start, end - start);
      expect_cover(line, segmenter.segment(line), name + (" at byte " + std::to_string(start)));
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace fovea::data
