#include "data/vocab/sentences.h"

#include <limits>

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include "base/errors.h"
#include "data/vocab/characters.h"

namespace fovea::data {
namespace {

bool has_word(std::string_view text, const Token& token) {
  const auto end = static_cast<size_t>(token.end);
  for (size_t position = static_cast<size_t>(token.start); position < end;) {
    const UChar32 c = next_character(text, &position);
    if (u_isalnum(c) || u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION)) return true;
  }
  return false;
}

// Cuts what is too long, and joins what has no word to the sentence before.
std::vector<int32_t> settled(std::string_view text, std::span<const Token> tokens, const std::vector<int32_t>& found) {
  std::vector<int32_t> starts;
  for (size_t s = 0; s < found.size(); ++s) {
    const int32_t end = s + 1 < found.size() ? found[s + 1] : static_cast<int32_t>(tokens.size());
    bool words = starts.empty();
    for (int32_t i = found[s]; i < end && !words; ++i) words = has_word(text, tokens[static_cast<size_t>(i)]);
    if (words) starts.push_back(found[s]);
    while (end - starts.back() > kMaxSentenceTokens) starts.push_back(starts.back() + kMaxSentenceTokens);
  }
  return starts;
}

}  // namespace

struct SentenceBreaks::Impl {
  Impl() {
    UErrorCode status = U_ZERO_ERROR;
    breaks.reset(icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), status));
    FOVEA_CHECK(U_SUCCESS(status), u_errorName(status));
  }
  ~Impl() { utext_close(&utext); }

  std::unique_ptr<icu::BreakIterator> breaks;
  UText utext = UTEXT_INITIALIZER;
};

SentenceBreaks::SentenceBreaks() : impl_(std::make_unique<Impl>()) {}
SentenceBreaks::~SentenceBreaks() = default;
SentenceBreaks::SentenceBreaks(SentenceBreaks&&) noexcept = default;
SentenceBreaks& SentenceBreaks::operator=(SentenceBreaks&&) noexcept = default;

std::vector<int32_t> SentenceBreaks::starts(std::string_view text, std::span<const Token> tokens) {
  FOVEA_CHECK(text.size() <= static_cast<size_t>(std::numeric_limits<int32_t>::max()), text.size());
  UErrorCode status = U_ZERO_ERROR;
  utext_openUTF8(&impl_->utext, text.data(), static_cast<int64_t>(text.size()), &status);
  impl_->breaks->setText(&impl_->utext, status);
  FOVEA_CHECK(U_SUCCESS(status), u_errorName(status));
  std::vector<int32_t> found;
  size_t token = 0;
  for (int32_t end = impl_->breaks->next(); end != icu::BreakIterator::DONE && token < tokens.size();
       end = impl_->breaks->next()) {
    if (tokens[token].start >= end) continue;
    found.push_back(static_cast<int32_t>(token));
    while (token < tokens.size() && tokens[token].start < end) ++token;
  }
  return settled(text, tokens, found);
}

}  // namespace fovea::data
