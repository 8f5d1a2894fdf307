// The mechanism of one answer as a lesson: score, weight, contribution of every word, then the sums that make the
// answer.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/errors.h"
#include "base/text.h"
#include "draw/columns.h"
#include "draw/shade.h"
#include "tasks/text/render.h"

namespace fovea::tasks {
namespace {

using draw::display_width;
using draw::ellipsize;
using draw::lift_of;
using draw::pad_left;
using draw::pad_right;
using draw::quoted_label;
using draw::safe_text;
using draw::Style;
using draw::wrapped;

constexpr int kNumberWidth = 9;  // a column of the table, its space before it included
constexpr int kContributionWidth = 16;
constexpr int kWordWidth = 22;      // of longer words; leaves the head of the table 12 columns for a label
constexpr size_t kLogitsShown = 5;  // of more than kLogitsAll classes
constexpr size_t kLogitsAll = 6;

int label_width(const Style& style) {
  return std::clamp(style.width / 4, 8, 24);
}

std::string short_label(const std::string& label, const Style& style) {
  return ellipsize(safe_text(label), label_width(style));
}

std::optional<size_t> class_of(const Mechanism& mechanism, const std::string& label) {
  const auto found = std::find(mechanism.classes.begin(), mechanism.classes.end(), label);
  if (found == mechanism.classes.end()) return std::nullopt;
  return static_cast<size_t>(found - mechanism.classes.begin());
}

double contribution_sum(const Mechanism& mechanism, size_t label) {
  double sum = 0;
  for (const auto& row : mechanism.contributions) sum += row[label];
  return sum;
}

// What a weight is of.
const char* row_name(const Mechanism& mechanism) {
  return mechanism.clear ? "value" : "state";
}

std::string how_looks_attend(const Mechanism& mechanism) {
  const std::string looks = std::to_string(mechanism.answer.weight_rows.size());
  const bool heads = mechanism.heads > 1;
  return "Attention (" + safe_text(mechanism.attention) + ") in " + looks + (heads ? " heads" : " rows") +
         ": each has scores, weights (by " + safe_text(mechanism.normalizer) + ") and a context of its own" +
         (heads ? std::string(", made of its part of each ") + row_name(mechanism) : "") +
         "; the answer reads the contexts side by side. The weight shown is the mean over them; a contribution is that "
         "of all " +
         looks + " together. --json has the weights and scores of each.";
}

std::string how_sentences_attend(const Mechanism& mechanism) {
  const std::string how = mechanism.scores.empty()
                              ? "The model pools (" + safe_text(mechanism.attention) + ") the words of each sentence, "
                              : "Attention (" + safe_text(mechanism.attention) + ", score → " +
                                    safe_text(mechanism.normalizer) + " → weight) over the words of each sentence, ";
  return how +
         "then over the sentences. The weight of a word is its weight in the sentence × the weight of the sentence. "
         "Contributions are those of whole sentences and add up exactly; " +
         (mechanism.clear
              ? "those of words do as well (--method contribution)."
              : "from words to sentences a second encoder stands between, which does not add, so a word has "
                "no contribution of its own.");
}

std::string how_members_attend(const Mechanism& mechanism) {
  const bool sentences = !mechanism.answer.sentences.empty();
  return std::to_string(mechanism.members) + " members, each a network of its own (" + safe_text(mechanism.attention) +
         "), answer together by the mean of their logits. A weight shown is the mean of their weights, and a "
         "contribution" +
         (sentences ? ", which is that of a whole sentence," : "") +
         " the mean of theirs: they add up exactly. --json has the weights and scores of each.";
}

std::string how_it_attends(const Mechanism& mechanism) {
  const std::string& name = mechanism.attention;
  if (mechanism.members > 1) return how_members_attend(mechanism);
  if (!mechanism.answer.sentences.empty()) return how_sentences_attend(mechanism);
  if (!mechanism.answer.weight_rows.empty()) return how_looks_attend(mechanism);
  if (name == "mean") {
    return std::string("The model takes the mean of its ") + row_name(mechanism) +
           "s. There are no scores: every word weighs the same, 1/n, which is × even = 1.";
  }
  if (name == "max") {
    return "The model takes, for each feature, the largest value over the words (max). There are no scores: a weight "
           "here is "
           "the share of the features that were taken from the word.";
  }
  if (name == "last") {
    return "The model takes the last state of each direction (last). There are no scores: a weight here is the share "
           "of the "
           "features that were taken from the word.";
  }
  const std::string shares =
      mechanism.weights_are_shares ? " A weight here is the share of the features that were taken from the word." : "";
  return "Attention (" + safe_text(name) + "): score → " + safe_text(mechanism.normalizer) + " → weight; weight × " +
         row_name(mechanism) + " → context; context → answer." +
         (mechanism.clear
              ? " The score knows the whole text; the value is made of the word, its n-grams and those beside it."
              : "") +
         shares;
}

// The classes with a column of contributions: the answered one, and the runner-up unless it has the same with other
// signs. Of several labels those that are given come first.
std::vector<size_t> table_classes(const Mechanism& mechanism) {
  std::vector<LabelProbability> ranking = mechanism.answer.ranking;
  std::stable_sort(ranking.begin(), ranking.end(), [](const auto& a, const auto& b) { return a.given && !b.given; });
  std::vector<size_t> shown;
  const size_t wanted = mechanism.classes.size() > 2 || mechanism.answer.multi_label ? 2 : 1;
  for (const auto& [label, probability, given] : ranking) {
    if (shown.size() == wanted) break;
    if (const auto at = class_of(mechanism, label)) shown.push_back(*at);
  }
  return shown;
}

std::string signed_number(double value) {
  const std::string number = fixed(value, 3);
  return number == "0.000" || number.front() == '-' ? number : "+" + number;
}

// What stands in a row of the table: a word, or a sentence.
struct LessonRow {
  std::string name;
  double score = 0, weight = 0;
};

struct LessonTable {
  const Mechanism& mechanism;
  std::string title;
  std::vector<LessonRow> rows;
  std::vector<size_t> classes;
  bool scores = false;
  int line_width = 80, word_width = 0;

  std::string head() const {
    std::string line = pad_right(title, word_width);
    const int before = word_width + (scores ? 3 : 2) * kNumberWidth;
    if (scores) line += pad_left("score", kNumberWidth);
    line += pad_left("weight", kNumberWidth) + pad_left("× even", kNumberWidth);
    if (classes.size() == 1) {
      return line + "   contribution to " +
             ellipsize(safe_text(mechanism.classes[classes[0]]), line_width - before - 19) + "\n";
    }
    for (const size_t label : classes) {
      line +=
          pad_left(ellipsize("to " + safe_text(mechanism.classes[label]), kContributionWidth - 2), kContributionWidth);
    }
    return pad_left("contribution", before + static_cast<int>(classes.size()) * kContributionWidth) + "\n" + line +
           "\n";
  }

  std::string row(size_t at) const {
    std::string line = pad_right(ellipsize(safe_text(rows[at].name), word_width), word_width);
    if (scores) line += pad_left(fixed(rows[at].score, 3), kNumberWidth);
    line += pad_left(fixed(rows[at].weight, 3), kNumberWidth);
    line += pad_left(fixed(lift_of(rows[at].weight, rows.size()), 2), kNumberWidth);
    for (const size_t label : classes)
      line += pad_left(signed_number(mechanism.contributions[at][label]), kContributionWidth);
    return line + "\n";
  }

  std::string sum() const {
    double weight = 0;
    for (const LessonRow& row : rows) weight += row.weight;
    std::string line = pad_right("sum", word_width) + (scores ? pad_left("", kNumberWidth) : "");
    line += pad_left(fixed(weight, 3), kNumberWidth) + pad_left("", kNumberWidth);
    for (const size_t label : classes) {
      line += pad_left(signed_number(contribution_sum(mechanism, label)), kContributionWidth);
    }
    return line + "\n";
  }
};

int name_width(const std::vector<LessonRow>& rows, const std::string& title, int room) {
  int longest = display_width(title);
  for (const LessonRow& row : rows) longest = std::max(longest, display_width(safe_text(row.name)));
  return std::min({longest, kWordWidth, room});
}

// Empty scores read as 0: a table without them does not show them.
double score_at(const std::vector<double>& scores, size_t at) {
  return scores.empty() ? 0 : scores[at];
}

std::vector<LessonRow> word_rows(const Mechanism& mechanism) {
  std::vector<LessonRow> rows;
  for (const WeightedToken& token : mechanism.answer.tokens) {
    rows.push_back({token_name(mechanism, rows.size()), score_at(mechanism.scores, rows.size()), token.weight});
  }
  return rows;
}

std::vector<LessonRow> sentence_rows(const Mechanism& mechanism) {
  std::vector<LessonRow> rows;
  for (const WeightedSentence& sentence : mechanism.answer.sentences) {
    const auto start = static_cast<size_t>(sentence.start), end = static_cast<size_t>(sentence.end);
    rows.push_back({std::to_string(rows.size() + 1) + " " + mechanism.answer.text.substr(start, end - start),
                    score_at(mechanism.sentence_scores, rows.size()), sentence.weight});
  }
  return rows;
}

std::string lesson_table(const Mechanism& mechanism, const Style& style) {
  const bool sentences = !mechanism.answer.sentences.empty();
  LessonTable table{mechanism,
                    sentences ? "sentence" : "word",
                    sentences ? sentence_rows(mechanism) : word_rows(mechanism),
                    table_classes(mechanism),
                    !(sentences ? mechanism.sentence_scores : mechanism.scores).empty(),
                    style.width};
  const int numbers =
      (table.scores ? 3 : 2) * kNumberWidth + static_cast<int>(table.classes.size()) * kContributionWidth;
  table.word_width = name_width(table.rows, table.title, style.width - numbers);
  std::string out = table.head();
  for (size_t at = 0; at < table.rows.size(); ++at) out += table.row(at);
  const int line = table.word_width + numbers;
  for (int at = 0; at < line; ++at) out += "─";
  return out + "\n" + table.sum();
}

// The words of each sentence: score, weight in the sentence, and the product that is their weight in the text.
std::string words_by_sentence(const Mechanism& mechanism, const Style& style) {
  const bool scores = !mechanism.scores.empty();
  const std::vector<LessonRow> words = word_rows(mechanism);
  const int width = name_width(words, "sentence 999", style.width - 4 * kNumberWidth);
  std::string out;
  for (const WeightedSentence& sentence : mechanism.answer.sentences) {
    const auto number = static_cast<size_t>(&sentence - mechanism.answer.sentences.data()) + 1;
    out += pad_right("sentence " + std::to_string(number), width) + (scores ? pad_left("score", kNumberWidth) : "") +
           pad_left("in it", kNumberWidth) + pad_left("× " + fixed(sentence.weight, 3), kNumberWidth) +
           pad_left("× even", kNumberWidth) + "\n";
    for (int64_t i = 0; i < sentence.count; ++i) {
      const LessonRow& word = words[static_cast<size_t>(sentence.first + i)];
      out += pad_right(ellipsize(safe_text(word.name), width), width);
      if (scores) out += pad_left(fixed(word.score, 3), kNumberWidth);
      out += pad_left(fixed(sentence.word_weights[static_cast<size_t>(i)], 3), kNumberWidth) +
             pad_left(fixed(word.weight, 3), kNumberWidth) +
             pad_left(fixed(lift_of(word.weight, words.size()), 2), kNumberWidth) + "\n";
    }
    out += "\n";
  }
  return out;
}

std::string context_line(const Mechanism& mechanism, const Style& style) {
  double squares = 0;
  for (const double value : mechanism.context) squares += value * value;
  const std::string size =
      with_commas(static_cast<int64_t>(mechanism.context.size())) + " numbers, norm " + fixed(std::sqrt(squares), 3);
  const std::string row = row_name(mechanism);
  if (!mechanism.answer.weight_rows.empty()) {
    return wrapped("context = Σ weight × " + row + " of each in turn, side by side (" + size + ")", style.width, 2);
  }
  if (mechanism.weights_are_shares) return wrapped("context = the features so taken (" + size + ")", style.width, 2);
  const std::string sentence = mechanism.answer.sentences.empty() ? "" : " of the sentence";
  return wrapped("context = Σ weight × " + row + sentence + " (" + size + ")", style.width, 2);
}

// Classes in the order of their logits, the largest first.
std::vector<size_t> by_logit(const Mechanism& mechanism) {
  std::vector<size_t> order(mechanism.classes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return mechanism.logits[a] > mechanism.logits[b]; });
  return order;
}

std::string logit_lines(const Mechanism& mechanism, const Style& style) {
  const std::vector<size_t> order = by_logit(mechanism);
  const size_t shown = order.size() > kLogitsAll ? kLogitsShown : order.size();
  int width = 0;
  for (size_t at = 0; at < shown; ++at) {
    width = std::max(width, display_width(short_label(mechanism.classes[order[at]], style)));
  }
  std::string out = "logit = bias + Σ contributions\n";
  for (size_t at = 0; at < shown; ++at) {
    const size_t label = order[at];
    const double sum = contribution_sum(mechanism, label);
    out += pad_right("  logit(" + short_label(mechanism.classes[label], style) + ")", width + 9);
    out += " = " + pad_left(fixed(mechanism.bias[label], 3), 7) + (std::signbit(sum) ? " - " : " + ");
    out += pad_left(fixed(std::abs(sum), 3), 6) + " = " + pad_left(fixed(mechanism.logits[label], 3), 7) + "\n";
  }
  if (shown < order.size()) {
    out +=
        "  … and " + counted(static_cast<int64_t>(order.size() - shown), "class", "classes") + " with smaller logits\n";
  }
  return out;
}

// A label of its own: no other has a part in its probability.
std::string sigmoid_lines(const Mechanism& mechanism, const Style& style) {
  std::string out;
  size_t shown = 0;
  for (const auto& [label, probability, given] : mechanism.answer.ranking) {
    const auto at = class_of(mechanism, label);
    if (shown == kLogitsShown) break;
    if (!at || (!given && shown > 0)) continue;  // one that is given may stand behind one that is not
    ++shown;
    out += wrapped("sigmoid: probability(" + short_label(label, style) + ") = 1 / (1 + e^" +
                       fixed(-mechanism.logits[*at], 3) + ") = " + fixed(probability, 3) +
                       (given ? ", at or above its threshold" : ", below its threshold"),
                   style.width, 9);
  }
  return out;
}

std::string softmax_lines(const Mechanism& mechanism, const Style& style) {
  if (mechanism.answer.multi_label) return sigmoid_lines(mechanism, style);
  const std::vector<size_t> order = by_logit(mechanism);
  if (order.empty()) return "";
  const std::string name = short_label(mechanism.answer.label(), style);
  const size_t answered = class_of(mechanism, mechanism.answer.label()).value_or(order.front());
  const double T = mechanism.temperature;
  const auto power = [&](size_t c) { return "e^" + fixed(mechanism.logits[c] / T, 3); };
  std::string sum;
  const bool all = order.size() <= 3;
  for (size_t at = 0; at < (all ? order.size() : 2); ++at) {
    sum += (at ? " + " : "") + power(order[at]);
  }
  if (!all) sum += " + …";
  std::string divided;
  if (T != 1) {
    divided = wrapped("temperature " + fixed(T, 3) + ", fitted on the validation part: logits are divided by it",
                      style.width, 2);
  }
  return divided + wrapped("softmax: probability(" + name + ") = " + power(answered) + " / (" + sum +
                               ") = " + fixed(mechanism.answer.probability(), 3),
                           style.width, 9);
}

std::string prior_lesson(const TextAnswer& answer, const Style& style) {
  std::string out =
      wrapped(
          "This text has no words, so there is nothing to attend to. The answer is the share of each label "
          "in the training part:",
          style.width, 0) +
      "\n";
  const size_t shown = answer.ranking.size() > kLogitsAll ? kLogitsShown : answer.ranking.size();
  for (size_t at = 0; at < shown; ++at) {
    const std::string name = short_label(answer.ranking[at].label, style);
    out += "  " + pad_right(name, label_width(style)) + " " + fixed(answer.ranking[at].probability, 3) + "\n";
  }
  if (shown < answer.ranking.size()) {
    out += "  … and " + counted(static_cast<int64_t>(answer.ranking.size() - shown), "class", "classes") + "\n";
  }
  return out;
}

}  // namespace

std::string mechanism_lesson(const Mechanism& mechanism, const Style& style) {
  const TextAnswer& answer = mechanism.answer;
  const size_t adding = answer.sentences.empty() ? answer.tokens.size() : answer.sentences.size();
  FOVEA_CHECK(mechanism.contributions.size() == adding, mechanism.contributions.size(), adding);
  FOVEA_CHECK(mechanism.scores.empty() || mechanism.scores.size() == answer.tokens.size(), mechanism.scores.size());
  const std::string head = quoted_label(answer.text, style.width - label_width(style) - 8) + " → " +
                           short_label(answer.shown_label(), style) + " " + fixed(answer.shown_probability(), 2);
  const std::string title = (style.colour ? "\x1b[1m" + head + "\x1b[0m" : head) + "\n\n";
  if (answer.tokens.empty()) return title + prior_lesson(answer, style);
  std::string out = title + wrapped(how_it_attends(mechanism), style.width, 0) + "\n" + lesson_table(mechanism, style) +
                    "\n" + words_by_sentence(mechanism, style);
  if (answer.tokens_cut > 0) {
    out += wrapped("The model read the first " + counted(static_cast<int64_t>(answer.tokens.size()), "word", "words") +
                       "; the last " + with_commas(answer.tokens_cut) + " it did not.",
                   style.width, 0) +
           "\n";
  }
  return out + context_line(mechanism, style) + "\n" + logit_lines(mechanism, style) + "\n" +
         softmax_lines(mechanism, style);
}

}  // namespace fovea::tasks
