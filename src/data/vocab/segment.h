// From a text to tokens that keep their offsets: word boundaries by ICU for every script (Chinese, Japanese, Thai by
// its dictionaries), or characters, or white space, or pieces of what stands between white space. Every byte of the
// text that is not white space belongs to exactly one token, except mark-up that was asked to be stripped.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "base/options/visitor.h"
#include "data/vocab/pieces.h"

namespace fovea::data {

enum class Tokenizer { kWords, kCharacters, kWhitespace, kSentencePiece };
enum class Markup { kAuto, kKeep, kStrip };  // kAuto is resolved on the training texts and never saved

// The names used on the command line and in files: words, char, whitespace, sentencepiece; auto, keep,
// strip.
std::string name_of(Tokenizer tokenizer);
std::string name_of(Markup markup);

// Options of text processing; saved with the model because they change results.
struct TextOptions {
  Tokenizer tokenizer = Tokenizer::kWords;
  int64_t pieces = 8000;  // of kSentencePiece: pieces to learn, at most
  bool nfkc = true;       // compatibility normalisation of the look-up form
  bool case_fold = true;  // full case folding of the look-up form
  Markup markup = Markup::kAuto;
  int64_t max_tokens = 2000;  // tokens kept of one text, from its beginning; the rest is cut and counted. 0: no limit
  bool sentences = false;     // sentences are looked for as well: for a model that reads texts as sentences

  Json to_json() const;                            // markup must not be kAuto
  static TextOptions from_json(const Json& json);  // UserError (kBadData) on a missing field or a wrong value
};

void visit(TextOptions& options, options::Visitor& visitor);

// A run of bytes of the original text and the form it is looked up by.
struct Token {
  int64_t start = 0, end = 0;            // bytes [start, end) of the text
  int64_t char_start = 0, char_end = 0;  // code points
  std::string form;                      // normalised; words over kMaxLookupBytes are cut here, not in the offsets
};

inline constexpr size_t kMaxLookupBytes = 256;

// Cuts texts into tokens. Not thread-safe (an ICU iterator inside); one per thread.
class Segmenter {
 public:
  // options.markup must not be kAuto. `pieces`: for Tokenizer::kSentencePiece; without it there is only count_words().
  explicit Segmenter(const TextOptions& options, PieceModel pieces = {});
  ~Segmenter();
  Segmenter(Segmenter&&) noexcept;
  Segmenter& operator=(Segmenter&&) noexcept;

  // All tokens of `text` (well-formed UTF-8, below 2 GiB), in order, without the cut to max_tokens. A text of white
  // space has none. White space is Unicode's (U+0085, U+00A0, U+3000 among it); invisible code points (U+FEFF, U+200B,
  // bidi marks) belong to the token that follows them, or else to the one before.
  // `sentence_starts`, where given, receives what SentenceBreaks::starts() finds if options.sentences is set, and else
  // nothing.
  // Of Tokenizer::kSentencePiece the form of a token is its piece, with U+2581 where that begins a word. Pieces that
  // share a character of the text ("ﬁ" as f and i) are one token.
  std::vector<Token> segment(std::string_view text, std::vector<int32_t>* sentence_starts = nullptr);

  // Of Tokenizer::kSentencePiece: the normalised forms of what stands between white space, whole, from which pieces are
  // learnt. Adds how often each occurs to `*counts`.
  void count_words(std::string_view text, std::unordered_map<std::string, int64_t>* counts);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// True when `text` holds an HTML-like tag (<br />, </p>, <a href=…>, <!-- -->); "a < b > c" and "<3" hold none. Only
// names of HTML count, in either case: <unk>, <user> and <sigh> are words that people wrote. Linear in the text.
bool has_markup(std::string_view text);

// `text` with every tag replaced by spaces of the same number of bytes, so that offsets stay.
std::string blank_markup(std::string_view text);

// The share of texts with tags above which Markup::kAuto means kStrip.
inline constexpr double kMarkupShare = 0.05;

}  // namespace fovea::data
