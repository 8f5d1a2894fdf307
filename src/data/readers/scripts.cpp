#include "data/readers/scripts.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include "base/errors.h"

namespace fovea::data {
namespace {

constexpr double kUsed = 0.1;  // share of a side's letters from which on a script is one of its own
constexpr int64_t kFewLetters = 3;

bool is_latin_letter(UChar32 point) {
  return ('a' <= point && point <= 'z') || ('A' <= point && point <= 'Z');
}

int script_of(UChar32 point) {
  if (point < 0x80) return USCRIPT_LATIN;
  UErrorCode error = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(point, &error);
  FOVEA_CHECK(U_SUCCESS(error), u_errorName(error));
  switch (script) {
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_BOPOMOFO:
      return USCRIPT_HAN;
    default:
      return script;
  }
}

// Calls take(script) for every letter that is of one.
template <typename Take>
void for_letters(std::string_view text, const Take& take) {
  const auto length = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < length;) {
    UChar32 point = 0;
    U8_NEXT(text.data(), at, length, point);
    if (point < 0x80 ? !is_latin_letter(point) : !u_isalpha(point)) continue;
    const int script = script_of(point);
    if (script != USCRIPT_COMMON && script != USCRIPT_INHERITED) take(script);
  }
}

}  // namespace

void Scripts::add(std::string_view text) {
  std::map<int, int64_t>::iterator last = letters_.end();
  for_letters(text, [&](int script) {
    if (last == letters_.end() || last->first != script) last = letters_.try_emplace(script, 0).first;
    ++last->second;
    ++all_;
  });
}

bool Scripts::foreign(std::string_view text) const {
  int64_t letters = 0, own = 0;
  for_letters(text, [&](int script) {
    ++letters;
    const auto found = letters_.find(script);
    own += found != letters_.end() && static_cast<double>(found->second) >= kUsed * static_cast<double>(all_);
  });
  return letters >= kFewLetters && 2 * own < letters;
}

}  // namespace fovea::data
