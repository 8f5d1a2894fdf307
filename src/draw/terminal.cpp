#include "draw/terminal.h"

#include <cstdio>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace fovea::draw {
namespace {

constexpr UChar32 kReplacement = 0xFFFD;

// The code point that begins at `*at`, which moves behind it; U+FFFD and one byte where it is not well-formed.
UChar32 next_code_point(std::string_view text, size_t* at) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  int64_t end = static_cast<int64_t>(*at);
  UChar32 point = 0;
  U8_NEXT(bytes, end, static_cast<int64_t>(text.size()), point);
  if (point < 0) {
    ++*at;
    return kReplacement;
  }
  *at = static_cast<size_t>(end);
  return point;
}

void append_code_point(UChar32 point, std::string* out) {
  uint8_t buffer[U8_MAX_LENGTH];
  int length = 0;
  U8_APPEND_UNSAFE(buffer, length, point);
  out->append(reinterpret_cast<const char*>(buffer), static_cast<size_t>(length));
}

bool ends_line(UChar32 point) {
  return (point >= '\n' && point <= '\r') || point == 0x85 || point == 0x2028 || point == 0x2029;
}

bool is_bidi_control(UChar32 point) {
  return u_hasBinaryProperty(point, UCHAR_BIDI_CONTROL);
}

// C0 controls have pictures of their own (␛); what has none is named (⟨U+202E⟩).
void append_visible(UChar32 point, std::string* out) {
  if (point < 0x20) {
    append_code_point(0x2400 + point, out);
  } else if (point == 0x7F) {
    append_code_point(0x2421, out);
  } else {
    char name[16];
    std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(point));
    *out += "⟨";
    *out += name;
    *out += "⟩";
  }
}

// Columns of one code point; `previous` is the one before it. A mark, a joiner or a variation selector adds none, nor
// does what a zero-width joiner glues on (a family of emoji is one picture).
int columns_of(UChar32 point, UChar32 previous) {
  constexpr UChar32 kJoiner = 0x200D, kEmojiSelector = 0xFE0F;
  const int type = u_charType(point);
  if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) {
    const bool widens = point == kEmojiSelector && u_hasBinaryProperty(previous, UCHAR_EMOJI) && previous > 0xFF &&
                        !u_hasBinaryProperty(previous, UCHAR_EMOJI_PRESENTATION);
    return widens ? 1 : 0;
  }
  if (point < 0x20 || (point >= 0x7F && point < 0xA0)) return 0;
  if (point >= 0x1160 && point <= 0x11FF) return 0;  // Hangul vowels and finals, drawn into the syllable before them
  if (u_hasBinaryProperty(point, UCHAR_EMOJI_MODIFIER) && u_hasBinaryProperty(previous, UCHAR_EMOJI_MODIFIER_BASE))
    return 0;
  if (previous == kJoiner && u_hasBinaryProperty(point, UCHAR_EXTENDED_PICTOGRAPHIC)) return 0;
  const int wide = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
  return wide == U_EA_WIDE || wide == U_EA_FULLWIDTH ? 2 : 1;
}

}  // namespace

std::string safe_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  UChar32 previous = 0;
  for (size_t at = 0; at < text.size();) {
    const UChar32 point = next_code_point(text, &at);
    if (point == '\t' || ends_line(point)) {
      if (!(point == '\n' && previous == '\r')) out += ' ';
    } else if (point < 0x20 || (point >= 0x7F && point < 0xA0) || is_bidi_control(point)) {
      append_visible(point, &out);
    } else {
      append_code_point(point, &out);
    }
    previous = point;
  }
  return out;
}

int display_width(std::string_view text) {
  int width = 0;
  UChar32 previous = 0;
  for (size_t at = 0; at < text.size();) {
    const UChar32 point = next_code_point(text, &at);
    width += columns_of(point, previous);
    previous = point;
  }
  return width;
}

std::string ellipsize(std::string_view text, int width) {
  if (width <= 0) return "";
  if (display_width(text) <= width) return std::string(text);
  int used = 0;
  size_t keep = 0;
  UChar32 previous = 0;
  for (size_t at = 0; at < text.size();) {
    const UChar32 point = next_code_point(text, &at);
    used += columns_of(point, previous);
    if (used > width - 1) break;
    keep = at;
    previous = point;
  }
  while (keep > 0 && text[keep - 1] == ' ') --keep;
  return std::string(text.substr(0, keep)) + "…";
}

}  // namespace fovea::draw
