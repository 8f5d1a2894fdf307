#include "report/attributed.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/columns.h"
#include "report/shade.h"

namespace fovea::report {
namespace {

using attribution::Attribution;
using attribution::facts_of;
using attribution::Method;

constexpr int kIndent = 2, kGap = 2;

// A text in lines, after a heading that stands before the first.
class Block {
 public:
  Block(const std::string& heading, int indent, int width)
      : out_(pad_right(std::string(kIndent, ' ') + heading, indent)), indent_(indent), width_(width), column_(indent) {}

  // gap: what stands between the word and the one before.
  void add(const std::string& gap, const ShadedWord& word, bool may_break) {
    const int gap_columns = display_width(gap);
    const bool spaced = gap.find(' ') != std::string::npos;
    if (column_ > indent_ && (spaced || may_break) && column_ + gap_columns + word.columns > width_) {
      const std::string rest = gap.find_first_not_of(' ') == std::string::npos ? "" : gap;
      out_ += "\n" + std::string(static_cast<size_t>(indent_), ' ') + rest;
      column_ = indent_ + display_width(rest);
    } else {
      out_ += gap;
      column_ += gap_columns;
    }
    out_ += word.text;
    column_ += word.columns;
  }

  std::string done(const std::string& rest) const { return out_ + rest + "\n"; }

 private:
  std::string out_;
  int indent_, width_, column_;
};

int indent_for(std::span<const Method> methods) {
  size_t longest = 0;
  for (const Method method : methods) longest = std::max(longest, facts_of(method).name.size());
  return kIndent + static_cast<int>(longest) + kGap;
}

// Words of two columns a letter are written without spaces, and a line may end before them; not before their marks.
bool may_begin_line(const std::string& word) {
  constexpr std::string_view kMarks = "，。！？；：、）】》」』”’…";
  if (kMarks.find(word) != std::string_view::npos) return false;
  const auto letters = std::count_if(word.begin(), word.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return display_width(word) > static_cast<int>(letters);
}

std::string shaded_block(const tasks::Answer& answer, const std::string& heading, int indent,
                         const std::vector<double>& parts, bool sentences, const Style& style) {
  Block block(heading, indent, style.width);
  const std::string_view text = answer.text;
  size_t at = 0, sentence = 0;
  for (size_t i = 0; i < answer.tokens.size(); ++i) {
    const tasks::WeightedToken& token = answer.tokens[i];
    const size_t start = std::clamp(static_cast<size_t>(std::max<int64_t>(token.start, 0)), at, text.size());
    ShadedWord word = shaded_word(safe_text(token.text), parts[i], answer.tokens.size(), style);
    if (sentences && answer.sentences.size() > 1 && sentence < answer.sentences.size() &&
        answer.sentences[sentence].first == static_cast<int64_t>(i)) {
      const ShadedWord mark = sentence_mark(answer.sentences[sentence++].weight, style);
      word = {mark.text + word.text, mark.columns + word.columns};
    }
    block.add(safe_text(text.substr(at, start - at)), word, may_begin_line(token.text));
    at = std::clamp(static_cast<size_t>(std::max<int64_t>(token.end, 0)), start, text.size());
  }
  return block.done(answer.tokens_cut > 0 ? " …" : safe_text(text.substr(at)));
}

// "sum +0.412, sizes 0.551 · 16 steps, gap 0.4 %"; nothing for methods that add up to nothing in particular.
std::string note_of(Method method, const Attribution& one) {
  if (!facts_of(method).is_signed) return "";
  double sum = 0, sizes = 0;
  for (const double score : one.scores) {
    sum += score;
    sizes += std::abs(score);
  }
  std::string note =
      std::string("sum ") + (sum < 0 ? "−" : "+") + fixed(std::abs(sum), 3) + ", sizes " + fixed(sizes, 3);
  if (one.steps > 0) note += " · " + std::to_string(one.steps) + " steps, gap " + percent(one.gap);
  return note;
}

Json numbers(const std::vector<double>& values) {
  Json out = Json::array();
  for (const double value : values) out.push_back(std::isfinite(value) ? Json(value) : Json());
  return out;
}

}  // namespace

std::vector<double> parts_of(std::span<const double> scores) {
  double sizes = 0;
  for (const double score : scores) sizes += std::isfinite(score) ? std::abs(score) : 0;
  std::vector<double> parts;
  for (const double score : scores) parts.push_back(std::isfinite(score) && sizes > 0 ? score / sizes : 0);
  return parts;
}

std::string methods_legend(std::span<const Method> methods, const Style& style) {
  const int indent = indent_for(methods);
  std::string out;
  for (const Method method : methods) {
    out += pad_right(std::string(kIndent, ' ') + std::string(facts_of(method).name), indent) +
           wrapped(facts_of(method).meaning, style.width, indent);
  }
  const std::string sign = style.colour ? "Shade" : "Number";
  return out + "\n" +
         wrapped(sign +
                     ": the word's part of what the method gives to the text, sizes added up; a word with a minus "
                     "speaks against the label. Each method has its own picture and says something else; none of "
                     "them proves why the model answered so.",
                 style.width, 0);
}

std::string attributed_text(const tasks::Answer& answer, std::span<const Method> methods,
                            std::span<const Attribution> scores, const Style& style) {
  std::string out = safe_text(answer.shown_label()) + " " + fixed(answer.shown_probability(), 2);
  if (!answer.truth.empty() && answer.truth != answer.shown_label())
    out += ", the file says " + safe_text(answer.truth);
  if (answer.prior) return out + "   (no words: the label shares of the training part)\n";
  if (answer.tokens_cut > 0) out += " (the last " + counted(answer.tokens_cut, "word", "words") + " not read)";
  out += "\n";
  const int indent = indent_for(methods);
  for (size_t m = 0; m < methods.size(); ++m) {
    out += shaded_block(answer, std::string(facts_of(methods[m]).name), indent, parts_of(scores[m].scores),
                        methods[m] == Method::kAttention, style);
    const std::string note = note_of(methods[m], scores[m]);
    if (!note.empty()) out += std::string(static_cast<size_t>(indent), ' ') + note + "\n";
  }
  return out;
}

Json attributed_json(std::span<const Method> methods, std::span<const Attribution> scores) {
  Json out = Json::array();
  for (size_t m = 0; m < methods.size(); ++m) {
    Json one = {{"method", facts_of(methods[m]).name},
                {"signed", facts_of(methods[m]).is_signed},
                {"scores", numbers(scores[m].scores)}};
    if (methods[m] == Method::kIntegratedGradients) {
      one["steps"] = scores[m].steps;
      one["gap"] = std::isfinite(scores[m].gap) ? Json(scores[m].gap) : Json();
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace fovea::report
