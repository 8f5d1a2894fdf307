// A text in the terminal, its words shaded by their lift.
#include <algorithm>
#include <cmath>

#include "report/columns.h"
#include "report/shade.h"
#include "report/terminal.h"

namespace fovea::report {
namespace {

// Orange of rising saturation and nearly equal lightness, under black letters: it stands out the more the stronger it
// is on a dark terminal and on a light one.
constexpr int kShadeColours[kShadeLevels] = {180, 216, 215, 209, 208, 202};
constexpr int kAgainstColours[kShadeLevels] = {153, 117, 111, 75, 39, 33};  // the same of blue
constexpr double kBoldLift = 4;
const std::string kFaint = "\x1b[2m";
constexpr const char* kResetColour = "\x1b[0m";

std::string in_colour(const std::string& word, double lift, bool against) {
  const int level = shade_level(lift);
  if (level == 0) return word;
  std::string codes = "38;5;16;48;5;" + std::to_string((against ? kAgainstColours : kShadeColours)[level - 1]);
  if (lift >= kMarkedLift) codes += ";4";
  if (lift >= kBoldLift) codes += ";1";
  return "\x1b[" + codes + "m" + (against ? "−" : "") + word + kResetColour;
}

std::string short_weight(double weight) {
  if (weight < 0) return "−" + short_weight(-weight);
  if (weight >= 0.995) return "1.0";
  if (weight < 0.005) return "<.01";
  return fixed(weight, 2).substr(1);
}

// The weight of the sentence that begins at token `first`; null where none does, or where there is only one.
const double* weight_of_sentence(const tasks::Answer& answer, size_t first) {
  if (answer.sentences.size() < 2) return nullptr;
  for (const tasks::WeightedSentence& sentence : answer.sentences) {
    if (static_cast<size_t>(sentence.first) == first) return &sentence.weight;
  }
  return nullptr;
}

}  // namespace

double lift_of(double weight, size_t tokens) {
  return std::isfinite(weight) ? weight * static_cast<double>(tokens) : 0;
}

int shade_level(double lift) {
  if (!(lift > 1)) return 0;
  return std::min(kShadeLevels, static_cast<int>(std::floor(2 * std::log2(lift))));
}

ShadedWord shaded_word(const std::string& word, double share, size_t tokens, const Style& style) {
  const double lift = lift_of(std::abs(share), tokens);
  const bool against = share < 0;
  if (style.colour) {
    const bool signed_here = against && shade_level(lift) > 0;
    return {in_colour(word, lift, against), display_width(word) + (signed_here ? 1 : 0)};
  }
  const std::string shown = lift < kMarkedLift ? word : word + "(" + short_weight(share) + ")";
  return {shown, display_width(shown)};
}

ShadedWord sentence_mark(double weight, const Style& style) {
  const std::string mark = "[" + short_weight(weight) + "]";
  return {(style.colour ? kFaint + mark + kResetColour : mark) + " ", display_width(mark) + 1};
}

std::string shaded_text(const tasks::Answer& answer, const Style& style) {
  const std::string_view text = answer.text;
  std::string out;
  size_t at = 0;
  for (size_t i = 0; i < answer.tokens.size(); ++i) {
    const tasks::WeightedToken& token = answer.tokens[i];
    const size_t start = std::clamp(static_cast<size_t>(std::max<int64_t>(token.start, 0)), at, text.size());
    out += safe_text(text.substr(at, start - at));
    if (const double* weight = weight_of_sentence(answer, i)) out += sentence_mark(*weight, style).text;
    out += shaded_word(safe_text(token.text), token.weight, answer.tokens.size(), style).text;
    at = std::clamp(static_cast<size_t>(std::max<int64_t>(token.end, 0)), start, text.size());
  }
  return out + safe_text(text.substr(at));
}

std::string explained_line(const tasks::Answer& answer, const Style& style) {
  std::string line = safe_text(answer.shown_label()) + " " + fixed(answer.shown_probability(), 2) + "   ";
  line += answer.prior ? "(no words: the label shares of the training part)" : shaded_text(answer, style);
  if (answer.tokens_cut > 0) line += " (the last " + counted(answer.tokens_cut, "word", "words") + " not read)";
  return line;
}

}  // namespace fovea::report
