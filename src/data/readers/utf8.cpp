#include "data/readers/utf8.h"

#include <algorithm>
#include <cstring>

#include <unicode/utf8.h>

namespace fovea::data {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The first offset at or after `from` that does not begin eight ASCII bytes.
size_t skip_ascii(std::string_view text, size_t from) {
  while (from + sizeof(uint64_t) <= text.size()) {
    uint64_t word;
    std::memcpy(&word, text.data() + from, sizeof(word));
    if (word & 0x8080808080808080u) break;
    from += sizeof(word);
  }
  return from;
}

// Offset of the first byte that belongs to no well-formed sequence, or the size of `text`; `*end` is then the end of
// the bytes that are wrong together.
size_t find_bad(std::string_view text, size_t from, size_t* end) {
  while ((from = skip_ascii(text, from)) < text.size()) {
    size_t next = from;
    UChar32 code_point;
    U8_NEXT(text.data(), next, text.size(), code_point);
    if (code_point < 0) {
      *end = next;
      return from;
    }
    from = next;
  }
  *end = text.size();
  return text.size();
}

}  // namespace

std::string repair_utf8(std::string_view text, int64_t* bad_bytes, std::vector<int64_t>* places, size_t max_places) {
  std::string repaired;
  repaired.reserve(text.size());
  size_t from = 0;
  while (from < text.size()) {
    size_t end = 0;
    const size_t bad = find_bad(text, from, &end);
    repaired.append(text.substr(from, bad - from));
    for (size_t at = bad; at < end; ++at) {
      repaired.append(kReplacement);
      if (bad_bytes) ++*bad_bytes;
      if (places && places->size() < max_places) places->push_back(static_cast<int64_t>(at));
    }
    from = end;
  }
  return repaired;
}

bool is_utf8(std::string_view text) {
  size_t end = 0;
  return find_bad(text, 0, &end) == text.size();
}

int64_t count_code_points(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; });
}

}  // namespace fovea::data
