// Raw sentences to numbered subwords and back, by a model of SentencePiece that is learnt from them (Kudo & Richardson
// 2018): unigram (Kudo 2018), byte-pair encoding (Sennrich, Haddow & Birch 2016), or whole words as they stand between
// blanks. Unlike PieceModel (pieces.h), which cuts words that have been cut already, it normalises by itself and knows
// how a text is written again.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace fovea::data {

enum class SubwordKind { kUnigram, kBpe, kWord };

// A subword and the bytes [start, end) of the text that it stands for, without blanks around; empty where it stands for
// blanks alone.
struct Subword {
  int32_t id = 0;
  size_t start = 0, end = 0;
};

// Copies share the model. All methods may be called from several threads.
class SubwordModel {
 public:
  static constexpr int32_t kUnknown = 0, kBegin = 1, kEnd = 2;  // the last two stand in no text

  SubwordModel() = default;  // none

  // At most `size` subwords, the three above among them; fewer where the sentences do not make so many. A pure function
  // of its arguments with the same version of SentencePiece. Throws UserError: kUsage where `size` is too small for the
  // characters, kBadData where nothing can be learnt.
  static SubwordModel learn(std::span<const std::string_view> sentences, SubwordKind kind, int64_t size);

  // `content`: what serialize() gave. Throws UserError (kBadData) that begins with `name`.
  static SubwordModel parse(std::string content, const std::string& name);
  const std::string& serialize() const { return *content_; }

  explicit operator bool() const { return processor_ != nullptr; }
  int64_t size() const;

  std::vector<Subword> cut(std::string_view text) const;  // UTF-8; without begin and end
  // As people write it. `instead` (empty, or one for each id) is written for an unknown one.
  std::string text(std::span<const int32_t> ids, std::span<const std::string> instead = {}) const;
  std::string form(int32_t id) const;  // "▁foot": U+2581 for a blank
  bool begins_word(int32_t id) const;  // whether a blank stands before it

 private:
  std::shared_ptr<const sentencepiece::SentencePieceProcessor> processor_;
  std::shared_ptr<const std::string> content_;
};

// The words of a text: the bytes [start, end) between blanks, as alignments number them.
std::vector<std::pair<size_t, size_t>> words_between_blanks(std::string_view text);

}  // namespace fovea::data
