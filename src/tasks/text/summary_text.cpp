#include "tasks/text/summary_text.h"

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "draw/terminal.h"

namespace fovea::tasks {
namespace {

using draw::display_width;
using draw::ellipsize;
using draw::joined_pieces;
using draw::safe_text;

constexpr int kTextWidth = draw::kSummaryTextWidth;
constexpr size_t kClassesShown = 6;

std::string classes_text(const DataSummary& s) {
  std::vector<ClassShare> classes = s.classes;
  const auto rows = [](const ClassShare& c) { return c.train + c.valid + c.test; };
  std::stable_sort(classes.begin(), classes.end(), [&](const auto& a, const auto& b) { return rows(a) > rows(b); });
  std::string text = counted(static_cast<int64_t>(classes.size()), "label", "labels") + ": ";
  for (size_t c = 0; c < classes.size() && c < kClassesShown; ++c) {
    const auto all = static_cast<double>(std::max<int64_t>(s.train + s.valid + s.test, 1));
    const std::string one = (c ? ", " : "") + ellipsize(safe_text(classes[c].label), 24) + " " +
                            per_cent(static_cast<double>(rows(classes[c])) / all, 0);
    if (display_width(text + one + ", …") > kTextWidth) return text + ", …";
    text += one;
  }
  return classes.size() > kClassesShown ? text + ", …" : text;
}

std::vector<std::string> left_out(const DataSummary& s) {
  std::vector<std::string> pieces;
  if (s.empty_texts) pieces.push_back(counted(s.empty_texts, "empty text", "empty texts") + " left out");
  if (s.bad_rows) pieces.push_back(counted(s.bad_rows, "bad row", "bad rows") + " left out");
  if (s.bad_bytes)
    pieces.push_back(counted(s.bad_bytes, "byte is", "bytes are") +
                     " not UTF-8, read as U+FFFD (an older encoding? iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW)");
  if (s.repeated_texts)
    pieces.push_back(counted(s.repeated_texts, "row repeats an earlier text", "rows repeat an earlier text"));
  if (s.conflicting_texts)
    pieces.push_back(counted(s.conflicting_texts, "text has", "texts have") + " more than one label");
  if (s.cut_texts) {
    pieces.push_back(counted(s.cut_texts, "text", "texts") + " cut to " + with_commas(s.max_tokens) +
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
  for (const std::string& place : list) text += "\n" + what + ellipsize(safe_text(place), kTextWidth - 2);
  return text;
}

std::string parts_text(const DataSummary& s, const std::string& split, uint64_t seed) {
  std::vector<std::string> pieces = {"training " + with_commas(s.train) + ", validation " + with_commas(s.valid) +
                                     ", test " + with_commas(s.test)};
  if (s.split_from_data) pieces.push_back("split " + split + " by content, seed " + std::to_string(seed));
  return joined_pieces(pieces);
}

std::string vectors_text(const DataSummary& s) {
  const std::string name = std::filesystem::path(s.vectors).filename().string();
  std::string text = joined_pieces(
      {ellipsize(safe_text(name), 40) + ": " + s.vectors_kind + ", " + with_commas(s.vectors_rows) + " × " +
           std::to_string(s.vectors_size),
       per_cent(s.vectors_words_share) + " of the training words have one, " + per_cent(s.vectors_tokens_share) +
           " of their tokens" + (s.vectors_folded ? " (" + with_commas(s.vectors_folded) + " without case)" : "")});
  std::vector<std::string> pieces;
  if (s.vectors_extra) pieces.push_back(counted(s.vectors_extra, "word", "words") + " more from the file");
  if (s.vectors_frozen) pieces.push_back("they stay as they are");
  return pieces.empty() ? text : text + "\n" + joined_pieces(pieces);
}

std::string ngrams_text(const DataSummary& s) {
  if (s.ngram_length == 0) return "n-grams: not used";
  return "n-grams to " + std::to_string(s.ngram_length) + " words: " + with_commas(s.ngrams) +
         (s.ngram_weights ? ", weighed" : "") +
         (s.char_ngrams > 0 ? ", and " + with_commas(s.char_ngrams) + " of letters" : "") +
         (s.ngram_threshold > 1 ? " (in " + std::to_string(s.ngram_threshold) + " texts or more)" : "");
}

std::string table_text(const DataSummary& s, const std::string& split, uint64_t seed) {
  std::string text = joined_pieces(s.layout.pieces());
  if (!s.layout.why.empty()) text += "\n(" + s.layout.why + ")";
  if (!s.unused_columns.empty()) {
    std::vector<std::string> pieces;
    for (const std::string& column : s.unused_columns) pieces.push_back(ellipsize(safe_text(column), 30));
    text += "\nnot used: " + joined_pieces(pieces);
  }
  text += "\n" + joined_pieces({counted(s.rows, "row", "rows"), classes_text(s)});
  text += "\n" + joined_pieces({with_commas(s.length_median) + " tokens a text (median)",
                                "95 % under " + with_commas(s.length_p95 + 1), "longest " + with_commas(s.length_max)});
  const std::vector<std::string> notes = left_out(s);
  if (!notes.empty()) text += "\n" + joined_pieces(notes);
  text += places("  ", s.bad_places) + places("  not UTF-8: ", s.bad_byte_places);
  text += "\n" + parts_text(s, split, seed);
  if (s.repeated_across_parts) {
    text += "\nWARNING: " + counted(s.repeated_across_parts, "row", "rows") +
            " of validation or test repeat a training text";
  }
  if (!s.small_classes.empty()) {
    std::vector<std::string> names;
    for (const std::string& name : s.small_classes) names.push_back(ellipsize(safe_text(name), 24));
    if (names.size() > 10) names.resize(10), names.push_back("…");
    text += "\nfewer than 3 different texts, all in training: " + joined_pieces(names);
  }
  return text;
}

std::string words_text(const DataSummary& s) {
  return joined_pieces(
      {s.pieces > 0 ? with_commas(s.pieces) + " pieces by SentencePiece" : std::string(),
       "seen " + (s.min_count > 1 ? std::to_string(s.min_count) + " times or more" : std::string("at all")) + ": " +
           with_commas(s.vocabulary) + (s.vocabulary_full ? " (the most frequent; --max-vocabulary)" : ""),
       "unknown: " + per_cent(s.oov_train) + " of training, " + per_cent(s.oov_valid) + " of validation",
       ngrams_text(s)});
}

}  // namespace

std::vector<draw::Told> summary_told(const DataSummary& s, const std::string& split, uint64_t seed) {
  const std::string name = s.files.empty() ? "data" : std::filesystem::path(s.files.front()).filename().string();
  std::vector<draw::Told> told = {{ellipsize(safe_text(name == "-" ? "stdin" : name), 40), table_text(s, split, seed)}};
  for (size_t i = 1; i < s.files.size(); ++i) told.push_back({"", safe_text(s.files[i])});
  told.push_back({"words", words_text(s)});
  if (!s.vectors.empty()) told.push_back({"vectors", vectors_text(s)});
  return told;
}

}  // namespace fovea::tasks
