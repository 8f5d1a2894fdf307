#include "data/vocab/segment.h"

#include <limits>
#include <utility>

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include "base/errors.h"
#include "data/vocab/characters.h"
#include "data/vocab/emoticon.h"
#include "data/vocab/normalise.h"
#include "data/vocab/sentences.h"

namespace fovea::data {
namespace {

// A run of bytes that becomes a token.
struct Piece {
  size_t start = 0, end = 0;
  UChar32 sign = kNoCharacter;  // the sign it repeats, of which more may follow
};

// Signs that are repeated for weight: "!!!", "...", "~~~", "★★★". An emoji stands for itself each time.
bool is_repeatable_sign(UChar32 c) {
  if (c < 0x80) return c > ' ' && c < 0x7F && !u_isalnum(c);
  const uint32_t category = U_GET_GC_MASK(c);
  if (category & (U_GC_P_MASK | U_GC_SM_MASK | U_GC_SC_MASK | U_GC_SK_MASK)) return true;
  return (category & U_GC_SO_MASK) && !u_hasBinaryProperty(c, UCHAR_EMOJI);
}

bool all_invisible(std::string_view text) {
  for (size_t position = 0; position < text.size();) {
    if (!is_invisible(next_character(text, &position))) return false;
  }
  return true;
}

// Puts pieces in order, and invisible ones to their neighbours.
class PieceList {
 public:
  explicit PieceList(std::string_view text, std::vector<Piece>* pieces) : text_(text), pieces_(pieces) {
    pieces_->clear();
  }

  void add(Piece piece) {
    const bool plain = static_cast<unsigned char>(text_[piece.start]) < 0x80;
    if (!plain && all_invisible(text_.substr(piece.start, piece.end - piece.start))) return hold(piece);
    if (holding_) {
      holding_ = false;
      if (held_.end == piece.start) {
        piece.start = held_.start;
      } else {
        place_held();
      }
    }
    Piece* last = pieces_->empty() ? nullptr : &pieces_->back();
    if (last && piece.sign != kNoCharacter && last->sign == piece.sign && last->end == piece.start) {
      last->end = piece.end;
    } else {
      pieces_->push_back(piece);
    }
  }

  void finish() {
    if (std::exchange(holding_, false)) place_held();
  }

 private:
  void hold(const Piece& piece) {
    if (holding_ && held_.end == piece.start) {
      held_.end = piece.end;
      return;
    }
    finish();
    held_ = piece;
    holding_ = true;
  }

  void place_held() {
    if (!pieces_->empty() && pieces_->back().end == held_.start) {
      pieces_->back().end = held_.end;
      pieces_->back().sign = kNoCharacter;
    } else {
      pieces_->push_back(held_);
    }
  }

  std::string_view text_;
  std::vector<Piece>* pieces_;
  Piece held_;  // invisible, waiting for what follows
  bool holding_ = false;
};

// Whether a round bracket is open, so that ":)" may close it. One that is far behind was left open.
class BracketWatch {
 public:
  void see(UChar32 sign, size_t position) {
    if (sign == '(' || sign == 0xFF08) {
      ++open_;
      last_ = position;
    } else if ((sign == ')' || sign == 0xFF09) && open_ > 0) {
      --open_;
    }
  }
  bool open_at(size_t position) const { return open_ > 0 && position - last_ < kReach; }

 private:
  static constexpr size_t kReach = 300;  // bytes: about the longest remark between brackets
  int64_t open_ = 0;
  size_t last_ = 0;
};

// Calls add(first, end) for what is not white space in [start, end), a stretch that ICU leaves whole. It may still
// begin or end with white space, to which a combining mark or an invisible sign was joined.
template <typename Add>
void for_each_visible(std::string_view text, size_t start, size_t end, const Add& add) {
  size_t first = start;
  for (size_t position = start; position < end;) {
    const size_t before = position;
    if (!is_white_space(next_character(text, &position))) continue;
    if (before > first) add(first, before);
    first = position;
  }
  if (end > first) add(first, end);
}

std::unique_ptr<icu::BreakIterator> new_breaks(Tokenizer tokenizer) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Locale& root = icu::Locale::getRoot();
  std::unique_ptr<icu::BreakIterator> breaks(tokenizer == Tokenizer::kCharacters
                                                 ? icu::BreakIterator::createCharacterInstance(root, status)
                                                 : icu::BreakIterator::createWordInstance(root, status));
  FOVEA_CHECK(U_SUCCESS(status), u_errorName(status));
  return breaks;
}

}  // namespace

struct Segmenter::Impl {
  explicit Impl(const TextOptions& text_options) : options(text_options) {
    if (options.tokenizer != Tokenizer::kWhitespace) breaks = new_breaks(options.tokenizer);
    if (options.sentences) sentences.emplace();
  }
  ~Impl() { utext_close(&utext); }

  void find_pieces(std::string_view text);
  void cut_at_boundaries(std::string_view text, PieceList* list);
  void add_words(std::string_view text, size_t start, size_t end, PieceList* list);
  std::vector<Token> tokens_of(std::string_view text) const;

  TextOptions options;
  std::unique_ptr<icu::BreakIterator> breaks;  // none for kWhitespace
  std::optional<SentenceBreaks> sentences;     // where asked for
  UText utext = UTEXT_INITIALIZER;
  std::vector<Piece> pieces;  // scratch: of the text in hand
  BracketWatch brackets;
};

void Segmenter::Impl::add_words(std::string_view text, size_t start, size_t end, PieceList* list) {
  for_each_visible(text, start, end, [&](size_t first, size_t behind) {
    size_t position = first;
    const UChar32 c = next_character(text, &position);
    Piece piece{first, behind};
    if (position == behind && is_repeatable_sign(c)) {
      piece.sign = c;
      brackets.see(c, first);
    }
    list->add(piece);
  });
}

void Segmenter::Impl::cut_at_boundaries(std::string_view text, PieceList* list) {
  UErrorCode status = U_ZERO_ERROR;
  utext_openUTF8(&utext, text.data(), static_cast<int64_t>(text.size()), &status);
  breaks->setText(&utext, status);
  FOVEA_CHECK(U_SUCCESS(status), u_errorName(status));
  brackets = BracketWatch();
  const bool words = options.tokenizer == Tokenizer::kWords;
  size_t position = 0;  // all before is in pieces or white space
  for (int32_t boundary = breaks->next(); boundary != icu::BreakIterator::DONE; boundary = breaks->next()) {
    const size_t end = static_cast<size_t>(boundary);
    if (end <= position) continue;
    if (words && may_begin_emoticon(text[position])) {
      if (const size_t length = match_emoticon(text, position, brackets.open_at(position))) {
        list->add({position, position + length});
        position += length;
        if (end <= position) continue;
      }
    }
    if (words) {
      add_words(text, position, end, list);
    } else {
      for_each_visible(text, position, end, [&](size_t first, size_t behind) { list->add({first, behind}); });
    }
    position = end;
  }
}

void Segmenter::Impl::find_pieces(std::string_view text) {
  PieceList list(text, &pieces);
  if (options.tokenizer == Tokenizer::kWhitespace) {
    for_each_visible(text, 0, text.size(), [&](size_t first, size_t behind) { list.add({first, behind}); });
  } else {
    cut_at_boundaries(text, &list);
  }
  list.finish();
}

// Code points are counted in the text as it came: a blanked tag may hold letters of several bytes.
std::vector<Token> Segmenter::Impl::tokens_of(std::string_view text) const {
  const NormaliseOptions normalise{options.nfkc, options.case_fold};
  std::vector<Token> tokens(pieces.size());
  size_t position = 0;
  int64_t characters = 0;
  const auto count_to = [&](size_t end) {
    for (; position < end; ++position) characters += begins_character(text[position]);
    return characters;
  };
  for (size_t i = 0; i < pieces.size(); ++i) {
    Token& token = tokens[i];
    const std::string_view word = text.substr(pieces[i].start, pieces[i].end - pieces[i].start);
    token.start = static_cast<int64_t>(pieces[i].start);
    token.end = static_cast<int64_t>(pieces[i].end);
    token.char_start = count_to(pieces[i].start);
    token.char_end = count_to(pieces[i].end);
    append_normalised(word, normalise, &token.form);
    if (token.form.empty()) token.form = cut_utf8(word, kMaxLookupBytes);
    if (token.form.size() > kMaxLookupBytes) token.form.resize(cut_utf8(token.form, kMaxLookupBytes).size());
  }
  return tokens;
}

Segmenter::Segmenter(const TextOptions& options) : impl_(std::make_unique<Impl>(options)) {
  FOVEA_CHECK(options.markup != Markup::kAuto);
}
Segmenter::~Segmenter() = default;
Segmenter::Segmenter(Segmenter&&) noexcept = default;
Segmenter& Segmenter::operator=(Segmenter&&) noexcept = default;

std::vector<Token> Segmenter::segment(std::string_view text, std::vector<int32_t>* sentence_starts) {
  FOVEA_CHECK(text.size() <= static_cast<size_t>(std::numeric_limits<int32_t>::max()), text.size());
  const bool strip = impl_->options.markup == Markup::kStrip && text.find('<') != std::string_view::npos;
  const std::string blanked = strip ? blank_markup(text) : std::string();
  const std::string_view read = strip ? std::string_view(blanked) : text;
  impl_->find_pieces(read);
  std::vector<Token> tokens = impl_->tokens_of(text);
  if (sentence_starts) {
    *sentence_starts = impl_->sentences ? impl_->sentences->starts(read, tokens) : std::vector<int32_t>();
  }
  return tokens;
}

}  // namespace fovea::data
