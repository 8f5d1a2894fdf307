#include "data/readers/pairs.h"

#include <algorithm>
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

void read_parallel(const std::vector<std::string>& paths, const SpillOptions& spill, const TakePair& take,
                   ReadReport* report) {
  const Source source = read_source(paths[0], spill), target = read_source(paths[1], spill);
  note_source(source, report);
  note_source(target, report);
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
  while (sources.next(&left) && targets.next(&right)) {
    const std::string one = repaired(left, report), other = repaired(right, report);
    take({one, other, sources.number()});
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

void read_columns(Source source, const PairOptions& options, const TakePair& take, ReadReport* report) {
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
  *report = std::move(table.report);
  if (options.source_column.empty() && !table.layout.header && is_header(table.rows))
    table.rows.erase(table.rows.begin());
  for (const Row& row : table.rows) take({trim_unicode(row.text), trim_unicode(row.label), row.line});
}

// Keeps every pair, one of which must be there.
Pairs kept(const std::string& path, const std::function<void(const TakePair&, Pairs*)>& read) {
  Pairs pairs;
  read(
      [&](const PairView& pair) {
        pairs.pairs.push_back({std::string(pair.source), std::string(pair.target), pair.line});
      },
      &pairs);
  pairs.report.rows = std::ssize(pairs.pairs);
  if (pairs.pairs.empty()) throw no_pairs(path);
  return pairs;
}

}  // namespace

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

UserError no_pairs(const std::string& path, const std::string& why) {
  return UserError(ExitCode::kBadData,
                   shown_path(path) + ": no sentence pair was found" + (why.empty() ? std::string() : "; " + why),
                   "Give files whose lines are translations of each other.");
}

void for_pairs(const std::vector<std::string>& paths, const PairOptions& options, const SpillOptions& spill,
               const TakePair& take, ReadReport* report) {
  if (paths.size() == 2) {
    if (paths[0] == "-" && paths[1] == "-") {
      throw UserError(ExitCode::kUsage, "-: standard input can be read only once",
                      "Give two files, or one table on standard input.");
    }
    read_parallel(paths, spill, take, report);
  } else if (paths.size() == 1) {
    read_columns(read_source(paths[0], spill), options, take, report);
  } else {
    throw UserError(ExitCode::kUsage, std::to_string(paths.size()) + " files are given where sentence pairs are read",
                    "Give two files whose lines belong together, or one table with two columns.");
  }
}

Pairs read_pairs(const std::vector<std::string>& paths, const PairOptions& options) {
  return kept(paths.front(),
              [&](const TakePair& take, Pairs* pairs) { for_pairs(paths, options, {}, take, &pairs->report); });
}

Pairs read_pairs_or_sources(const std::string& path, const PairOptions& options) {
  return kept(path, [&](const TakePair& take, Pairs* pairs) {
    Source source = read_source(path);
    pairs->translated = has_columns(source, options);
    if (pairs->translated) {
      read_columns(std::move(source), options, take, &pairs->report);
      return;
    }
    note_source(source, &pairs->report);
    LineCursor lines(source.text());
    std::string_view line;
    while (lines.next(&line)) {
      const std::string text = repaired(line, &pairs->report);
      take({text, "", lines.number()});
    }
  });
}

}  // namespace fovea::data
