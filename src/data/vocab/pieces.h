// Pieces of words, learnt from texts: the unigram model of SentencePiece (Kudo 2018, Kudo & Richardson 2018).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace fovea::data {

inline constexpr int64_t kFewestPieces = 16, kMostPieces = 1'000'000;

// SentencePiece takes time with the square of a run of unknown characters.
inline constexpr size_t kLongestCut = 4096;

// A part of a word.
struct WordPiece {
  size_t start = 0;  // bytes [start, start of the next) of the word
  std::string form;  // as SentencePiece has it: it begins with U+2581 where it begins a word
};

// A piece model; copies share it. All methods may be called from several threads.
class PieceModel {
 public:
  PieceModel() = default;  // none

  // `content`: a model file of SentencePiece. Throws UserError (kBadData) that begins with `name` where it is none.
  static PieceModel parse(std::string content, const std::string& name);

  explicit operator bool() const { return processor_ != nullptr; }
  int64_t size() const;  // pieces, the unknown one included
  const std::string& serialize() const { return *content_; }

  // The most probable pieces of `word` (UTF-8, not empty), in order; the first begins at 0. A word over kLongestCut
  // bytes is cut as several. A piece that is U+2581 alone, no part of the word, is left out. Characters that the model
  // does not know are pieces too.
  std::vector<WordPiece> cut(std::string_view word) const;

 private:
  void cut_short(std::string_view word, size_t first_byte, std::vector<WordPiece>* pieces) const;

  std::shared_ptr<const sentencepiece::SentencePieceProcessor> processor_;
  std::shared_ptr<const std::string> content_;
};

// Learns at most `pieces` pieces, fewer where the words do not make so many. A pure function of its arguments, on any
// machine with the same SentencePiece. `words`: how often each occurs. Throws UserError: kBadData where there is no
// word to learn from, kUsage where `pieces` is less than the characters that must be pieces.
PieceModel learn_pieces(const std::unordered_map<std::string, int64_t>& words, int64_t pieces);

}  // namespace fovea::data
