#include "data/readers/pairs.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "base/errors.h"
#include "base/text.h"
#include "data/readers/collect.h"
#include "data/readers/lines.h"
#include "data/readers/look.h"
#include "data/readers/messages.h"
#include "data/readers/source.h"
#include "data/readers/utf8.h"

namespace fovea::data {
namespace {

constexpr size_t kListedLines = 5;
constexpr double kFewWords = 8, kFewBytes = 60;  // below them lengths differ for good reasons

enum Why : size_t { kEmpty, kAlike, kLong, kUneven, kReasons };
constexpr std::array<const char*, kReasons> kWhy = {"one side is empty", "both sides are alike", "a side is very long",
                                                    "one side is many times as long"};

int64_t count_words(std::string_view text) {
  int64_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    words += !blank && !inside;
    inside = !blank;
  }
  return words;
}

class Collector {
 public:
  Collector(const PairOptions& options, Pairs* pairs) : options_(options), pairs_(*pairs) {
    for (const char* why : kWhy) pairs_.left_out.push_back({why, 0, {}});
  }

  void take(std::string source, std::string target, int64_t line) {
    if (const size_t why = reason(source, target); why != kReasons) {
      LeftOut& left_out = pairs_.left_out[why];
      ++left_out.pairs;
      if (left_out.lines.size() < kListedLines) left_out.lines.push_back(line);
      return;
    }
    pairs_.pairs.push_back({std::move(source), std::move(target), line});
  }

  void finish() {
    std::erase_if(pairs_.left_out, [](const LeftOut& one) { return one.pairs == 0; });
    pairs_.report.rows = std::ssize(pairs_.pairs);
  }

 private:
  size_t reason(const std::string& source, const std::string& target) const {
    if (!options_.clean) return kReasons;
    if (source.empty() || target.empty()) return kEmpty;
    if (source == target) return kAlike;
    const int64_t a = count_words(source), b = count_words(target);
    if (std::max(a, b) > options_.most_words) return kLong;
    const bool by_words = std::min(a, b) > 2;
    const auto left = static_cast<double>(by_words ? a : std::ssize(source));
    const auto right = static_cast<double>(by_words ? b : std::ssize(target));
    const double few = by_words ? kFewWords : kFewBytes, ratio = (by_words ? 1 : 2) * options_.longest_ratio;
    return std::max(left, right) > few && std::max(left, right) > ratio * std::min(left, right) ? kUneven : kReasons;
  }

  const PairOptions& options_;
  Pairs& pairs_;
};

std::string repaired(std::string_view line, ReadReport* report) {
  return std::string(trim_unicode(is_utf8(line) ? std::string(line) : repair_utf8(line, &report->bad_bytes)));
}

int64_t lines_in(std::string_view text) {
  LineCursor cursor(text);
  std::string_view line;
  while (cursor.next(&line)) {
  }
  return cursor.number();
}

void read_parallel(const std::vector<std::string>& paths, Collector& collector, Pairs* pairs) {
  const Source source = read_source(paths[0]), target = read_source(paths[1]);
  note_source(source, &pairs->report);
  note_source(target, &pairs->report);
  const int64_t a = lines_in(source.text()), b = lines_in(target.text());
  if (a != b) {
    const bool first_is_short = a < b;
    throw UserError(ExitCode::kBadData,
                    shown_path(paths[0]) + " has " + counted(a, "line", "lines") + " and " + shown_path(paths[1]) +
                        " has " + with_commas(b) + ": line " + std::to_string(std::min(a, b) + 1) + " is missing in " +
                        shown_path(paths[first_is_short ? 0 : 1]),
                    "Line n of one file must be the translation of line n of the other. Give files of equal length.");
  }
  LineCursor sources(source.text()), targets(target.text());
  std::string_view left, right;
  pairs->pairs.reserve(static_cast<size_t>(a));
  while (sources.next(&left) && targets.next(&right)) {
    collector.take(repaired(left, &pairs->report), repaired(right, &pairs->report), sources.number());
  }
}

// How the two columns are found in a table; it is then read as one of labelled texts, whose label is the translation.
TableLayout look_for_columns(const Source& source, const PairOptions& options, TableOptions* table) {
  table->on_bad_row = options.on_bad_row;
  table->labels_required = false;
  table->keep_empty = true;
  const bool named = !options.source_column.empty();
  table->text_columns = {named ? options.source_column : "source"};
  table->label_column = named ? options.target_column : "target";
  if (named) return look_at(source, *table);
  try {
    return look_at(source, *table);
  } catch (const UserError&) {
    table->text_columns = {"1"};
    table->label_column = "2";
    return look_at(source, *table);
  }
}

UserError no_table(const std::string& path) {
  return UserError(ExitCode::kBadData, shown_path(path) + ": is no table with two columns",
                   "Give the file of the other language as well, or a TSV, CSV or JSONL file that has both. Training "
                   "takes --source-column and --target-column.");
}

// What is wrong inside a table is told by whoever reads it: a bad row makes no file of sources.
bool has_columns(const Source& source, const PairOptions& options) {
  TableOptions table_options;
  try {
    look_for_columns(source, options, &table_options);
  } catch (const UserError&) {
    return false;
  }
  return true;
}

// Names of columns that nobody asked for, in a first row of one word a cell above rows of sentences.
bool is_header(const std::vector<Row>& rows) {
  constexpr size_t kLooked = 20;
  if (rows.size() < 3 || count_words(rows[0].text) != 1 || count_words(rows[0].label) != 1) return false;
  size_t longer = 0, looked = 0;
  for (; looked + 1 < rows.size() && looked < kLooked; ++looked) {
    longer += count_words(rows[looked + 1].text) > 2 && count_words(rows[looked + 1].label) > 2;
  }
  return 2 * longer > looked;
}

void read_columns(Source source, const PairOptions& options, Collector& collector, Pairs* pairs) {
  Table table;
  note_source(source, &table.report);
  TableOptions table_options;
  try {
    table.layout = look_for_columns(source, options, &table_options);
  } catch (const UserError& error) {
    if (error.code() != ExitCode::kUsage || !options.source_column.empty()) throw;
    throw no_table(source.path);
  }
  collect_rows(&source, table.layout, table_options, &table);
  pairs->report = std::move(table.report);
  if (options.source_column.empty() && !table.layout.header && is_header(table.rows))
    table.rows.erase(table.rows.begin());
  for (Row& row : table.rows) {
    collector.take(std::string(trim_unicode(row.text)), std::string(trim_unicode(row.label)), row.line);
  }
}

void require_pairs(const std::string& path, const Pairs& pairs) {
  if (!pairs.pairs.empty()) return;
  const std::string why = left_out_text(pairs.left_out);
  throw UserError(ExitCode::kBadData,
                  shown_path(path) + ": no sentence pair was found" + (why.empty() ? std::string() : "; " + why),
                  "Give files whose lines are translations of each other.");
}

}  // namespace

Pairs read_pairs(const std::vector<std::string>& paths, const PairOptions& options) {
  Pairs pairs;
  Collector collector(options, &pairs);
  if (paths.size() == 2) {
    if (paths[0] == "-" && paths[1] == "-") {
      throw UserError(ExitCode::kUsage, "-: standard input can be read only once",
                      "Give two files, or one table on standard input.");
    }
    read_parallel(paths, collector, &pairs);
  } else if (paths.size() == 1) {
    read_columns(read_source(paths[0]), options, collector, &pairs);
  } else {
    throw UserError(ExitCode::kUsage, std::to_string(paths.size()) + " files are given where sentence pairs are read",
                    "Give two files whose lines belong together, or one table with two columns.");
  }
  collector.finish();
  require_pairs(paths[0], pairs);
  return pairs;
}

Pairs read_pairs_or_sources(const std::string& path, const PairOptions& options) {
  Pairs pairs;
  Collector collector(options, &pairs);
  const Source source = read_source(path);
  pairs.translated = has_columns(source, options);
  if (pairs.translated) {
    read_columns(source, options, collector, &pairs);
  } else {
    note_source(source, &pairs.report);
    LineCursor lines(source.text());
    std::string_view line;
    while (lines.next(&line)) pairs.pairs.push_back({repaired(line, &pairs.report), "", lines.number()});
  }
  collector.finish();
  require_pairs(path, pairs);
  return pairs;
}

std::string left_out_text(const std::vector<LeftOut>& left_out) {
  const int64_t all = std::accumulate(left_out.begin(), left_out.end(), int64_t{0},
                                      [](int64_t sum, const LeftOut& one) { return sum + one.pairs; });
  if (all == 0) return "";
  std::string text = counted(all, "pair is", "pairs are") + " left out: ";
  for (size_t i = 0; i < left_out.size(); ++i) {
    std::vector<std::string> lines;
    for (const int64_t line : left_out[i].lines) lines.push_back(std::to_string(line));
    const bool more = left_out[i].pairs > std::ssize(lines);
    text += (i ? "; " : "") + std::string(left_out[i].why) + " (" + with_commas(left_out[i].pairs) + ": " +
            (lines.size() > 1 ? "lines " : "line ") + joined(lines) + (more ? " …" : "") + ")";
  }
  return text;
}

}  // namespace fovea::data
