// Questions about single code points that several files of this folder ask. Text is UTF-8; bytes that are not well
// formed read as U+FFFD, so that nothing here can run past the end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace fovea::data {

inline constexpr UChar32 kNoCharacter = -1;

// The code point at `*position`, which moves behind it; `*position` must be before the end.
inline UChar32 next_character(std::string_view text, size_t* position) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  UChar32 c;
  U8_NEXT_OR_FFFD(bytes, *position, text.size(), c);
  return c;
}

// The code point that begins at `position`, kNoCharacter at the end.
inline UChar32 character_at(std::string_view text, size_t position) {
  return position < text.size() ? next_character(text, &position) : kNoCharacter;
}

// The code point that ends at `position`, kNoCharacter at the beginning.
inline UChar32 character_before(std::string_view text, size_t position) {
  if (position == 0) return kNoCharacter;
  int32_t reach = static_cast<int32_t>(std::min<size_t>(position, U8_MAX_LENGTH));
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data()) + position - reach;
  UChar32 c;
  U8_PREV_OR_FFFD(bytes, 0, reach, c);
  return c;
}

// White space as Unicode has it: U+0085, U+00A0, U+2028 and U+3000 among it, U+200B and U+FEFF not.
inline bool is_white_space(UChar32 c) {
  if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
  return u_isUWhiteSpace(c);
}

// Code points without a look of their own (U+FEFF, U+200B, bidi marks, Hangul fillers).
inline bool is_invisible(UChar32 c) {
  return c >= 0x80 && u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

inline bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (const char byte : text) all |= static_cast<unsigned char>(byte);
  return all < 0x80;
}

// The first byte of a code point, in well-formed UTF-8.
inline bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

}  // namespace fovea::data
