#include "tasks/text/render.h"

#include <algorithm>
#include <cmath>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "base/text.h"

namespace fovea::tasks {
namespace {

constexpr size_t kRankingShown = 3;

// Letters and digits that are written together as words. Where every sign is a word, pieces need no mark.
bool joins_words(UChar32 c) {
  return u_isalnum(c) && !u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC);
}

UChar32 first_character(const std::string& text) {
  UChar32 c;
  U8_GET_OR_FFFD(reinterpret_cast<const uint8_t*>(text.data()), 0, 0, static_cast<int32_t>(text.size()), c);
  return c;
}

UChar32 last_character(const std::string& text) {
  UChar32 c;
  auto at = static_cast<int32_t>(text.size());
  U8_PREV_OR_FFFD(reinterpret_cast<const uint8_t*>(text.data()), 0, at, c);
  return c;
}

}  // namespace

draw::ShadedWords picture_of(const TextAnswer& answer) {
  const std::string_view text = answer.text;
  draw::ShadedWords out;
  size_t done = 0;  // bytes of the text
  for (const WeightedToken& token : answer.tokens) {
    const size_t start = std::clamp(static_cast<size_t>(std::max<int64_t>(token.start, 0)), done, text.size());
    out.gaps.emplace_back(text.substr(done, start - done));
    out.words.push_back(token.text);
    out.weights.push_back(token.weight);
    done = std::clamp(static_cast<size_t>(std::max<int64_t>(token.end, 0)), start, text.size());
  }
  out.gaps.emplace_back(text.substr(done));
  for (const WeightedSentence& sentence : answer.sentences) out.sentences.push_back({sentence.first, sentence.weight});
  out.unread = answer.tokens_cut;
  out.unknown = answer.unknown_tokens;
  return out;
}

draw::Headline headline_of(const TextAnswer& answer) {
  draw::Headline out;
  // Of several labels the set stands first, by which right is told from wrong.
  if (answer.multi_label) out.ranking.push_back({answer.shown_label(), answer.shown_probability()});
  for (size_t i = 0; i < std::min(kRankingShown, answer.ranking.size()); ++i) {
    out.ranking.push_back({answer.ranking[i].label, answer.ranking[i].probability});
  }
  out.truth = answer.truth;
  out.line = answer.line;
  out.prior = answer.prior;
  return out;
}

// Shaded by what each word adds, as its part of all of it; where that cannot be told, by the weights.
draw::ShadedWords first_picture_of(const TextAnswer& answer) {
  draw::ShadedWords out = picture_of(answer);
  double sizes = 0;
  for (const WeightedToken& token : answer.tokens) {
    if (!answer.adds_first || !token.contribution) return out;
    sizes += std::abs(*token.contribution);
  }
  out.sentences.clear();  // which are weighed
  for (size_t i = 0; i < out.weights.size(); ++i) {
    out.weights[i] = sizes > 0 ? *answer.tokens[i].contribution / sizes : 0;
  }
  return out;
}

std::string explained_line(const TextAnswer& answer, const draw::Style& style) {
  std::string line = draw::safe_text(answer.shown_label()) + " " + fixed(answer.shown_probability(), 2) + "   ";
  line += answer.prior ? "(no words: the label shares of the training part)"
                       : draw::picture_text(first_picture_of(answer), style);
  if (answer.tokens_cut > 0) {
    line += " (the last " + counted(answer.tokens_cut, "word", "words") + " not read)";
  }
  return line;
}

std::string token_name(const Mechanism& mechanism, size_t at) {
  const auto& tokens = mechanism.answer.tokens;
  const std::string& text = tokens[at].text;
  if (!mechanism.pieces || at == 0 || tokens[at - 1].end != tokens[at].start) return text;
  const std::string& before = tokens[at - 1].text;
  if (text.empty() || before.empty()) return text;
  return joins_words(last_character(before)) && joins_words(first_character(text)) ? "·" + text : text;
}

}  // namespace fovea::tasks
