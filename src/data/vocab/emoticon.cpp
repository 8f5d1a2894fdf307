#include "data/vocab/emoticon.h"

#include <array>

#include "data/vocab/characters.h"

namespace fovea::data {
namespace {

constexpr std::array<std::string_view, 6> kWholeFaces = {"^_^", "^-^", "-_-", ">_<", ";_;", "\\o/"};
constexpr std::string_view kWideColon = "：", kWideClose = "）", kWideOpen = "（";

// What stands beside an emoticon.
enum class Beside { kNothing, kWord, kPause, kOther };  // nothing: white space or an end of the text

// Letters of scripts that put no space between words are no sign that a word goes on.
bool goes_on(UChar32 c) {
  return u_isalnum(c) && !u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC);
}

Beside beside(UChar32 c) {
  if (c == kNoCharacter || is_white_space(c)) return Beside::kNothing;
  if (goes_on(c)) return Beside::kWord;
  if (c >= 0x80 || std::string_view(".,!?~)*").find(static_cast<char>(c)) != std::string_view::npos) {
    return Beside::kPause;
  }
  return Beside::kOther;
}

bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

// A face that lies on its side, eyes first.
struct Face {
  char eyes = 0;   // ':', ';' or '='
  char mouth = 0;  // ASCII; a wide bracket counts as the plain one
  bool nose = false;
  bool angry = false;  // ">" as eyebrows
  size_t end = 0;
};

bool read_face(std::string_view text, size_t position, Face* face) {
  const auto at = [&](size_t i) { return i < text.size() ? text[i] : '\0'; };
  size_t i = position;
  face->angry = at(i) == '>';
  if (face->angry) ++i;
  const bool wide_eyes = text.substr(i).starts_with(kWideColon);
  face->eyes = wide_eyes ? ':' : at(i);
  if (!is_one_of(face->eyes, ":;=")) return false;
  i += wide_eyes ? kWideColon.size() : 1;

  const size_t before_nose = i;
  if (at(i) == '\'' && at(i + 1) == '-') ++i;
  if (is_one_of(at(i), "-^'") || (at(i) == 'o' && is_one_of(at(i + 1), ")("))) ++i;
  face->nose = i != before_nose;

  for (const auto& [wide, plain] : {std::pair{kWideClose, ')'}, std::pair{kWideOpen, '('}}) {
    if (!text.substr(i).starts_with(wide)) continue;
    face->mouth = plain;
    while (text.substr(i).starts_with(wide)) i += wide.size();
    face->end = i;
    return true;
  }
  face->mouth = at(i);
  if (wide_eyes && !is_one_of(face->mouth, ")(")) return false;
  if (!is_one_of(face->mouth, ")(][|*/\\@$DPpOoSsXxc3")) return false;
  ++i;
  while (is_one_of(face->mouth, ")(D") && at(i) == face->mouth) ++i;
  face->end = i;
  return true;
}

// "&quot;)" ends with the semicolon of an entity, not with eyes.
bool ends_entity(std::string_view text, size_t semicolon) {
  constexpr size_t kLongestEntity = 8;
  size_t i = semicolon;
  while (i > 0 && semicolon - i < kLongestEntity && u_isalnum(static_cast<unsigned char>(text[i - 1])) &&
         static_cast<unsigned char>(text[i - 1]) < 0x80) {
    --i;
  }
  return i < semicolon && i > 0 && (text[i - 1] == '&' || text[i - 1] == '#');
}

// Whether signs that look like `face` are one, going by what stands before and behind them.
bool stands_well(const Face& face, std::string_view text, size_t position, bool in_brackets) {
  const UChar32 previous = character_before(text, position), next = character_at(text, face.end);
  const Beside before = beside(previous), behind = beside(next);
  const bool letter = u_isalnum(static_cast<unsigned char>(face.mouth));
  if (face.angry && (before != Beside::kNothing || !is_one_of(face.mouth, ")([|/D"))) return false;
  if (face.eyes == '=' && !is_one_of(face.mouth, ")(][|/\\DPp")) return false;
  if (face.eyes == ';' && !is_one_of(face.mouth, ")(]DPp|")) return false;
  if (before == Beside::kOther) return false;

  if (is_one_of(face.mouth, ")(")) {
    if (before == Beside::kNothing) return face.mouth == ')' || behind != Beside::kWord;
    if (face.mouth == ')' && in_brackets) return false;
    if (before == Beside::kWord && (face.eyes == '=' || ends_entity(text, position))) return false;
    return behind == Beside::kNothing || (behind == Beside::kPause && face.mouth == ')') || next == '<';
  }
  if (before == Beside::kWord) return false;
  // "答案:D" names an answer, and a small letter or digit without a nose wants room in front.
  if (letter && before != Beside::kNothing && u_isalnum(previous)) return false;
  if (is_one_of(face.mouth, "SsXxc3") && !face.nose && before != Beside::kNothing) return false;
  return behind == Beside::kNothing || behind == Beside::kPause || next == '<';
}

// "<3" and "</3".
size_t match_heart(std::string_view text, size_t position) {
  size_t end = position + 1;
  if (end < text.size() && text[end] == '/') ++end;
  if (end >= text.size() || text[end] != '3') return 0;
  ++end;
  const UChar32 before = character_before(text, position), next = character_at(text, end);
  if (beside(before) == Beside::kWord || before == '<' || beside(next) == Beside::kWord) return 0;
  const UChar32 second = character_at(text, end + 1);
  if ((next == '.' || next == ',') && second != kNoCharacter && u_isdigit(second)) return 0;
  return end - position;
}

// "(:", "(-:", "(;": only between white space.
size_t match_reversed(std::string_view text, size_t position) {
  size_t end = position + 1;
  if (end < text.size() && text[end] == '-') ++end;
  if (end >= text.size() || !is_one_of(text[end], ":;=")) return 0;
  ++end;
  const bool alone = beside(character_before(text, position)) == Beside::kNothing &&
                     beside(character_at(text, end)) == Beside::kNothing;
  return alone ? end - position : 0;
}

size_t match_whole(std::string_view text, size_t position) {
  if (beside(character_before(text, position)) != Beside::kNothing) return 0;
  for (const std::string_view face : kWholeFaces) {
    if (!text.substr(position).starts_with(face)) continue;
    const Beside behind = beside(character_at(text, position + face.size()));
    return behind == Beside::kNothing || behind == Beside::kPause ? face.size() : 0;
  }
  return 0;
}

}  // namespace

bool may_begin_emoticon(char byte) {
  return is_one_of(byte, ":;=<>(^-\\\xEF");
}

size_t match_emoticon(std::string_view text, size_t position, bool in_brackets) {
  const char first = text[position];
  if (first == '<') return match_heart(text, position);
  if (first == '(') return match_reversed(text, position);
  if (const size_t whole = match_whole(text, position)) return whole;
  Face face;
  if (!read_face(text, position, &face) || !stands_well(face, text, position, in_brackets)) return 0;
  size_t length = face.end - position;
  if (in_brackets && text.substr(position, length).ends_with("))")) --length;  // "(fine :))": the last one closes
  return length;
}

}  // namespace fovea::data
