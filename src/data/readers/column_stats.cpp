#include "data/readers/column_stats.h"

#include <algorithm>
#include <functional>

#include "data/readers/messages.h"

namespace fovea::data {
namespace {

constexpr double kLabelBytes = 24;  // mean length up to which one word can be a label ("cs.LG", "not_recommended")
constexpr double kSpacedLabelBytes = 40;  // the same for labels of several words ("Company Acquisition")
constexpr int64_t kFewRows = 20;          // below, "few different values" says nothing
constexpr size_t kShownBytes = 200;

}  // namespace

bool is_number(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  bool digit = false, point = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digit = true;
    } else if (c == '.' && !point) {
      point = true;
    } else {
      return false;
    }
  }
  return digit;
}

void ColumnStats::add(const Cell& cell) {
  ++rows;
  const bool readable =
      cell.kind == CellKind::kText || cell.kind == CellKind::kNumber || cell.kind == CellKind::kBoolean;
  const std::string_view text = readable ? trim_unicode(cell.text) : std::string_view();
  if (text.empty()) {
    ++empty;
    return;
  }
  if (sample.empty()) sample = text.substr(0, kShownBytes);
  bytes += static_cast<int64_t>(text.size());
  numbers += cell.kind != CellKind::kText || is_number(text);
  single += text.find_first_of(" \t\n") == std::string_view::npos;
  const size_t hash = std::hash<std::string_view>{}(text);
  if (distinct() <= kMostClasses) {
    repeats += !values.insert(hash).second;
  } else {
    repeats += values.contains(hash);
  }
}

bool ColumnStats::could_be_label(bool spaces) const {
  if (rows == empty || empty * (rows < kFewRows ? 2 : 10) > rows || distinct() > kMostClasses) return false;
  if (rows >= kFewRows && distinct() * 2 > rows) return false;
  if (spaces) return mean_bytes() <= kSpacedLabelBytes && rows >= kFewRows && distinct() * 5 <= rows;
  return mean_bytes() <= kLabelBytes && single * 10 >= (rows - empty) * 9;
}

std::vector<ColumnStats> count_columns(RecordReader* reader, size_t columns) {
  std::vector<ColumnStats> stats(columns);
  Record record;
  while (reader->next(&record)) {
    if (!record.problem.empty() || record.cells.size() != columns) continue;
    for (size_t i = 0; i < columns; ++i) stats[i].add(record.cells[i]);
  }
  return stats;
}

}  // namespace fovea::data
