#include "data/readers/table.h"

#include <algorithm>

#include "base/errors.h"
#include "base/text.h"
#include "data/readers/collect.h"
#include "data/readers/look.h"
#include "data/readers/messages.h"
#include "data/readers/source.h"

namespace fovea::data {
namespace {

const std::string kUsualPrefix = TableOptions().label_prefix;

void check_options(const std::vector<std::string>& paths, const TableOptions& options) {
  if (paths.empty())
    throw UserError(ExitCode::kUsage, "no file of texts is given", "Name one, or - for standard input.");
  if (std::count(paths.begin(), paths.end(), "-") > 1) {
    throw UserError(ExitCode::kUsage, "-: standard input can be read only once", "Give - one time.");
  }
  if (options.label_prefix.empty() || options.label_prefix.find_first_of(" \t") != std::string::npos) {
    throw UserError(ExitCode::kUsage, "--label-prefix: is empty or holds a blank",
                    "Give what labels begin with, such as __label__.");
  }
  if (options.separator && kSeparators.find(*options.separator) == std::string_view::npos) {
    throw UserError(ExitCode::kUsage,
                    "--delimiter: a comma, a semicolon or a bar separates, not \"" +
                        shown_text(std::string(1, *options.separator)) + "\"",
                    "A file with tabs is TSV: --format tsv.");
  }
}

void check_prefix_applies(const std::string& path, const TableOptions& options, const TableLayout& layout) {
  if (options.label_prefix == kUsualPrefix || layout.format == Format::kLabelPrefix) return;
  throw UserError(ExitCode::kUsage,
                  "--label-prefix cannot apply: the lines of " + shown_path(path) + " do not begin with " +
                      shown_text(options.label_prefix) + " (read as " + format_name(layout.format) + ")",
                  "Leave --label-prefix out, or give the prefix that the file has.");
}

// The layout of a file behind the first one, which must be that of the first.
TableLayout layout_of_further_file(const Source& source, const TableOptions& options, const Table& table) {
  if (fits_layout(source, options, table.layout)) return table.layout;
  TableLayout layout = look_at(source, options, table.layout.format);
  const std::string difference = layout_difference(table.layout, layout);
  if (difference.empty()) return layout;
  throw UserError(ExitCode::kBadData,
                  shown_path(source.path) + ": is not like " + shown_path(table.report.paths[0]) + ": " +
                      layout.describe() + " here, " + table.layout.describe() + " there",
                  "Files that are read together have one layout: convert one of them.");
}

UserError no_rows(const ReadReport& report) {
  std::string what =
      shown_path(report.paths[0]) + (report.paths.size() > 1 ? " and further files: no row" : ": no row");
  what += " with a text was found";
  if (report.empty_texts > 0) what += ", " + counted(report.empty_texts, "text is empty", "texts are empty");
  if (report.bad_rows > 0) {
    const Place& place = report.bad_places[0];
    what += ", " + counted(report.bad_rows, "row is bad", "rows are bad") + ", the first at line " +
            std::to_string(place.line) + ": " + place.reason;
  }
  return UserError(ExitCode::kBadData, what,
                   "Give a file with one text per row; --format, --text-column and --label-column "
                   "say how it is to be read.");
}

// Labels that all hold one more separator are likely two columns in one, and nobody would see it in the texts.
std::string doubt_of_labels(const Table& table) {
  constexpr size_t kFewest = 2;
  const TableLayout& layout = table.layout;
  const bool separated = layout.format == Format::kTsv || layout.format == Format::kCsv;
  if (!separated || layout.multi_label || layout.label_column < 0 || table.rows.size() < kFewest) return "";
  for (const char separator : std::string(kSeparators) + '\t') {
    const auto holds = [&](const Row& row) { return row.label.find(separator) != std::string::npos; };
    if (!std::all_of(table.rows.begin(), table.rows.end(), holds)) continue;
    return shown_path(table.report.paths[0]) + ": every label holds \"" + shown_text(std::string(1, separator)) +
           "\", the first is \"" + shown_text(table.rows[0].label) + "\"; was the table cut at the wrong character?";
  }
  return "";
}

Table read_files(const std::vector<std::string>& paths, const TableOptions& options, const TableLayout* trained) {
  Table table;
  for (const std::string& path : paths) {
    Source source = read_source(path);
    note_source(source, &table.report);
    TableLayout layout;
    if (table.report.paths.size() > 1) {
      layout = layout_of_further_file(source, options, table);
    } else if (trained && fits_layout(source, options, *trained)) {
      layout = *trained;
    } else {
      layout = look_at(source, options, trained ? trained->format : Format::kAuto);
    }
    if (table.report.paths.size() == 1) table.layout = layout;
    collect_rows(&source, layout, options, &table);
  }
  if (table.rows.empty()) throw no_rows(table.report);
  table.report.doubt = doubt_of_labels(table);
  note_unused_columns(table.layout, &table.report);
  return table;
}

}  // namespace

Table read_table(const std::vector<std::string>& paths, const TableOptions& options) {
  check_options(paths, options);
  Table table = read_files(paths, options, nullptr);
  check_prefix_applies(paths[0], options, table.layout);
  return table;
}

Table read_table_like(const std::vector<std::string>& paths, const TableOptions& options, const TableLayout& trained,
                      std::string* difference) {
  check_options(paths, options);
  const bool told = options.format != Format::kAuto || options.separator || options.header ||
                    !options.text_columns.empty() || !options.label_column.empty() ||
                    options.label_prefix != kUsualPrefix;
  TableOptions resolved = options;
  if (options.label_prefix == kUsualPrefix) resolved.label_prefix = trained.label_prefix;
  resolved.multi_label = trained.multi_label;
  resolved.label_separator = trained.label_separator;
  Table table = read_files(paths, resolved, told ? nullptr : &trained);
  check_prefix_applies(paths[0], options, table.layout);
  if (difference) *difference = layout_difference(trained, table.layout);
  return table;
}

}  // namespace fovea::data
