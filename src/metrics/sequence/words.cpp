#include "metrics/sequence/words.h"

#include <algorithm>
#include <array>

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/utf8.h>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

// The code point at `*position`, which moves behind it.
char32_t next_code_point(std::string_view text, size_t* position) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const size_t start = *position;
  UChar32 c;
  U8_NEXT(bytes, *position, text.size(), c);
  if (c >= 0) return static_cast<char32_t>(c);
  *position = start + 1;
  return 0xDC00 + bytes[start];
}

// White space as Python has it, which sacreBLEU divides by: U+001C to U+001F are in it, which Unicode leaves out.
bool divides(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::string_view without_space_around(std::string_view text) {
  size_t first = text.size(), end = 0;
  for (size_t position = 0; position < text.size();) {
    const size_t start = position;
    if (divides(next_code_point(text, &position))) continue;
    first = std::min(first, start);
    end = position;
  }
  return first < end ? text.substr(first, end - first) : std::string_view();
}

std::vector<std::string> divided(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  for (size_t position = 0; position < text.size();) {
    const size_t start = position;
    const bool space = divides(next_code_point(text, &position));
    if (!space && !inside) words.emplace_back();
    if (!space) words.back().append(text.substr(start, position - start));
    inside = !space;
  }
  return words;
}

std::string with_replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string out;
  for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what)) {
    out.append(text.substr(0, at)).append(by);
    text.remove_prefix(at + what.size());
  }
  return out.append(text);
}

bool is_decimal(char byte) {
  return byte >= '0' && byte <= '9';
}

bool is_point(char byte) {
  return byte == '.' || byte == ',';
}

// ASCII's signs but for apostrophe, comma, hyphen and point.
bool is_sign(char byte) {
  return (byte >= ' ' && byte <= '&') || (byte >= '(' && byte <= '+') || byte == '/' || (byte >= ':' && byte <= '@') ||
         (byte >= '[' && byte <= '`') || (byte >= '{' && byte <= '~');
}

// Puts `pattern` in place of each pair of bytes that `fits`, from left to right, no byte in two pairs; 1 and 2 in the
// pattern stand for the two bytes. Both tell a byte of ASCII from all others, so bytes serve as well as characters.
template <typename Fits>
std::string with_pairs(std::string_view text, std::string_view pattern, const Fits& fits) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i + 1 == text.size() || !fits(text[i], text[i + 1])) {
      out += text[i];
      continue;
    }
    for (const char sign : pattern) out += sign == '1' ? text[i] : sign == '2' ? text[i + 1] : sign;
    ++i;
  }
  return out;
}

// What the tokenizers 13a and zh share: the four rules of mteval, one after the other.
std::vector<std::string> western_words(std::string_view text) {
  std::string line;
  for (const char byte : text) {
    if (is_sign(byte)) {
      line.append({' ', byte, ' '});
    } else {
      line += byte;
    }
  }
  line = with_pairs(line, "1 2 ", [](char a, char b) { return !is_decimal(a) && is_point(b); });
  line = with_pairs(line, " 1 2", [](char a, char b) { return is_point(a) && !is_decimal(b); });
  line = with_pairs(line, "1 2 ", [](char a, char b) { return is_decimal(a) && b == '-'; });
  return divided(line);
}

std::vector<std::string> words_13a(std::string_view text) {
  constexpr std::string_view kReplaced[][2] = {{"<skipped>", ""}, {"-\n", ""},   {"\n", " "},  {"&quot;", "\""},
                                               {"&amp;", "&"},    {"&lt;", "<"}, {"&gt;", ">"}};
  std::string line(without_space_around(text));
  for (const auto& [what, by] : kReplaced) line = with_replaced(line, what, by);
  return western_words(" " + line + " ");  // the rules look at a word's neighbours
}

// The ranges of sacreBLEU as they work there: what was meant for the ideographs above U+FFFF is U+2001 to U+2A6D
// (quotation marks, dashes, arrows, signs of mathematics) instead.
bool is_chinese(char32_t c) {
  constexpr std::array<std::array<char32_t, 2>, 13> kRanges = {{{0x2001, 0x2A6D},
                                                                {0x2E80, 0x2FDF},
                                                                {0x2FF0, 0x303F},
                                                                {0x3100, 0x312F},
                                                                {0x31A0, 0x31EF},
                                                                {0x3200, 0x4DB5},
                                                                {0x4E00, 0x9FBB},
                                                                {0xF900, 0xFA2D},
                                                                {0xFA30, 0xFA6A},
                                                                {0xFA70, 0xFAD9},
                                                                {0xFE10, 0xFE1F},
                                                                {0xFE30, 0xFE4F},
                                                                {0xFF00, 0xFFEF}}};
  return std::any_of(kRanges.begin(), kRanges.end(), [&](const auto& range) { return c >= range[0] && c <= range[1]; });
}

std::vector<std::string> words_zh(std::string_view text) {
  const std::string_view trimmed = without_space_around(text);
  std::string line;
  for (size_t position = 0; position < trimmed.size();) {
    const size_t start = position;
    const bool chinese = is_chinese(next_code_point(trimmed, &position));
    if (chinese) line += ' ';
    line += trimmed.substr(start, position - start);
    if (chinese) line += ' ';
  }
  return western_words(line);
}

std::vector<std::string> words_char(std::string_view text) {
  std::vector<std::string> words;
  for (size_t position = 0; position < text.size();) {
    const size_t start = position;
    if (!divides(next_code_point(text, &position))) words.emplace_back(text.substr(start, position - start));
  }
  return words;
}

}  // namespace

const char* tokenizer_name(Tokenizer tokenizer) {
  switch (tokenizer) {
    case Tokenizer::k13a:
      return "13a";
    case Tokenizer::kZh:
      return "zh";
    case Tokenizer::kChar:
      return "char";
    case Tokenizer::kNone:
      break;
  }
  return "none";
}

std::vector<std::string> words_of(std::string_view text, Tokenizer tokenizer) {
  switch (tokenizer) {
    case Tokenizer::k13a:
      return words_13a(text);
    case Tokenizer::kZh:
      return words_zh(text);
    case Tokenizer::kChar:
      return words_char(text);
    case Tokenizer::kNone:
      break;
  }
  return divided(text);
}

std::string lower_case(std::string_view text) {
  std::string lower;
  icu::StringByteSink<std::string> sink(&lower);
  UErrorCode status = U_ZERO_ERROR;
  icu::CaseMap::utf8ToLower("", 0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr,
                            status);
  FOVEA_CHECK(U_SUCCESS(status), u_errorName(status));
  return lower;
}

std::u32string code_points_without_space(std::string_view text) {
  std::u32string characters;
  for (size_t position = 0; position < text.size();) {
    const char32_t c = next_code_point(text, &position);
    if (!divides(c)) characters += c;
  }
  return characters;
}

}  // namespace fovea::metrics
