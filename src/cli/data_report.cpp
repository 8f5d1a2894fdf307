#include "cli/data_report.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <vector>

#include "cli/console.h"
#include "report/terminal.h"

namespace fovea::cli {
namespace {

constexpr int kNameWidth = 14;
constexpr int kTextWidth = 66;
constexpr size_t kClassesShown = 6;

std::string plural(int64_t count, const std::string& one, const std::string& many) {
  return with_commas(count) + " " + (count == 1 ? one : many);
}

// Pieces joined by " · ", broken between pieces where a line would be too long.
std::string join_pieces(const std::vector<std::string>& pieces) {
  std::string text, line;
  for (const std::string& piece : pieces) {
    if (!line.empty() && report::display_width(line + " · " + piece) > kTextWidth) {
      text += line + "\n";
      line = piece;
    } else {
      line += (line.empty() ? "" : " · ") + piece;
    }
  }
  return text + line;
}

std::vector<std::string> pieces_of(const std::string& joined) {
  const std::string mark = " · ";
  std::vector<std::string> pieces;
  for (size_t begin = 0; begin <= joined.size();) {
    const size_t end = std::min(joined.find(mark, begin), joined.size());
    pieces.push_back(joined.substr(begin, end - begin));
    begin = end + mark.size();
  }
  return pieces;
}

std::string classes_text(const tasks::DataSummary& s) {
  std::vector<tasks::ClassShare> classes = s.classes;
  const auto rows = [](const tasks::ClassShare& c) { return c.train + c.valid + c.test; };
  std::stable_sort(classes.begin(), classes.end(), [&](const auto& a, const auto& b) { return rows(a) > rows(b); });
  std::string text = plural(static_cast<int64_t>(classes.size()), "label", "labels") + ": ";
  for (size_t c = 0; c < classes.size() && c < kClassesShown; ++c) {
    const auto all = static_cast<double>(std::max<int64_t>(s.train + s.valid + s.test, 1));
    const std::string one = (c ? ", " : "") + report::ellipsize(report::safe_text(classes[c].label), 24) + " " +
                            per_cent(static_cast<double>(rows(classes[c])) / all, 0);
    if (report::display_width(text + one + ", …") > kTextWidth) return text + ", …";
    text += one;
  }
  return classes.size() > kClassesShown ? text + ", …" : text;
}

std::vector<std::string> left_out(const tasks::DataSummary& s) {
  std::vector<std::string> pieces;
  if (s.empty_texts) pieces.push_back(plural(s.empty_texts, "empty text", "empty texts") + " left out");
  if (s.bad_rows) pieces.push_back(plural(s.bad_rows, "bad row", "bad rows") + " left out");
  if (s.bad_bytes)
    pieces.push_back(plural(s.bad_bytes, "byte is", "bytes are") +
                     " not UTF-8, read as U+FFFD (an older encoding? iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW)");
  if (s.repeated_texts)
    pieces.push_back(plural(s.repeated_texts, "row repeats an earlier text", "rows repeat an earlier text"));
  if (s.conflicting_texts)
    pieces.push_back(plural(s.conflicting_texts, "text has", "texts have") + " more than one label");
  if (s.cut_texts) {
    pieces.push_back(plural(s.cut_texts, "text", "texts") + " cut to " + with_commas(s.max_tokens) +
                     " tokens (--max-tokens)");
  }
  if (s.markup_stripped) {
    pieces.push_back(
        "HTML tags left out" +
        (s.markup_automatic ? " (in " + per_cent(s.markup_share, 0) + " of training rows; --markup)" : std::string()));
  } else if (s.markup_share > 0) {
    pieces.push_back("HTML tags kept (in " + per_cent(s.markup_share) + " of training rows)");
  }
  return pieces;
}

std::string places(const std::string& what, const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& place : list)
    text += "\n" + what + report::ellipsize(report::safe_text(place), kTextWidth - 2);
  return text;
}

std::string parts_text(const tasks::DataSummary& s, const std::string& split, uint64_t seed) {
  std::vector<std::string> pieces = {"training " + with_commas(s.train) + ", validation " + with_commas(s.valid) +
                                     ", test " + with_commas(s.test)};
  if (s.split_from_data) pieces.push_back("split " + split + " by content, seed " + std::to_string(seed));
  return join_pieces(pieces);
}

std::string vectors_text(const tasks::DataSummary& s) {
  const std::string name = std::filesystem::path(s.vectors).filename().string();
  std::string text = join_pieces(
      {report::ellipsize(report::safe_text(name), 40) + ": " + s.vectors_kind + ", " + with_commas(s.vectors_rows) +
           " × " + std::to_string(s.vectors_size),
       per_cent(s.vectors_words_share) + " of the training words have one, " + per_cent(s.vectors_tokens_share) +
           " of their tokens" + (s.vectors_folded ? " (" + with_commas(s.vectors_folded) + " without case)" : "")});
  std::vector<std::string> pieces;
  if (s.vectors_extra) pieces.push_back(plural(s.vectors_extra, "word", "words") + " more from the file");
  if (s.vectors_frozen) pieces.push_back("they stay as they are");
  return pieces.empty() ? text : text + "\n" + join_pieces(pieces);
}

std::string ngrams_text(const tasks::DataSummary& s) {
  if (s.ngram_length == 0) return "n-grams: not used";
  return "n-grams to " + std::to_string(s.ngram_length) + " words: " + with_commas(s.ngrams) +
         (s.ngram_weights ? ", weighed" : "") +
         (s.char_ngrams > 0 ? ", and " + with_commas(s.char_ngrams) + " of letters" : "") +
         (s.ngram_threshold > 1 ? " (in " + std::to_string(s.ngram_threshold) + " texts or more)" : "");
}

}  // namespace

std::string summary_lines(const std::string& name, const std::string& text) {
  std::istringstream in(text);
  std::string line, out, left = name;
  while (std::getline(in, line)) {
    const int pad = std::max(kNameWidth - report::display_width(left), 1);
    if (report::display_width(left) >= kNameWidth) {
      out += left + "\n";
      out += std::string(kNameWidth, ' ') + line + "\n";
    } else {
      out += left + std::string(static_cast<size_t>(pad), ' ') + line + "\n";
    }
    left.clear();
  }
  return out;
}

std::string data_report(const tasks::DataSummary& s, const std::string& split, uint64_t seed) {
  std::string text = join_pieces(pieces_of(s.layout));
  if (!s.layout_why.empty()) text += "\n(" + s.layout_why + ")";
  if (!s.unused_columns.empty()) {
    std::vector<std::string> pieces;
    for (const std::string& column : s.unused_columns)
      pieces.push_back(report::ellipsize(report::safe_text(column), 30));
    text += "\nnot used: " + join_pieces(pieces);
  }
  text += "\n" + join_pieces({plural(s.rows, "row", "rows"), classes_text(s)});
  text += "\n" + join_pieces({with_commas(s.length_median) + " tokens a text (median)",
                              "95 % under " + with_commas(s.length_p95 + 1), "longest " + with_commas(s.length_max)});
  const std::vector<std::string> notes = left_out(s);
  if (!notes.empty()) text += "\n" + join_pieces(notes);
  text += places("  ", s.bad_places) + places("  not UTF-8: ", s.bad_byte_places);
  text += "\n" + parts_text(s, split, seed);
  if (s.repeated_across_parts) {
    text += "\nWARNING: " + plural(s.repeated_across_parts, "row", "rows") +
            " of validation or test repeat a training text";
  }
  if (!s.small_classes.empty()) {
    std::vector<std::string> names;
    for (const std::string& name : s.small_classes) names.push_back(report::ellipsize(report::safe_text(name), 24));
    if (names.size() > 10) names.resize(10), names.push_back("…");
    text += "\nfewer than 3 different texts, all in training: " + join_pieces(names);
  }
  const std::string name = s.files.empty() ? "data" : std::filesystem::path(s.files.front()).filename().string();
  std::string out = summary_lines(report::ellipsize(report::safe_text(name == "-" ? "stdin" : name), 40), text);
  for (size_t i = 1; i < s.files.size(); ++i) out += summary_lines("", report::safe_text(s.files[i]));
  out += summary_lines(
      "words",
      join_pieces(
          {s.pieces > 0 ? with_commas(s.pieces) + " pieces by SentencePiece" : std::string(),
           "seen " + (s.min_count > 1 ? std::to_string(s.min_count) + " times or more" : std::string("at all")) + ": " +
               with_commas(s.vocabulary) + (s.vocabulary_full ? " (the most frequent; --max-vocabulary)" : ""),
           "unknown: " + per_cent(s.oov_train) + " of training, " + per_cent(s.oov_valid) + " of validation",
           ngrams_text(s)}));
  if (!s.vectors.empty()) out += summary_lines("vectors", vectors_text(s));
  return out;
}

}  // namespace fovea::cli
