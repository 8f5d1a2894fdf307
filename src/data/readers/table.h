// From files of labelled texts to rows: what a file is (format, header, columns) is found out by looking or told by
// options, and kept as a TableLayout with the model. Knows bytes, lines and columns; nothing of words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/options/visitor.h"

namespace fovea::data {

enum class Format {
  kAuto,
  kLabelPrefix,
  kTsv,
  kCsv,
  kJsonl,
  kLines
};                                                      // kLines: one text per line, no labels (predict)
inline constexpr std::string_view kSeparators = ",;|";  // of CSV; the first is the usual one
enum class BadRows { kStop, kSkip };

const char* format_name(Format format);        // "auto", "fasttext", "tsv", "csv", "jsonl", "lines"
Format parse_format(const std::string& name);  // the inverse; throws UserError (kBadData) for another word

// Options of reading. They change results.
struct TableOptions {
  Format format = Format::kAuto;
  std::optional<bool> header;             // nullopt: found out by looking
  std::vector<std::string> text_columns;  // names or 1-based numbers; several are joined by one space; empty: found out
  std::string label_column;               // name or 1-based number; empty: found out
  std::optional<char> separator;          // of CSV: one of kSeparators; nullopt: found out by looking
  std::string weight_column;              // name or 1-based number: a number from 0 for each row; empty: none
  std::string label_prefix = "__label__";
  bool multi_label = false;           // a row may have several labels, or (but for __label__ lines) none
  std::string label_separator = ",";  // between the labels of a cell, with multi_label
  BadRows on_bad_row = BadRows::kStop;
  bool labels_required = true;  // false for explain/predict on files that may have no label
  bool keep_empty = false;      // keep rows whose text is empty, for predict: one line out per row
};

// Those of a training, and of verbs that use a model: these take labels and weights as the model has them.
void visit(TableOptions& options, options::Visitor& visitor);
void visit_for_use(TableOptions& options, options::Visitor& visitor);

// How a file is read: the outcome of looking or of options. Saved in config.json; equality tells that two files are
// alike.
struct TableLayout {
  Format format = Format::kTsv;
  bool header = false;
  std::vector<std::string> column_names;  // with a header: its names; JSONL: the keys of the first row; else empty
  std::vector<int> text_columns;  // 0-based, in the order in which they are joined; JSONL: index in column_names
  int label_column = -1;          // 0-based; -1 where there is none
  int weight_column = -1;         // 0-based, of training rows only; not saved with a model
  std::string label_prefix = "__label__";
  bool multi_label = false;  // as in TableOptions
  std::string label_separator = ",";
  int columns = 0;       // cells of every row; 0 where that is not fixed (JSONL, lines)
  char separator = ',';  // of CSV: one of kSeparators
  bool looked = false;   // whether looking at what the columns hold chose one of them
  std::string
      why;  // how the columns were found, for the summary: "header names", "option", "looked: column 2 has 2 values"

  std::vector<std::string> pieces() const;  // "TSV, no header", "text: column 1", "label: column 2"
  std::string describe() const;             // the pieces joined: "TSV, no header · text: column 1 · label: column 2"
  Json to_json() const;
  static TableLayout from_json(
      const Json& json);  // throws UserError (kBadData) when a field is missing or of a wrong type
};

// "" when a file read as `now` fits a model trained on `trained`; else one sentence that says how they differ.
std::string layout_difference(const TableLayout& trained, const TableLayout& now);

struct Row {
  std::string text;                   // valid UTF-8, as in the file (unescaped), with bad bytes as U+FFFD
  std::string label;                  // empty where the layout has no label column; of several labels join_labels()
  int64_t line = 0;                   // 1-based line where the row begins
  int file = 0;                       // index into ReadReport::paths
  double weight = 1;                  // of the weight column, finite and not below 0
  std::vector<std::string> labels{};  // with multi_label: sorted, no two equal
};

// How several labels are shown as one: "comedy, drama"; of none "".
std::string join_labels(const std::vector<std::string>& labels);

// A place named in a message.
struct Place {
  std::string path;
  int64_t line = 0;
  int column = 0;      // 1-based; 0: not known
  std::string reason;  // "column 2 (label) is empty"
};

// What was met while reading, for the summary and config.json.
struct ReadReport {
  std::vector<std::string> paths;      // "-" is standard input
  std::vector<std::string> sha256;     // of the bytes as stored (compressed where compressed), per path
  int64_t rows = 0;                    // kept
  int64_t empty_texts = 0;             // no byte but white space (and U+FEFF); left out unless keep_empty
  int64_t bad_rows = 0;                // left out with on_bad_row = kSkip
  std::vector<Place> bad_places;       // the first five of them
  int64_t bad_bytes = 0;               // bytes that were not UTF-8, each replaced by one U+FFFD
  std::vector<Place> bad_byte_places;  // the first five
  bool had_bom = false;
  bool had_crlf = false;
  std::vector<std::string> unused_columns;  // columns that are neither text nor label, for the summary
  std::string doubt;                        // what makes the labels look wrong, in a sentence; "" = nothing
};

struct Table {
  std::vector<Row> rows;
  TableLayout layout;
  ReadReport report;
};

// Reads all of `paths` (plain or gzip, "-" is standard input) as one table; every file must have the same layout.
// Throws UserError: kNoInput (missing, folder), kBadData (UTF-16 by name, a bad row with file, line, column, reason and
// remedy, no rows at all, no label column, different layouts, broken gzip …), kUsage (an option that cannot apply to
// this format, a column that does not exist; lists those that do).
Table read_table(const std::vector<std::string>& paths, const TableOptions& options);

// Reads with a layout already known (that of a model), after a look whether the file fits it; `difference` receives the
// sentence of layout_difference, and the file is then read by what looking found.
Table read_table_like(const std::vector<std::string>& paths, const TableOptions& options, const TableLayout& trained,
                      std::string* difference);

}  // namespace fovea::data
