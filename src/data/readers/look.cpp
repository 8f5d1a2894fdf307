#include "data/readers/look.h"

#include <algorithm>

#include "base/errors.h"
#include "data/readers/columns.h"
#include "data/readers/detect.h"
#include "data/readers/header.h"
#include "data/readers/jsonl.h"
#include "data/readers/messages.h"

namespace fovea::data {
namespace {

Detected find_format(const Source& source, const TableOptions& options, Format expected) {
  if (options.format == Format::kAuto) return detect_format(source, options, expected);
  Detected told{.format = options.format};
  if (told.format == Format::kCsv) told.separator = options.separator.value_or(detect_separator(source.text()));
  return told;
}

bool has_keys(const Source& source, const TableLayout& known) {
  LineCursor lines(source.text());
  std::string_view line;
  if (!lines.next_filled(&line)) return false;
  const std::vector<std::string> keys = json_keys(line);
  const auto has = [&](int column) {
    return std::find(keys.begin(), keys.end(), known.column_names[static_cast<size_t>(column)]) != keys.end();
  };
  return std::all_of(known.text_columns.begin(), known.text_columns.end(), has) &&
         (known.label_column < 0 || has(known.label_column));
}

bool has_columns(const Source& source, const TableLayout& known) {
  const auto reader = open_records(source.text(), known);
  Record record;
  do {
    if (!reader->next(&record)) return false;
  } while (!record.problem.empty());
  std::vector<std::string> cells;
  for (const Cell& cell : record.cells) cells.push_back(header_name(cell.text));
  if (known.header) return cells == known.column_names;
  const bool named = has_known_name(cells, ColumnRole::kLabel) || has_known_name(cells, ColumnRole::kText);
  return static_cast<int>(cells.size()) == known.columns && !named;
}

// Without a header two files may have their columns swapped: where looking chose a column of the known layout, looking
// at this file must not choose another one. What it cannot decide is taken to be alike.
bool looks_alike(const Source& source, const TableOptions& options, const TableLayout& known) {
  if (known.header || !known.looked) return true;
  try {
    return layout_difference(known, look_at(source, options, known.format)).empty();
  } catch (const UserError&) {
    return true;
  }
}

}  // namespace

TableLayout look_at(const Source& source, const TableOptions& options, Format expected) {
  const Detected detected = find_format(source, options, expected);
  if (detected.format == Format::kAuto) {
    throw UserError(
        ExitCode::kBadData,
        shown_path(source.path) + ": no labels found: its lines do not begin with " + shown_text(options.label_prefix) +
            ", and no tab, comma, semicolon or bar cuts them into equal columns",
        "Give __label__ lines, TSV (text, tab, label), CSV or JSONL; --format says which where looking fails.");
  }
  TableLayout layout;
  layout.multi_label = options.multi_label;
  layout.label_separator = options.label_separator;
  layout.format = detected.format;
  layout.separator = detected.separator;
  find_columns(source, options, &layout);
  return layout;
}

Looks look_of_lines(const std::string& path, std::string_view bytes, const TableLayout& trained) {
  constexpr size_t kLookedAtBytes = size_t{1} << 20;
  if (bytes.size() > kLookedAtBytes) bytes = bytes.substr(0, bytes.rfind('\n', kLookedAtBytes));
  TableOptions options;
  options.labels_required = false;
  options.label_prefix = trained.label_prefix;
  try {
    const Source source = make_source(path, bytes, "");
    if (trained.header && fits_layout(source, options, trained)) return Looks::kTrainedTable;
    const Detected detected = detect_format(source, options);
    const bool separated = detected.format == Format::kTsv || detected.format == Format::kCsv;
    return detected.format == Format::kJsonl || (separated && detected.regular) ? Looks::kTable : Looks::kLines;
  } catch (const UserError&) {
    return Looks::kLines;  // what cannot be read at all is told by who reads it
  }
}

bool fits_layout(const Source& source, const TableOptions& options, const TableLayout& known) {
  TableOptions as_known = options;
  as_known.label_prefix = known.label_prefix;
  const Detected detected = find_format(source, as_known, known.format);
  if (detected.format != known.format) return false;
  if (known.format == Format::kLabelPrefix || known.format == Format::kLines) return true;
  if (known.format == Format::kJsonl) return has_keys(source, known);
  return detected.separator == known.separator && has_columns(source, known) && looks_alike(source, options, known);
}

}  // namespace fovea::data
