#include "report/piece_name.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace fovea::report {
namespace {

// Letters and digits that are written together as words. Where every sign is a word, pieces need no mark.
bool joins_words(UChar32 c) {
  return u_isalnum(c) && !u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC);
}

UChar32 first_character(const std::string& text) {
  UChar32 c;
  U8_GET_OR_FFFD(reinterpret_cast<const uint8_t*>(text.data()), 0, 0, static_cast<int32_t>(text.size()), c);
  return c;
}

UChar32 last_character(const std::string& text) {
  UChar32 c;
  auto at = static_cast<int32_t>(text.size());
  U8_PREV_OR_FFFD(reinterpret_cast<const uint8_t*>(text.data()), 0, at, c);
  return c;
}

}  // namespace

std::string token_name(const tasks::Mechanism& mechanism, size_t at) {
  const auto& tokens = mechanism.answer.tokens;
  const std::string& text = tokens[at].text;
  if (!mechanism.pieces || at == 0 || tokens[at - 1].end != tokens[at].start) return text;
  const std::string& before = tokens[at - 1].text;
  if (text.empty() || before.empty()) return text;
  return joins_words(last_character(before)) && joins_words(first_character(text)) ? "·" + text : text;
}

}  // namespace fovea::report
