#include "data/vocab/normalise.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>

#include "base/errors.h"
#include "data/vocab/characters.h"

namespace fovea::data {
namespace {

const icu::Normalizer2& shared_normalizer(bool case_fold) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer =
      case_fold ? icu::Normalizer2::getNFKCCasefoldInstance(status) : icu::Normalizer2::getNFKCInstance(status);
  FOVEA_CHECK(U_SUCCESS(status), u_errorName(status));
  return *normalizer;
}

icu::StringPiece piece_of(std::string_view text) {
  return icu::StringPiece(text.data(), static_cast<int32_t>(text.size()));
}

// End of the longest beginning of `text` without an overlong run of marks. Marks are sorted by insertion inside the
// normaliser, so a hostile run of n of them would take n² steps.
size_t end_of_safe_piece(std::string_view text, const icu::Normalizer2& normalizer) {
  constexpr size_t kShort = 256;  // too short for the square to matter: the usual word is not looked at twice
  if (text.size() <= kShort) return text.size();
  int run = 0;
  size_t position = 0;
  while (position < text.size()) {
    const size_t start = position;
    run = normalizer.hasBoundaryBefore(next_character(text, &position)) ? 0 : run + 1;
    if (run > kLongestMarkRun) return start;
  }
  return text.size();
}

void append_ascii(std::string_view text, bool case_fold, std::string* out) {
  const size_t old_size = out->size();
  out->append(text);
  if (!case_fold) return;
  for (size_t i = old_size; i < out->size(); ++i) {
    const char c = (*out)[i];
    if (c >= 'A' && c <= 'Z') (*out)[i] = static_cast<char>(c + ('a' - 'A'));
  }
}

}  // namespace

void append_normalised(std::string_view text, const NormaliseOptions& options, std::string* out) {
  if (is_ascii(text)) return append_ascii(text, options.case_fold, out);
  if (!options.nfkc && !options.case_fold) {
    out->append(text);
    return;
  }
  UErrorCode status = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(out);
  if (!options.nfkc) {
    icu::CaseMap::utf8Fold(0, piece_of(text), sink, nullptr, status);
    FOVEA_CHECK(U_SUCCESS(status), u_errorName(status));
    return;
  }
  const icu::Normalizer2& normalizer = shared_normalizer(options.case_fold);
  while (!text.empty()) {
    const size_t end = end_of_safe_piece(text, normalizer);
    normalizer.normalizeUTF8(0, piece_of(text.substr(0, end)), sink, nullptr, status);
    FOVEA_CHECK(U_SUCCESS(status), u_errorName(status));
    text.remove_prefix(end);
  }
}

size_t end_of_unit(std::string_view text, size_t start, const NormaliseOptions& options) {
  size_t end = start;
  next_character(text, &end);
  if (!options.nfkc) return end;
  const icu::Normalizer2& normalizer = shared_normalizer(options.case_fold);
  while (end < text.size()) {
    size_t behind = end;
    const UChar32 c = next_character(text, &behind);
    if (c < 0x80 || normalizer.hasBoundaryBefore(c)) break;
    end = behind;
  }
  return end;
}

std::string_view cut_utf8(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && !begins_character(text[end])) --end;
  return text.substr(0, end);
}

}  // namespace fovea::data
