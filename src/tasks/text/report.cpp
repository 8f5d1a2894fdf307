#include "tasks/text/report.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "base/text.h"
#include "draw/columns.h"

namespace fovea::tasks {
namespace {

using draw::display_width;
using draw::ellipsize;
using draw::pad_left;
using draw::pad_right;
using draw::quoted_label;
using draw::safe_text;
using draw::Style;
using draw::wrapped;

constexpr size_t kMatrixClasses = 12;  // up to here the whole confusion matrix, beyond it the largest confusions
constexpr size_t kConfusionsListed = 15;
constexpr size_t kClassesAll = 40;  // up to here every class, beyond it the weakest
constexpr size_t kClassesListed = 20;
constexpr int kFactWidth = 15;   // left column of the facts
constexpr int kScoreWidth = 11;  // a column of the table of classes

std::string test_heading(const std::string& text, const Style& style) {
  return "\n" + (style.colour ? "\x1b[1m" + text + "\x1b[0m" : text) + "\n";
}

std::string fact(const std::string& name, const std::string& value, const Style& style) {
  return pad_right(name, kFactWidth) + wrapped(value, style.width, kFactWidth);
}

std::string score_lines(const TextTestResult& result, const Style& style) {
  std::string out;
  const auto line = [&](const std::string& name, const std::string& value, const std::string& note) {
    out += pad_right(name, kFactWidth) + pad_left(value, 7) + (note.empty() ? "" : "   " + note) + "\n";
  };
  line(result.multi_label ? "exact match" : "accuracy", per_cent(result.accuracy),
       "(" + fixed(100 * result.accuracy_low, 1) + " to " + fixed(100 * result.accuracy_high, 1) +
           (result.accuracy_low < result.accuracy && result.accuracy < result.accuracy_high
                ? ", 95 % bootstrap interval)"
                : ", 95 % interval)"));
  line("baseline", per_cent(result.majority_share),
       "always " + quoted_label(result.majority_label, style.width - 60) + ", most frequent in training");
  line("macro F1", fixed(result.macro_f1, 3), "");
  line("micro F1", fixed(result.micro_f1, 3), "");
  line("loss", fixed(result.loss, 3), result.multi_label ? "nats a text and label" : "nats a text");
  if (result.multi_label) {
    line("labels", fixed(result.labels_per_text, 2), "of a text, on average");
    for (const size_t k : {size_t{1}, size_t{3}, size_t{5}}) {
      if (k > result.precision_at.size()) continue;
      line("P@" + std::to_string(k), per_cent(result.precision_at[k - 1]),
           "right among the " +
               (k == 1 ? std::string("most probable label") : std::to_string(k) + " most probable labels"));
    }
  } else {
    line("calibration", per_cent(result.calibration_error),
         "expected error of probabilities; " + per_cent(result.calibration_error_before) + " uncalibrated");
  }
  if (result.abstain > 0) {
    line("answered", per_cent(result.answered),
         "of the texts, those with a probability from " + fixed(result.abstain, 2));
    line("of these", per_cent(result.answered_accuracy), "are right");
  }
  line("unknown words", per_cent(result.out_of_vocabulary), "of all words");
  return out;
}

std::string class_table(const TextTestResult& result, const Style& style) {
  const size_t classes = result.classes.size();
  std::vector<size_t> shown(classes);
  std::iota(shown.begin(), shown.end(), size_t{0});
  if (classes > kClassesAll) {
    std::erase_if(shown, [&](size_t at) { return result.classes[at].support == 0; });
    std::stable_sort(shown.begin(), shown.end(),
                     [&](size_t a, size_t b) { return result.classes[a].f1 < result.classes[b].f1; });
    if (shown.size() > kClassesListed) shown.resize(kClassesListed);
  }
  const int room = style.width - 4 * kScoreWidth;
  int width = 5;
  for (const size_t at : shown)
    width = std::max(width, std::min(room, display_width(safe_text(result.classes[at].label))));
  std::string out = test_heading(classes > kClassesAll ? "the classes with the lowest F1" : "by class", style);
  out += pad_right("label", width) + pad_left("precision", kScoreWidth) + pad_left("recall", kScoreWidth) +
         pad_left("F1", kScoreWidth) + pad_left("texts", kScoreWidth) + "\n";
  for (const size_t at : shown) {
    const ClassRow& row = result.classes[at];
    out += pad_right(ellipsize(safe_text(row.label), width), width) + pad_left(fixed(row.precision, 3), kScoreWidth) +
           pad_left(fixed(row.recall, 3), kScoreWidth) + pad_left(fixed(row.f1, 3), kScoreWidth) +
           pad_left(with_commas(row.support), kScoreWidth) + "\n";
  }
  if (shown.size() < classes) {
    out += "… and " + counted(static_cast<int64_t>(classes - shown.size()), "class", "classes") +
           " more; --json has all\n";
  }
  return out;
}

// The matrix where it fits the line, else nothing. Labels too wide for a column are numbered.
std::string confusion_matrix(const TextTestResult& result, const Style& style) {
  const int classes = static_cast<int>(result.confusion.size());
  int cell = 2, name = 5;
  bool numbered = false;
  for (const auto& row : result.confusion) {
    for (const int64_t count : row) cell = std::max(cell, display_width(with_commas(count)));
  }
  const int room = (style.width - 16) / std::max(1, classes) - 2;
  for (const ClassRow& row : result.classes) name = std::max(name, display_width(safe_text(row.label)));
  if (name > room) {
    numbered = true;
  } else {
    cell = std::max(cell, name);
  }
  cell += 2;
  const int name_width = std::min(name + (numbered ? 4 : 0), style.width - classes * cell);
  if (name_width < 8 && name_width < name) return "";
  std::string out = pad_right("truth", name_width);
  for (int column = 0; column < classes; ++column) {
    const std::string label = safe_text(result.classes[static_cast<size_t>(column)].label);
    out += pad_left(numbered ? std::to_string(column + 1) : label, cell);
  }
  out += "\n";
  for (int row = 0; row < classes; ++row) {
    const std::string label = safe_text(result.classes[static_cast<size_t>(row)].label);
    out += pad_right(ellipsize(numbered ? std::to_string(row + 1) + " " + label : label, name_width), name_width);
    for (const int64_t count : result.confusion[static_cast<size_t>(row)]) out += pad_left(with_commas(count), cell);
    out += "\n";
  }
  return out;
}

std::string confusion_part(const TextTestResult& result, const Style& style) {
  if (result.multi_label) return "";  // a text with several labels is in several rows of it
  if (result.confusion.size() <= kMatrixClasses) {
    const std::string matrix = confusion_matrix(result, style);
    if (!matrix.empty()) return test_heading("answers (columns) by truth (rows)", style) + matrix;
  }
  const std::vector<Confusion> all = confusions(result.confusion);
  if (all.empty()) return "";
  std::string out = test_heading("the largest confusions", style);
  const size_t listed = std::min(all.size(), kConfusionsListed);
  const int width = (style.width - 28) / 2;
  for (size_t at = 0; at < listed; ++at) {
    out += pad_left(with_commas(all[at].count), 9) + "  " + quoted_label(result.classes[all[at].truth].label, width) +
           " taken for " + quoted_label(result.classes[all[at].predicted].label, width) + "\n";
  }
  if (listed < all.size())
    out += "… and " + with_commas(static_cast<int64_t>(all.size() - listed)) + " more kinds; --json has all\n";
  return out;
}

std::string mistake_part(const TextTestResult& result, const Style& style) {
  if (result.mistakes.empty()) return "";
  std::string out = test_heading("most confident mistakes", style);
  const int label = style.width / 4;
  for (const Mistake& mistake : result.mistakes) {
    const std::string said = fixed(mistake.probability, 2) + "  " + ellipsize(safe_text(mistake.predicted), label) +
                             ", the file says " + ellipsize(safe_text(mistake.truth), label);
    const std::string line = ":" + std::to_string(mistake.line);
    const int room = style.width - display_width(said) - 2 - static_cast<int>(line.size());
    out += said;
    out += "  " + ellipsize(safe_text(mistake.path), room);
    out += line + "\n";
    out += "      " + ellipsize(safe_text(mistake.text), style.width - 6) + "\n";
  }
  return out;
}

// What the reader must know before believing the numbers.
std::string caution_part(const TextTestResult& result, const Style& style) {
  std::string out;
  const auto warning = [&](const std::string& text) { out += wrapped("warning: " + text, style.width, 9); };
  if (result.seen_in_training > 0) {
    warning(with_commas(result.seen_in_training) + " of the " + counted(result.n, "text", "texts") +
            " were in the training part: the model has seen their labels, so these scores are too good for new texts.");
  }
  if (result.seen_in_validation > 0) {
    warning(with_commas(result.seen_in_validation) + " of the " + counted(result.n, "text", "texts") +
            " were in the validation part, by which the model was chosen.");
  }
  if (result.unknown_labels > 0) {
    std::string names;
    for (const std::string& name : result.unknown_label_names)
      names += (names.empty() ? "" : ", ") + quoted_label(name);
    warning(counted(result.unknown_labels, "text has a label", "texts have labels") +
            " that the model does not know (" + names + (result.unknown_label_names.size() >= 5 ? ", …" : "") +
            "): counted as wrong.");
  }
  if (!result.layout_difference.empty()) {
    warning("the file is not laid out like the training data: " + safe_text(result.layout_difference));
  }
  return out.empty() ? "" : "\n" + out;
}

std::string left_out(const TextTestResult& result) {
  std::string out;
  const auto add = [&](int64_t count, const char* one, const char* many) {
    if (count > 0) out += (out.empty() ? "" : ", ") + counted(count, one, many);
  };
  add(result.empty_texts, "empty text left out", "empty texts left out");
  add(result.bad_rows, "bad row left out", "bad rows left out");
  add(result.texts_cut, "text longer than the model reads", "texts longer than the model reads");
  return out;
}

}  // namespace

std::string test_report(const TextTestResult& result, const Style& style) {
  std::string out = fact("data", ellipsize(safe_text(result.data), style.width - kFactWidth), style);
  if (!result.layout.empty()) out += fact("", safe_text(result.layout), style);
  out += fact("model", ellipsize(safe_text(result.model), style.width - kFactWidth), style);
  out += fact("tested", counted(result.n, "text", "texts") + " in " + fixed(result.seconds, 1) + " s", style);
  if (const std::string skipped = left_out(result); !skipped.empty()) out += fact("", skipped, style);
  if (result.n == 0) return out + caution_part(result, style) + "\nNo texts to test on, so there are no scores.\n";
  out += "\n" + score_lines(result, style) + caution_part(result, style) + class_table(result, style);
  return out + confusion_part(result, style) + mistake_part(result, style);
}

std::string test_report_fasttext(const TextTestResult& result) {
  // fastText streams its numbers with a precision of three significant digits.
  char text[96];
  std::snprintf(text, sizeof text, "N\t%lld\nP@1\t%.3g\nR@1\t%.3g\n", static_cast<long long>(result.n), result.accuracy,
                result.accuracy);
  if (result.multi_label) {
    std::snprintf(text, sizeof text, "N\t%lld\nP@1\t%.3g\nR@1\t%.3g\n", static_cast<long long>(result.n),
                  result.precision_at.front(), result.recall_at_one);
  }
  return text;
}

std::vector<Confusion> confusions(const std::vector<std::vector<int64_t>>& matrix) {
  std::vector<Confusion> cells;
  for (size_t truth = 0; truth < matrix.size(); ++truth) {
    for (size_t predicted = 0; predicted < matrix[truth].size(); ++predicted) {
      const int64_t count = matrix[truth][predicted];
      if (truth != predicted && count != 0) cells.push_back({truth, predicted, count});
    }
  }
  std::stable_sort(cells.begin(), cells.end(),
                   [](const Confusion& a, const Confusion& b) { return a.count > b.count; });
  return cells;
}

}  // namespace fovea::tasks
