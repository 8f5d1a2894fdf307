#include "data/vocab/segment.h"

#include <limits>
#include <utility>

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include "base/errors.h"
#include "data/vocab/aligned.h"
#include "data/vocab/characters.h"
#include "data/vocab/emoticon.h"
#include "data/vocab/normalise.h"
#include "data/vocab/sentences.h"

namespace fovea::data {
namespace {

// A run of bytes that becomes a token.
struct Run {
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

// Puts runs in order, and invisible ones to their neighbours.
class RunList {
 public:
  explicit RunList(std::string_view text, std::vector<Run>* runs) : text_(text), runs_(runs) { runs_->clear(); }

  void add(Run run) {
    const bool plain = static_cast<unsigned char>(text_[run.start]) < 0x80;
    if (!plain && all_invisible(text_.substr(run.start, run.end - run.start))) return hold(run);
    if (holding_) {
      holding_ = false;
      if (held_.end == run.start) {
        run.start = held_.start;
      } else {
        place_held();
      }
    }
    Run* last = runs_->empty() ? nullptr : &runs_->back();
    if (last && run.sign != kNoCharacter && last->sign == run.sign && last->end == run.start) {
      last->end = run.end;
    } else {
      runs_->push_back(run);
    }
  }

  void finish() {
    if (std::exchange(holding_, false)) place_held();
  }

 private:
  void hold(const Run& run) {
    if (holding_ && held_.end == run.start) {
      held_.end = run.end;
      return;
    }
    finish();
    held_ = run;
    holding_ = true;
  }

  void place_held() {
    if (!runs_->empty() && runs_->back().end == held_.start) {
      runs_->back().end = held_.end;
      runs_->back().sign = kNoCharacter;
    } else {
      runs_->push_back(held_);
    }
  }

  std::string_view text_;
  std::vector<Run>* runs_;
  Run held_;  // invisible, waiting for what follows
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
  Impl(const TextOptions& text_options, PieceModel piece_model)
      : options(text_options), normalise{options.nfkc, options.case_fold}, pieces(std::move(piece_model)) {
    if (!at_white_space()) breaks = new_breaks(options.tokenizer);
    if (options.sentences) sentences.emplace();
  }
  ~Impl() { utext_close(&utext); }

  bool at_white_space() const {
    return options.tokenizer == Tokenizer::kWhitespace || options.tokenizer == Tokenizer::kSentencePiece;
  }
  // The text without what is left out of it; `*blanked` may hold it.
  std::string_view read_text(std::string_view text, std::string* blanked) const;
  void find_runs(std::string_view text);
  void cut_at_boundaries(std::string_view text, RunList* list);
  void add_words(std::string_view text, size_t start, size_t end, RunList* list);
  std::vector<Token> tokens_of(std::string_view text) const;
  void add_token(std::string_view text, const Run& run, std::vector<Token>* tokens) const;
  void add_pieces(std::string_view text, const Run& run, std::vector<Token>* tokens) const;

  TextOptions options;
  NormaliseOptions normalise;
  PieceModel pieces;                           // of kSentencePiece
  std::unique_ptr<icu::BreakIterator> breaks;  // none where cut at white space
  std::optional<SentenceBreaks> sentences;     // where asked for
  UText utext = UTEXT_INITIALIZER;
  std::vector<Run> runs;  // scratch: of the text in hand
  BracketWatch brackets;
};

void Segmenter::Impl::add_words(std::string_view text, size_t start, size_t end, RunList* list) {
  for_each_visible(text, start, end, [&](size_t first, size_t behind) {
    size_t position = first;
    const UChar32 c = next_character(text, &position);
    Run run{first, behind};
    if (position == behind && is_repeatable_sign(c)) {
      run.sign = c;
      brackets.see(c, first);
    }
    list->add(run);
  });
}

void Segmenter::Impl::cut_at_boundaries(std::string_view text, RunList* list) {
  UErrorCode status = U_ZERO_ERROR;
  utext_openUTF8(&utext, text.data(), static_cast<int64_t>(text.size()), &status);
  breaks->setText(&utext, status);
  FOVEA_CHECK(U_SUCCESS(status), u_errorName(status));
  brackets = BracketWatch();
  const bool words = options.tokenizer == Tokenizer::kWords;
  size_t position = 0;  // all before is in runs or white space
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

void Segmenter::Impl::find_runs(std::string_view text) {
  RunList list(text, &runs);
  if (at_white_space()) {
    for_each_visible(text, 0, text.size(), [&](size_t first, size_t behind) { list.add({first, behind}); });
  } else {
    cut_at_boundaries(text, &list);
  }
  list.finish();
}

std::string_view Segmenter::Impl::read_text(std::string_view text, std::string* blanked) const {
  FOVEA_CHECK(text.size() <= static_cast<size_t>(std::numeric_limits<int32_t>::max()), text.size());
  if (options.markup != Markup::kStrip || text.find('<') == std::string_view::npos) return text;
  *blanked = blank_markup(text);
  return *blanked;
}

void Segmenter::Impl::add_token(std::string_view text, const Run& run, std::vector<Token>* tokens) const {
  const std::string_view word = text.substr(run.start, run.end - run.start);
  Token& token = tokens->emplace_back();
  token.start = static_cast<int64_t>(run.start);
  token.end = static_cast<int64_t>(run.end);
  append_normalised(word, normalise, &token.form);
  if (token.form.empty()) token.form = cut_utf8(word, kMaxLookupBytes);
}

void Segmenter::Impl::add_pieces(std::string_view text, const Run& run, std::vector<Token>* tokens) const {
  const AlignedForm aligned = align_normalised(text.substr(run.start, run.end - run.start), normalise);
  if (aligned.form.empty()) return add_token(text, run, tokens);
  const auto end = static_cast<int64_t>(run.end);
  const size_t first = tokens->size();
  for (WordPiece& piece : pieces.cut(aligned.form)) {
    const size_t place = text_place(aligned, piece.start);
    if (tokens->size() == first) {
      tokens->push_back({static_cast<int64_t>(run.start), end, 0, 0, std::move(piece.form)});
    } else if (place == std::string::npos) {
      tokens->back().form += piece.form;
    } else {
      const auto start = static_cast<int64_t>(run.start + place);
      tokens->back().end = start;
      tokens->push_back({start, end, 0, 0, std::move(piece.form)});
    }
  }
}

// Code points are counted in the text as it came: a blanked tag may hold letters of several bytes.
std::vector<Token> Segmenter::Impl::tokens_of(std::string_view text) const {
  std::vector<Token> tokens;
  tokens.reserve(runs.size());
  for (const Run& run : runs) {
    pieces ? add_pieces(text, run, &tokens) : add_token(text, run, &tokens);
  }
  int64_t position = 0, characters = 0;
  const auto count_to = [&](int64_t end) {
    for (; position < end; ++position) characters += begins_character(text[static_cast<size_t>(position)]);
    return characters;
  };
  for (Token& token : tokens) {
    token.char_start = count_to(token.start);
    token.char_end = count_to(token.end);
    if (token.form.size() > kMaxLookupBytes) token.form.resize(cut_utf8(token.form, kMaxLookupBytes).size());
  }
  return tokens;
}

Segmenter::Segmenter(const TextOptions& options, PieceModel pieces)
    : impl_(std::make_unique<Impl>(options, std::move(pieces))) {
  FOVEA_CHECK(options.markup != Markup::kAuto);
  FOVEA_CHECK(!impl_->pieces || options.tokenizer == Tokenizer::kSentencePiece);
}
Segmenter::~Segmenter() = default;
Segmenter::Segmenter(Segmenter&&) noexcept = default;
Segmenter& Segmenter::operator=(Segmenter&&) noexcept = default;

std::vector<Token> Segmenter::segment(std::string_view text, std::vector<int32_t>* sentence_starts) {
  FOVEA_CHECK(impl_->pieces || impl_->options.tokenizer != Tokenizer::kSentencePiece);
  std::string blanked;
  const std::string_view read = impl_->read_text(text, &blanked);
  impl_->find_runs(read);
  std::vector<Token> tokens = impl_->tokens_of(text);
  if (sentence_starts) {
    *sentence_starts = impl_->sentences ? impl_->sentences->starts(read, tokens) : std::vector<int32_t>();
  }
  return tokens;
}

void Segmenter::count_words(std::string_view text, std::unordered_map<std::string, int64_t>* counts) {
  FOVEA_CHECK(impl_->at_white_space());
  std::string blanked;
  impl_->find_runs(impl_->read_text(text, &blanked));
  for (const Run& run : impl_->runs) {
    std::string form;
    append_normalised(text.substr(run.start, run.end - run.start), impl_->normalise, &form);
    if (!form.empty()) ++(*counts)[std::move(form)];
  }
}

}  // namespace fovea::data
