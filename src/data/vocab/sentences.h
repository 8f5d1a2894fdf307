// Where the sentences of a text begin, as numbers of tokens: by ICU's sentence rules, for every script.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "data/vocab/segment.h"

namespace fovea::data {

// A longer sentence is cut after every so many tokens: a text without sentence marks, or a table pasted into one, still
// has parts that attention can choose among.
inline constexpr int32_t kMaxSentenceTokens = 128;

// Not thread-safe (an ICU iterator inside); one per thread.
class SentenceBreaks {
 public:
  SentenceBreaks();
  ~SentenceBreaks();
  SentenceBreaks(SentenceBreaks&&) noexcept;
  SentenceBreaks& operator=(SentenceBreaks&&) noexcept;

  // The number of the first token of each sentence, rising from 0; none where there are no tokens. Every token belongs
  // to the sentence that it begins in, and every sentence has a token. `tokens` are those of `text` (well-formed
  // UTF-8, below 2 GiB) in order. A line end ends a sentence. Signs without a letter or a digit that ICU puts into a
  // sentence of their own, as the rest of ". . .", stay with the sentence before them.
  std::vector<int32_t> starts(std::string_view text, std::span<const Token> tokens);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fovea::data
