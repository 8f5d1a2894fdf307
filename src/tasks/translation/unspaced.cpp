#include "tasks/translation/unspaced.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace fovea::tasks {
namespace {

struct CodeRange {
  char32_t first, last;
};

// Thai, Lao, Myanmar, Khmer, kana, Han with its extensions.
constexpr std::array<CodeRange, 8> kUnspaced = {{{0x0E00, 0x0E7F},
                                                 {0x0E80, 0x0EFF},
                                                 {0x1000, 0x109F},
                                                 {0x1780, 0x17FF},
                                                 {0x3040, 0x30FF},
                                                 {0x3400, 0x9FFF},
                                                 {0xF900, 0xFAFF},
                                                 {0x20000, 0x3FFFF}}};

bool is_unspaced(char32_t point) {
  return std::any_of(kUnspaced.begin(), kUnspaced.end(),
                     [&](const CodeRange& range) { return range.first <= point && point <= range.last; });
}

}  // namespace

bool has_unspaced(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    char32_t point = length == 1 ? byte : byte & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length && at + i < text.size(); ++i) {
      point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    if (is_unspaced(point)) return true;
    at += length;
  }
  return false;
}

CutWords cut_unspaced(const CutWords& words, std::span<const size_t> starts) {
  CutWords cut{words.text, {}, std::vector<int64_t>(words.word_of.size(), -1)};
  for (size_t word = 0; word < words.words.size(); ++word) {
    const auto [start, end] = words.words[word];
    cut.words.emplace_back(start, end);
    const bool splits = has_unspaced(std::string_view(words.text).substr(start, end - start));
    for (size_t i = 0; i < starts.size(); ++i) {
      if (words.word_of[i] != static_cast<int64_t>(word)) continue;
      if (splits && starts[i] > cut.words.back().first && starts[i] < end) {
        cut.words.back().second = starts[i];
        cut.words.emplace_back(starts[i], end);
      }
      cut.word_of[i] = std::ssize(cut.words) - 1;
    }
  }
  return cut;
}

std::vector<int64_t> glued_words(const CutWords& words) {
  std::vector<int64_t> glued;
  for (size_t word = 1; word < words.words.size(); ++word) {
    if (words.words[word - 1].second == words.words[word].first) glued.push_back(static_cast<int64_t>(word));
  }
  return glued;
}

}  // namespace fovea::tasks
