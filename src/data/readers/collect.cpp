#include "data/readers/collect.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <optional>

#include "base/errors.h"
#include "base/text.h"
#include "data/readers/label_prefix.h"
#include "data/readers/messages.h"
#include "data/readers/record.h"
#include "data/readers/utf8.h"

namespace fovea::data {
namespace {

constexpr size_t kListedPlaces = 5;
constexpr int64_t kMostReservedRows = int64_t{1} << 22;  // rows beyond it cost a copy of the row table

struct Trouble {
  std::string reason;  // empty: none
  int64_t line = 0;
  int column = 0;
  bool extra_columns = false;
};

const char* kind_words(CellKind kind) {
  switch (kind) {
    case CellKind::kText:
      return "is a text";
    case CellKind::kNumber:
      return "is a number, not a text";
    case CellKind::kBoolean:
      return "is true or false, not a text";
    case CellKind::kNull:
      return "is null";
    case CellKind::kObject:
      return "is an object";
    case CellKind::kArray:
      return "is a list";
    case CellKind::kMixedArray:
      return "is a list that holds lists, objects or nulls";
    case CellKind::kMissing:
      return "is missing";
    case CellKind::kTwice:
      return "occurs twice";
  }
  return "";
}

class RowCollector {
 public:
  RowCollector(const Source& source, const TableLayout& layout, const TableOptions& options, Table* table)
      : source_(source), layout_(layout), options_(options), table_(*table) {}

  void collect();

 private:
  void repair(Record* record);
  void take(const Record& record);
  Trouble find_trouble(const Record& record) const;
  Trouble find_label_trouble(const Cell& cell) const;
  Trouble find_weight_trouble(const Cell& cell) const;
  bool repeats_header(const Record& record) const;
  void refuse(const Trouble& trouble);
  std::string join_text(const Record& record) const;
  std::vector<std::string> labels_of(const Cell& cell) const;

  const Source& source_;
  const TableLayout& layout_;
  const TableOptions& options_;
  Table& table_;
  int64_t fine_rows_ = 0;             // of this file so far, empty texts included
  std::vector<std::string> header_;   // its cells as they stand
  std::deque<std::string> repaired_;  // cells of the row at hand
};

void RowCollector::collect() {
  const auto reader = open_records(source_.text(), layout_);
  Record record;
  bool header = layout_.header;
  while (reader->next(&record)) {
    if (!source_.is_utf8 && record.problem.empty()) repair(&record);
    if (header && record.problem.empty()) {
      header = false;
      for (const Cell& cell : record.cells) header_.emplace_back(cell.text);
      continue;
    }
    take(record);
  }
}

void RowCollector::repair(Record* record) {
  repaired_.clear();
  for (size_t column = 0; column < record->cells.size(); ++column) {
    Cell& cell = record->cells[column];
    if (is_utf8(cell.text)) continue;
    std::vector<int64_t> offsets;
    repaired_.push_back(repair_utf8(cell.text, &table_.report.bad_bytes, &offsets, kListedPlaces));
    for (const int64_t offset : offsets) {
      if (table_.report.bad_byte_places.size() >= kListedPlaces) break;
      const int64_t line = cell.line + std::count(cell.text.begin(), cell.text.begin() + offset, '\n');
      table_.report.bad_byte_places.push_back(
          {source_.path, line, static_cast<int>(column) + 1, "a byte that is not UTF-8"});
    }
    cell.text = repaired_.back();
  }
}

// Files joined by `cat` carry their headers along.
bool RowCollector::repeats_header(const Record& record) const {
  return std::equal(record.cells.begin(), record.cells.end(), header_.begin(), header_.end(),
                    [](const Cell& cell, const std::string& name) { return cell.text == name; });
}

Trouble RowCollector::find_label_trouble(const Cell& cell) const {
  const std::string column = shown_column(layout_, layout_.label_column);
  const Trouble trouble{"", cell.line, layout_.format == Format::kJsonl ? 0 : layout_.label_column + 1};
  const auto because = [&](const std::string& reason) {
    return Trouble{column + reason, trouble.line, trouble.column};
  };
  const bool missing = cell.kind == CellKind::kMissing;
  if (missing && !options_.labels_required) return {};
  if (missing && layout_.format == Format::kLabelPrefix) {
    return {"does not begin with a label (" + shown_text(layout_.label_prefix) + "…)", cell.line, 1};
  }
  const auto broken = [&](std::string_view text) {
    if (text.find_first_of(std::string_view("\n\r\0", 3)) == std::string_view::npos) return Trouble{};
    return because(" holds a line break or a NUL: \"" + shown_text(text) + "\"");
  };
  if (layout_.multi_label && cell.kind == CellKind::kArray) return broken(cell.text);
  if (cell.kind != CellKind::kText && cell.kind != CellKind::kNumber && cell.kind != CellKind::kBoolean) {
    return because(std::string(" ") + kind_words(cell.kind));
  }
  const std::string_view label = trim_unicode(cell.text);
  const bool may_be_empty = layout_.multi_label && layout_.format != Format::kLabelPrefix;
  if (label.empty()) return options_.labels_required && !may_be_empty ? because(" is empty") : Trouble{};
  return broken(label);
}

// A number from 0, plainly written.
bool parse_weight(std::string_view text, double* weight) {
  text = trim_unicode(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *weight);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(*weight) && *weight >= 0;
}

Trouble RowCollector::find_weight_trouble(const Cell& cell) const {
  double weight = 0;
  if ((cell.kind == CellKind::kText || cell.kind == CellKind::kNumber) && parse_weight(cell.text, &weight)) return {};
  const bool written = cell.kind == CellKind::kText || cell.kind == CellKind::kNumber;
  return {shown_column(layout_, layout_.weight_column) +
              (written ? " is not a number from 0: \"" + shown_text(cell.text) + "\""
                       : std::string(" ") + kind_words(cell.kind)),
          cell.line, layout_.format == Format::kJsonl ? 0 : layout_.weight_column + 1};
}

Trouble RowCollector::find_trouble(const Record& record) const {
  if (!record.problem.empty()) return {record.problem, record.problem_line, record.problem_column};
  if (layout_.columns > 0 && static_cast<int>(record.cells.size()) != layout_.columns) {
    const int64_t has = static_cast<int64_t>(record.cells.size());
    return {"has " + counted(has, "column", "columns") + " instead of " + std::to_string(layout_.columns), record.line,
            0, has > layout_.columns};
  }
  if (layout_.label_column >= 0) {
    const Cell& label = record.cells[static_cast<size_t>(layout_.label_column)];
    Trouble trouble = find_label_trouble(label);
    if (!trouble.reason.empty()) return trouble;
  }
  for (const int column : layout_.text_columns) {
    const Cell& cell = record.cells[static_cast<size_t>(column)];
    if (cell.kind == CellKind::kText) continue;
    const int shown = layout_.format == Format::kJsonl ? 0 : column + 1;
    return {shown_column(layout_, column) + " " + kind_words(cell.kind), cell.line, shown};
  }
  if (layout_.header && repeats_header(record)) return {"repeats the header", record.line, 0};
  if (layout_.weight_column >= 0) return find_weight_trouble(record.cells[static_cast<size_t>(layout_.weight_column)]);
  return {};
}

void RowCollector::refuse(const Trouble& trouble) {
  if (options_.on_bad_row == BadRows::kStop) {
    std::string remedy;
    if (fine_rows_ > 0) remedy = counted(fine_rows_, "row before it is fine. ", "rows before it are fine. ");
    if (trouble.extra_columns && layout_.format == Format::kCsv) {
      remedy += "A text that holds the separator goes into double quotes: \"good, not great\". ";
    }
    remedy += "Mend the row, or leave such rows out with --on-bad-row skip.";
    throw UserError(ExitCode::kBadData, shown_place(source_.path, trouble.line) + ": " + trouble.reason, remedy);
  }
  ++table_.report.bad_rows;
  if (table_.report.bad_places.size() < kListedPlaces) {
    table_.report.bad_places.push_back({source_.path, trouble.line, trouble.column, trouble.reason});
  }
}

std::string RowCollector::join_text(const Record& record) const {
  std::string text;
  for (const int column : layout_.text_columns) {
    const std::string_view cell = record.cells[static_cast<size_t>(column)].text;
    if (!text.empty() && !cell.empty()) text += ' ';
    text += cell;
  }
  return text;
}

void RowCollector::take(const Record& record) {
  const Trouble trouble = find_trouble(record);
  if (!trouble.reason.empty()) {
    refuse(trouble);
    return;
  }
  ++fine_rows_;
  Row row;
  row.text = join_text(record);
  if (trim_unicode(row.text).empty()) {
    ++table_.report.empty_texts;
    if (!options_.keep_empty) return;
  }
  if (layout_.label_column >= 0) {
    const Cell& cell = record.cells[static_cast<size_t>(layout_.label_column)];
    if (layout_.multi_label) {
      row.labels = labels_of(cell);
      row.label = join_labels(row.labels);
    } else {
      row.label = trim_unicode(cell.text);
    }
  }
  if (layout_.weight_column >= 0) {
    parse_weight(record.cells[static_cast<size_t>(layout_.weight_column)].text, &row.weight);
  }
  row.line = record.line;
  row.file = static_cast<int>(table_.report.paths.size()) - 1;
  table_.rows.push_back(std::move(row));
  ++table_.report.rows;
}

// The texts of a list as Python and JSON print it, "['bad', 'slow']"; nullopt where `cell` is none of quoted texts.
std::optional<std::vector<std::string>> printed_list(std::string_view cell) {
  cell = trim_unicode(cell);
  if (!cell.starts_with('[') || !cell.ends_with(']') || cell.size() < 2) return std::nullopt;
  cell = trim_unicode(cell.substr(1, cell.size() - 2));
  std::vector<std::string> texts;
  while (!cell.empty()) {
    const char quote = cell.front();
    if (quote != '\'' && quote != '"') return std::nullopt;
    std::string& text = texts.emplace_back();
    size_t end = 1;
    for (; end < cell.size() && cell[end] != quote; ++end) {
      if (cell[end] == '\\' && end + 1 < cell.size()) ++end;
      text += cell[end];
    }
    if (end == cell.size()) return std::nullopt;
    cell = trim_unicode(cell.substr(end + 1));
    if (cell.empty()) break;
    if (cell.front() != ',') return std::nullopt;
    cell = trim_unicode(cell.substr(1));
  }
  return texts;
}

// Sorted, no two equal.
std::vector<std::string> RowCollector::labels_of(const Cell& cell) const {
  std::vector<std::string> labels;
  if (layout_.format == Format::kLabelPrefix) {
    labels = split_labels(cell.text, layout_.label_prefix);
  } else if (auto list = cell.kind == CellKind::kText ? printed_list(cell.text) : std::nullopt) {
    for (const std::string& label : *list) {
      if (!trim_unicode(label).empty()) labels.emplace_back(trim_unicode(label));
    }
  } else {
    const std::string separator = cell.kind == CellKind::kArray ? std::string(1, kListEnd) : layout_.label_separator;
    for (size_t begin = 0; begin <= cell.text.size();) {
      const size_t end = std::min(cell.text.find(separator, begin), cell.text.size());
      const std::string_view label = trim_unicode(cell.text.substr(begin, end - begin));
      if (!label.empty()) labels.emplace_back(label);
      begin = end + separator.size();
    }
  }
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

// A JSON parser refuses bad bytes, so they are replaced before; columns are then not known.
void repair_whole(Source* source, ReadReport* report) {
  std::vector<int64_t> offsets;
  const std::string_view bytes = source->bytes.all();
  SpilledBytes repaired;
  repaired.add(repair_utf8(bytes, &report->bad_bytes, &offsets, kListedPlaces));
  for (const int64_t offset : offsets) {
    if (report->bad_byte_places.size() >= kListedPlaces) break;
    const int64_t line = 1 + std::count(bytes.begin(), bytes.begin() + offset, '\n');
    report->bad_byte_places.push_back({source->path, line, 0, "a byte that is not UTF-8"});
  }
  source->bytes = std::move(repaired);
  source->is_utf8 = true;
}

}  // namespace

std::string join_labels(const std::vector<std::string>& labels) {
  std::string joined;
  for (const std::string& label : labels) joined += (joined.empty() ? "" : ", ") + label;
  return joined;
}

void note_source(const Source& source, ReadReport* report) {
  report->paths.push_back(source.path);
  report->sha256.push_back(source.sha256);
  report->had_bom |= source.had_bom;
  report->had_crlf |= source.had_crlf;
}

void collect_rows(Source* source, const TableLayout& layout, const TableOptions& options, Table* table) {
  if (layout.format == Format::kJsonl && !source->is_utf8) repair_whole(source, &table->report);
  const std::string_view text = source->text();
  const int64_t lines = std::count(text.begin(), text.end(), '\n') + 1;
  if (table->rows.empty()) table->rows.reserve(static_cast<size_t>(std::min(lines, kMostReservedRows)));
  RowCollector(*source, layout, options, table).collect();
}

void note_unused_columns(const TableLayout& layout, ReadReport* report) {
  const int named = static_cast<int>(layout.column_names.size());
  for (int column = 0; column < std::max(layout.columns, named); ++column) {
    const auto& texts = layout.text_columns;
    if (column == layout.label_column || column == layout.weight_column ||
        std::find(texts.begin(), texts.end(), column) != texts.end())
      continue;
    report->unused_columns.push_back(column < named ? layout.column_names[static_cast<size_t>(column)]
                                                    : "column " + std::to_string(column + 1));
  }
}

}  // namespace fovea::data
