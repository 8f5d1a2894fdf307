#include "report/attributed.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "draw/columns.h"
#include "draw/shade.h"

namespace fovea::report {
namespace {

using attribution::Attribution;
using attribution::Method;
using attribution::MethodFacts;
using draw::display_width;
using draw::pad_right;
using draw::safe_text;
using draw::ShadedWord;
using draw::wrapped;

constexpr int kIndent = 2, kGap = 2;

// A text in lines, after a heading that stands before the first.
class Block {
 public:
  Block(const std::string& heading, int indent, int width)
      : out_(draw::pad_right(std::string(kIndent, ' ') + heading, indent)),
        indent_(indent),
        width_(width),
        column_(indent) {}

  // gap: what stands between the word and the one before.
  void add(const std::string& gap, const draw::ShadedWord& word, bool may_break) {
    const int gap_columns = draw::display_width(gap);
    const bool spaced = gap.find(' ') != std::string::npos;
    if (column_ > indent_ && (spaced || may_break) && column_ + gap_columns + word.columns > width_) {
      const std::string rest = gap.find_first_not_of(' ') == std::string::npos ? "" : gap;
      out_ += "\n" + std::string(static_cast<size_t>(indent_), ' ') + rest;
      column_ = indent_ + draw::display_width(rest);
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

int indent_for(std::span<const MethodFacts> methods) {
  size_t longest = 0;
  for (const MethodFacts& method : methods) longest = std::max(longest, method.name.size());
  return kIndent + static_cast<int>(longest) + kGap;
}

// Words of two columns a letter are written without spaces, and a line may end before them; not before their marks.
bool may_begin_line(const std::string& word) {
  constexpr std::string_view kMarks = "，。！？；：、）】》」』”’…";
  if (kMarks.find(word) != std::string_view::npos) return false;
  const auto letters = std::count_if(word.begin(), word.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return draw::display_width(word) > static_cast<int>(letters);
}

std::string shaded_block(const draw::ShadedWords& picture, const std::string& heading, int indent,
                         const std::vector<double>& parts, bool sentences, const draw::Style& style) {
  Block block(heading, indent, style.width);
  size_t sentence = 0;
  for (size_t i = 0; i < picture.words.size(); ++i) {
    draw::ShadedWord word = draw::shaded_word(draw::safe_text(picture.words[i]), parts[i], picture.words.size(), style);
    if (sentences && picture.sentences.size() > 1 && sentence < picture.sentences.size() &&
        picture.sentences[sentence].first == static_cast<int64_t>(i)) {
      const draw::ShadedWord mark = draw::sentence_mark(picture.sentences[sentence++].weight, style);
      word = {mark.text + word.text, mark.columns + word.columns};
    }
    block.add(draw::safe_text(picture.gaps[i]), word, may_begin_line(picture.words[i]));
  }
  return block.done(picture.unread > 0 ? " …" : draw::safe_text(picture.gaps.back()));
}

// With what the file has, where that is no label: another answer may be right as well, and neither is called right.
std::vector<std::string> all_notes(const draw::Headline& headline) {
  std::vector<std::string> notes;
  if (!headline.reference.empty()) {
    const bool same = headline.reference == headline.ranking.front().label;
    notes.push_back(same ? "as the file has it" : "the file has: " + headline.reference);
  }
  if (headline.score) notes.push_back(headline.score->name + " " + fixed(headline.score->value, 1));
  notes.insert(notes.end(), headline.notes.begin(), headline.notes.end());
  return notes;
}

// An answer that is no label, with its notes.
std::string answer_text(const draw::Headline& headline, const draw::Style& style) {
  constexpr int kColumn = 8;
  const auto& [answer, probability] = headline.ranking.front();
  std::string out = draw::wrapped(safe_text(answer) + "   " + fixed(probability, 2), style.width, 0);
  for (const std::string& note : all_notes(headline)) {
    out += pad_right("  note", kColumn) + wrapped(safe_text(note), style.width, kColumn);
  }
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

std::vector<double> parts_of(const draw::Picture& picture, std::span<const double> scores) {
  const auto* alignment = std::get_if<draw::Alignment>(&picture);
  if (!alignment) return parts_of(scores);
  std::vector<double> parts;
  for (size_t row = 0; row < alignment->target.size(); ++row) {
    const std::vector<double> of_row =
        parts_of(scores.subspan(row * alignment->source.size(), alignment->source.size()));
    parts.insert(parts.end(), of_row.begin(), of_row.end());
  }
  return parts;
}

std::string method_note(const MethodFacts& method, const Attribution& scores) {
  if (!method.is_signed) return "";
  double sum = 0, sizes = 0;
  for (const double score : scores.scores) {
    sum += score;
    sizes += std::abs(score);
  }
  std::string note =
      std::string("sum ") + (sum < 0 ? "−" : "+") + fixed(std::abs(sum), 3) + ", sizes " + fixed(sizes, 3);
  if (scores.steps > 0) note += " · " + std::to_string(scores.steps) + " steps, gap " + per_cent(scores.gap);
  return note;
}

std::string methods_legend(std::span<const MethodFacts> methods, const attribution::Nouns& nouns,
                           const draw::Style& style) {
  const int indent = indent_for(methods);
  std::string out;
  for (const MethodFacts& method : methods) {
    out += draw::pad_right(std::string(kIndent, ' ') + std::string(method.name), indent) +
           draw::wrapped(nouns.in(method.meaning), style.width, indent);
  }
  const std::string sign = style.colour ? "Shade: " : "Number, from twice the even share on: ";
  const bool rows = !nouns.elsewhere.empty();  // each word of the answer has a row of its own
  const bool adds_up = std::any_of(methods.begin(), methods.end(), [](const auto& one) { return one.is_signed; });
  return out + "\n" +
         draw::wrapped(
             sign +
                 nouns.in(
                     rows
                         ? "the {part}'s part of what the method gives in its row, whose sizes sum to 1; a {part} with "
                           "a minus speaks against the {answer}. Only attention gives anything to {elsewhere}."
                         : "the {part}'s part of what the method gives to the {input}; a {part} with a minus "
                           "speaks against the {answer}.") +
                 (adds_up && !rows ? " sum: what all add up to; sizes: the same without signs." : "") +
                 " Each method has its own picture and says something else; none of them proves why the "
                 "model answered so.",
             style.width, 0);
}

std::string attributed_text(const draw::Headline& headline, const draw::Picture& picture,
                            std::span<const MethodFacts> methods, std::span<const Attribution> scores,
                            const draw::Style& style) {
  const auto& [label, probability] = headline.ranking.front();
  const auto* words = std::get_if<draw::ShadedWords>(&picture);
  if (std::holds_alternative<draw::Alignment>(picture)) {
    std::string out = answer_text(headline, style);
    for (size_t m = 0; m < methods.size() && !draw::looks_of(picture).empty(); ++m) {
      out += std::string(kIndent, ' ') + std::string(methods[m].name) + "\n" +
             draw::picture_text(draw::reweighed(picture, parts_of(picture, scores[m].scores)), style);
    }
    return out;
  }
  std::string out = draw::safe_text(label) + " " + fixed(probability, 2);
  if (!headline.truth.empty() && headline.truth != label) out += ", the file says " + draw::safe_text(headline.truth);
  if (headline.prior) {
    return out + (words ? "   (no words: the label shares of the training part)\n"
                        : "   (nothing to look at: the label shares of the training part)\n");
  }
  if (words && words->unread > 0) out += " (the last " + counted(words->unread, "word", "words") + " not read)";
  for (const std::string& note : all_notes(headline)) out += " (" + draw::safe_text(note) + ")";
  out += "\n";
  const int indent = indent_for(methods);
  for (size_t m = 0; m < methods.size(); ++m) {
    const std::string name(methods[m].name);
    const std::vector<double> parts = parts_of(scores[m].scores);
    out += words ? shaded_block(*words, name, indent, parts, methods[m].method == Method::kAttention, style)
                 : std::string(kIndent, ' ') + name + "\n" + draw::picture_text(draw::reweighed(picture, parts), style);
    const std::string note = method_note(methods[m], scores[m]);
    if (!note.empty()) out += std::string(static_cast<size_t>(indent), ' ') + note + "\n";
  }
  return out;
}

std::string pictured_text(const draw::Headline& headline, const draw::Picture& picture, const draw::Style& style) {
  const std::string out = answer_text(headline, style);
  const bool nothing = std::holds_alternative<draw::Alignment>(picture) && draw::looks_of(picture).empty();
  return nothing ? out : out + draw::picture_text(picture, style);
}

Json attributed_json(std::span<const MethodFacts> methods, std::span<const Attribution> scores) {
  Json out = Json::array();
  for (size_t m = 0; m < methods.size(); ++m) {
    Json one = {
        {"method", methods[m].name}, {"signed", methods[m].is_signed}, {"scores", numbers_json(scores[m].scores)}};
    if (methods[m].method == Method::kIntegratedGradients) {
      one["steps"] = scores[m].steps;
      one["gap"] = std::isfinite(scores[m].gap) ? Json(scores[m].gap) : Json();
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace fovea::report
