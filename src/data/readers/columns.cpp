#include "data/readers/columns.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/errors.h"
#include "data/readers/choose_columns.h"
#include "data/readers/header.h"
#include "data/readers/jsonl.h"
#include "data/readers/messages.h"
#include "data/readers/utf8.h"

namespace fovea::data {
namespace {

constexpr int64_t kRowsLooked = 1000;

UserError cannot_apply(const char* option, const Source& source, Format format) {
  return UserError(
      ExitCode::kUsage,
      std::string(option) + " cannot apply: " + shown_path(source.path) + " is read as " + format_name(format),
      std::string("Leave ") + option + " out, or say with --format what the file is.");
}

void refuse_options(const Source& source, const TableOptions& options, Format format) {
  const bool table = format == Format::kTsv || format == Format::kCsv;
  if (options.header && !table) throw cannot_apply("--header", source, format);
  const bool columns = table || format == Format::kJsonl;
  if (!options.text_columns.empty() && !columns) throw cannot_apply("--text-column", source, format);
  if (!options.label_column.empty() && !columns) throw cannot_apply("--label-column", source, format);
  if (!options.weight_column.empty() && !columns) throw cannot_apply("--weight-column", source, format);
  if (options.separator && format != Format::kCsv) throw cannot_apply("--delimiter", source, format);
  if (format == Format::kLines && options.labels_required) {
    throw UserError(ExitCode::kUsage, "--format lines cannot apply: plain lines have no labels",
                    "Give a file of labelled texts: __label__ lines, TSV, CSV or JSONL.");
  }
}

UserError no_row(const Source& source, const Record& problem) {
  if (problem.problem.empty()) {
    return UserError(ExitCode::kBadData, shown_path(source.path) + ": holds no rows",
                     "Give a file with one labelled text per row.");
  }
  return UserError(ExitCode::kBadData, shown_place(source.path, problem.problem_line) + ": " + problem.problem,
                   "No row of the file can be read. Mend it, or say with --format what it is.");
}

// Reading would stop there anyway; said now, it is not hidden by what looking makes of the rest.
void refuse_first_row(const Source& source, const TableOptions& options, const Record& record) {
  if (options.on_bad_row != BadRows::kStop) return;
  throw UserError(ExitCode::kBadData, shown_place(source.path, record.problem_line) + ": " + record.problem,
                  "It is the first row. Mend it, leave such rows out with --on-bad-row skip, or say with --format what "
                  "the file is.");
}

std::vector<std::string> cells_of(const Record& record) {
  std::vector<std::string> cells;
  for (const Cell& cell : record.cells) cells.emplace_back(cell.text);
  return cells;
}

// The first row that can be read, and how many columns most of the first rows have.
struct FirstRow {
  std::vector<std::string> cells;
  size_t usual_columns = 0;
};

FirstRow read_first_row(const Source& source, const TableOptions& options, const TableLayout& layout) {
  const auto reader = open_records(source.text(), layout);
  FirstRow first;
  Record record, problem;
  std::map<size_t, int64_t> counts;
  for (int64_t row = 0; row < kRowsLooked && reader->next(&record); ++row) {
    if (!record.problem.empty()) {
      if (problem.problem.empty()) problem = record;
      if (first.cells.empty()) refuse_first_row(source, options, record);
      continue;
    }
    if (first.cells.empty()) first.cells = cells_of(record);
    ++counts[record.cells.size()];
  }
  if (first.cells.empty()) throw no_row(source, problem);
  int64_t most = 0;
  for (const auto& [columns, rows] : counts) {
    if (rows <= most) continue;
    most = rows;
    first.usual_columns = columns;
  }
  return first;
}

// Gives the rows behind the first one that can be read.
std::unique_ptr<RecordReader> open_behind_first(const Source& source, const TableLayout& layout) {
  auto reader = open_records(source.text(), layout);
  Record record;
  while (reader->next(&record) && !record.problem.empty()) {
  }
  return reader;
}

bool is_column_number(const std::string& option) {
  return !option.empty() && option.find_first_not_of("0123456789") == std::string::npos;
}

bool names_a_column(const TableOptions& options, const std::vector<std::string>& cells) {
  std::vector<std::string> asked = options.text_columns;
  if (!options.label_column.empty()) asked.push_back(options.label_column);
  if (!options.weight_column.empty()) asked.push_back(options.weight_column);
  return std::any_of(asked.begin(), asked.end(), [&](const std::string& name) {
    return !is_column_number(name) && std::any_of(cells.begin(), cells.end(), [&](const std::string& cell) {
      return lower_ascii(header_name(cell)) == lower_ascii(name);
    });
  });
}

bool find_header(const Source& source, const TableOptions& options, const TableLayout& layout, const FirstRow& first) {
  if (options.header) return *options.header;
  if (names_a_column(options, first.cells)) return true;
  if (has_known_name(first.cells, ColumnRole::kLabel) || has_known_name(first.cells, ColumnRole::kText)) {
    return !known_names_are_values(first.cells, open_behind_first(source, layout).get());
  }
  const std::vector<ColumnStats> below = count_columns(open_behind_first(source, layout).get(), first.cells.size());
  return contrasts_with_rows(first.cells, below);
}

void find_json_keys(const Source& source, const TableOptions& options, TableLayout* layout) {
  LineCursor lines(source.text());
  std::string_view line;
  while (lines.next_filled(&line)) {
    layout->column_names = json_keys(line);
    if (!layout->column_names.empty()) return;
    if (options.on_bad_row == BadRows::kStop) break;
  }
  const std::string repaired = repair_utf8(source.text(), nullptr);
  Record record;
  JsonlReader reader(repaired, {});
  if (reader.next(&record) && record.problem.empty()) {
    record.problem = "is a JSON object without keys";
    record.problem_line = record.line;
  }
  refuse_first_row(source, options, record);
  throw no_row(source, record);
}

void take_whole_line(const TableOptions& options, TableLayout* layout) {
  const bool labelled = layout->format == Format::kLabelPrefix;
  layout->label_prefix = options.label_prefix;
  layout->label_column = labelled ? 0 : -1;
  layout->text_columns = {labelled ? 1 : 0};
  layout->why = labelled ? "lines begin with " + shown_text(options.label_prefix) : "each line is a text";
}

}  // namespace

void find_columns(const Source& source, const TableOptions& options, TableLayout* layout) {
  refuse_options(source, options, layout->format);
  if (layout->format == Format::kLabelPrefix || layout->format == Format::kLines) {
    take_whole_line(options, layout);
    return;
  }
  std::vector<std::string> first_cells;
  if (layout->format == Format::kJsonl) {
    find_json_keys(source, options, layout);
  } else {
    const FirstRow first = read_first_row(source, options, *layout);
    layout->header = find_header(source, options, *layout, first);
    layout->columns = static_cast<int>(layout->header ? first.cells.size() : first.usual_columns);
    if (layout->header) {
      for (const std::string& cell : first.cells) layout->column_names.push_back(header_name(cell));
    }
  }
  choose_columns(
      options, layout,
      [&] {
        const auto reader = layout->header ? open_behind_first(source, *layout) : open_records(source.text(), *layout);
        const bool json = layout->format == Format::kJsonl;
        return count_columns(reader.get(), json ? layout->column_names.size() : static_cast<size_t>(layout->columns));
      },
      source.path);
}

}  // namespace fovea::data
