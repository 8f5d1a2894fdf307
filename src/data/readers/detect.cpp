#include "data/readers/detect.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/errors.h"
#include "data/readers/csv.h"
#include "data/readers/header.h"
#include "data/readers/jsonl.h"
#include "data/readers/messages.h"
#include "data/readers/tsv.h"

namespace fovea::data {
namespace {

constexpr size_t kSampleBytes = size_t{1} << 20;
constexpr int64_t kRowsWithoutName = 10;
constexpr int64_t kSampleRows = 1000;  // enough to outvote a few bad rows; read in a few milliseconds

// How evenly a reader cuts the first rows into columns.
struct Cut {
  int64_t rows = 0;
  size_t columns = 0;  // the most frequent number
  double share = 0;    // of rows that have it
  std::vector<std::string> first;

  bool plausible() const { return columns >= 2 && share > 0.5; }
  bool perfect() const { return columns >= 2 && share == 1.0; }
  int names() const {  // how many of the two known names the first row holds
    return has_known_name(first, ColumnRole::kLabel) + has_known_name(first, ColumnRole::kText);
  }
};

Cut try_cut(RecordReader* reader) {
  Cut cut;
  Record record;
  std::map<size_t, int64_t> counts;
  while (cut.rows < kSampleRows && reader->next(&record)) {
    if (++cut.rows == 1) {
      for (const Cell& cell : record.cells) cut.first.emplace_back(cell.text);
    }
    ++counts[record.problem.empty() ? record.cells.size() : 0];
  }
  for (const auto& [columns, rows] : counts) {
    if (columns == 0 || rows <= cut.share * static_cast<double>(cut.rows)) continue;
    cut.columns = columns;
    cut.share = static_cast<double>(rows) / static_cast<double>(cut.rows);
  }
  return cut;
}

Cut try_csv(std::string_view text, char separator) {
  CsvReader reader(text, separator);
  return try_cut(&reader);
}

// Whether every comma stands between two digits, as in "3,10": they may be decimal commas, and another character the
// separator.
bool has_decimal_commas_only(std::string_view text) {
  const auto is_digit = [&](size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  text = text.substr(0, kSampleBytes);
  size_t comma = text.find(',');
  if (comma == std::string_view::npos) return false;
  for (; comma != std::string_view::npos; comma = text.find(',', comma + 1)) {
    if (comma == 0 || !is_digit(comma - 1) || !is_digit(comma + 1)) return false;
  }
  return true;
}

// Another character than the comma separates only where nothing else could be meant: both names are in the first row,
// or every row is cut alike by it and not by commas (a text may hold some, and numbers may have decimal commas).
// Without a name that says CSV that takes more rows: each of two sentences may well hold one semicolon.
bool is_certain(const Cut& cut, const Cut& commas, std::string_view text, bool named_csv) {
  if (cut.names() == 2 && commas.names() < 2) return true;
  if (!cut.perfect() || cut.rows < (named_csv ? 2 : kRowsWithoutName)) return false;
  return !commas.perfect() || has_decimal_commas_only(text);
}

// The separator other than the comma that is certain; nullopt: none. Of two the one that cuts into more columns.
std::optional<char> certain_separator(std::string_view text, const Cut& commas, bool named_csv) {
  std::optional<char> found;
  size_t most = 0;
  for (const char separator : kSeparators.substr(1)) {
    const Cut cut = try_csv(text, separator);
    if (!is_certain(cut, commas, text, named_csv) || cut.columns <= most) continue;
    found = separator;
    most = cut.columns;
  }
  return found;
}

bool is_separator(char byte) {
  return kSeparators.find(byte) != std::string_view::npos;
}

Detected csv_by(char separator, std::string_view text) {
  return {.format = Format::kCsv, .separator = separator, .regular = try_csv(text, separator).plausible()};
}

bool has_label_prefix(std::string_view text, const std::string& prefix) {
  LineCursor lines(text);
  std::string_view line;
  int64_t rows = 0, prefixed = 0;
  while (rows < kSampleRows && lines.next_filled(&line)) {
    ++rows;
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    prefixed += line.starts_with(prefix);
  }
  return prefixed * 2 > rows;
}

UserError not_json_lines(const Source& source, const char* what) {
  return UserError(
      ExitCode::kBadData, shown_path(source.path) + ": " + what,
      "JSONL holds one object per line. Convert it: jq -c '.[]' FILE > NEW.jsonl (a list) or jq -c . FILE > "
      "NEW.jsonl (objects over several lines).");
}

bool is_jsonl(const Source& source) {
  LineCursor lines(source.text());
  std::string_view first;
  if (!lines.next_filled(&first)) return false;
  const std::string_view name = source.name();
  const bool named = name.ends_with(".jsonl") || name.ends_with(".ndjson") || name.ends_with(".json");
  first = trim_unicode(first);
  std::string_view second;
  const bool more = lines.next_filled(&second);
  second = trim_unicode(second);
  if (first == "[" ? second.starts_with('{') : named && first.starts_with('[')) {
    throw not_json_lines(source, "is one JSON list, not one object per line");
  }
  if (first == "{" && more && second.starts_with('"')) {
    throw not_json_lines(source, "is JSON with one object over several lines");
  }
  return named || (first.starts_with('{') && !json_keys(first).empty());
}

Format choose_separated(const Cut& tabs, const Cut& commas, std::string_view name, Format expected) {
  if (tabs.names() > 0 && tabs.columns >= 2 && tabs.names() >= commas.names()) return Format::kTsv;
  if (commas.names() == 2) return Format::kCsv;
  const bool tabs_fit = tabs.plausible(), commas_fit = commas.plausible();
  if (tabs_fit != commas_fit) return tabs_fit ? Format::kTsv : Format::kCsv;
  if (tabs.perfect() != commas.perfect()) return tabs.perfect() ? Format::kTsv : Format::kCsv;
  const bool named_tsv = name.ends_with(".tsv") || name.ends_with(".tab");
  if (tabs_fit && named_tsv) return Format::kTsv;
  if ((expected == Format::kTsv && tabs_fit) || (expected == Format::kCsv && commas_fit)) return expected;
  if (name.ends_with(".csv")) return Format::kCsv;
  if (!tabs_fit && !named_tsv) return Format::kAuto;
  return Format::kTsv;
}

// Sentences hold commas, too: where plain lines are allowed, commas count only with a name or a header that says so.
bool could_be_lines(Format format, const Cut& tabs, const Cut& commas, std::string_view name, Format expected) {
  if (format == expected || format == Format::kAuto) return format == Format::kAuto;
  if (format == Format::kTsv) {
    const bool named = name.ends_with(".tsv") || name.ends_with(".tab");
    return !(named || tabs.names() > 0 || (tabs.perfect() && tabs.rows >= 2));
  }
  return !name.ends_with(".csv") && commas.names() == 0;
}

}  // namespace

char detect_separator(std::string_view text) {
  if (const auto declared = declared_separator(text); declared && is_separator(*declared)) return *declared;
  return certain_separator(text, try_csv(text, ','), true).value_or(kSeparators.front());
}

Detected detect_format(const Source& source, const TableOptions& options, Format expected) {
  const std::string_view text = source.text();
  if (options.separator) return csv_by(*options.separator, text);
  if (is_jsonl(source)) return {.format = Format::kJsonl};
  if (has_label_prefix(text, options.label_prefix)) return {.format = Format::kLabelPrefix};
  TsvReader by_tabs(text);
  const Cut tabs = try_cut(&by_tabs);
  if (const auto declared = declared_separator(text)) {
    if (*declared == '\t') return {.format = Format::kTsv, .regular = tabs.plausible()};
    if (is_separator(*declared)) return csv_by(*declared, text);
  }
  const Cut commas = try_csv(text, ',');
  const std::string_view name = source.name();
  if (!tabs.perfect() && tabs.names() == 0) {
    const bool named = name.ends_with(".csv");
    const auto other = certain_separator(text, commas, named);
    // Plain lines may all hold one bar: where they are allowed, a name must say that they are none.
    if (other && (named || options.labels_required || expected == Format::kCsv || try_csv(text, *other).names() > 0))
      return csv_by(*other, text);
  }
  const Format format = choose_separated(tabs, commas, name, expected);
  if (!options.labels_required && could_be_lines(format, tabs, commas, name, expected)) {
    return {.format = Format::kLines};
  }
  return {.format = format, .regular = format == Format::kTsv ? tabs.plausible() : commas.plausible()};
}

}  // namespace fovea::data
