#include "data/readers/header.h"

#include <algorithm>
#include <set>

#include "data/readers/messages.h"
#include "data/readers/utf8.h"

namespace fovea::data {
namespace {

constexpr int64_t kRowsLookedThrough = 1000;
constexpr size_t kLongestName = 40;      // bytes
constexpr int64_t kMostWordsOfName = 3;  // "date of review"
constexpr int64_t kRowsForContrast = 10;

bool is_known(std::string_view cell, ColumnRole role) {
  const std::string name = lower_ascii(header_name(cell));
  return std::find(known_names(role).begin(), known_names(role).end(), name) != known_names(role).end();
}

bool could_be_names(const std::vector<std::string>& row) {
  std::set<std::string> different;
  for (const std::string& cell : row) {
    const std::string name = header_name(cell);
    const bool short_enough =
        !name.empty() && name.size() <= kLongestName && std::count(name.begin(), name.end(), ' ') < kMostWordsOfName;
    if (!short_enough || is_number(name) || !different.insert(name).second) return false;
  }
  return true;
}

}  // namespace

const std::vector<std::string>& known_names(ColumnRole role) {
  static const std::vector<std::string> label = {"label", "class", "sentiment"};
  static const std::vector<std::string> text = {"text", "review", "sentence"};
  return role == ColumnRole::kLabel ? label : text;
}

std::string header_name(std::string_view cell) {
  cell = trim_unicode(cell);
  if (cell.size() >= 2 && (cell.front() == '"' || cell.front() == '\'') && cell.back() == cell.front()) {
    cell = trim_unicode(cell.substr(1, cell.size() - 2));
  }
  return repair_utf8(cell, nullptr);
}

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool has_known_name(const std::vector<std::string>& row, ColumnRole role) {
  return std::any_of(row.begin(), row.end(), [&](const std::string& cell) { return is_known(cell, role); });
}

bool known_names_are_values(const std::vector<std::string>& first, RecordReader* rest) {
  std::set<size_t> unmet;  // columns whose known name is not met below
  for (size_t i = 0; i < first.size(); ++i) {
    if (is_known(first[i], ColumnRole::kLabel) || is_known(first[i], ColumnRole::kText)) unmet.insert(i);
  }
  Record record;
  for (int64_t row = 0; row < kRowsLookedThrough && !unmet.empty() && rest->next(&record); ++row) {
    if (!record.problem.empty() || record.cells.size() != first.size()) continue;
    const auto equal = [](const Cell& cell, const std::string& name) { return cell.text == name; };
    if (std::equal(record.cells.begin(), record.cells.end(), first.begin(), equal)) continue;  // files joined by `cat`
    std::erase_if(unmet, [&](size_t i) { return record.cells[i].text == first[i]; });
  }
  return unmet.empty();
}

bool contrasts_with_rows(const std::vector<std::string>& first, const std::vector<ColumnStats>& below) {
  if (first.size() != below.size() || below.empty() || below[0].rows < 2 || !could_be_names(first)) return false;
  bool text_contrast = false, label_contrast = false;
  for (size_t i = 0; i < first.size(); ++i) {
    const ColumnStats& column = below[i];
    const int64_t filled = column.rows - column.empty;
    if (filled >= 2 && column.numbers * 10 >= filled * 9) return true;  // a name above numbers
    const std::string name = header_name(first[i]);
    text_contrast |= name.find(' ') == std::string::npos && column.single * 20 <= column.rows &&
                     column.mean_bytes() >= 4 * static_cast<double>(name.size());
    label_contrast |= column.could_be_label(false) && column.distinct() * 5 <= column.rows &&
                      !column.values.contains(std::hash<std::string_view>{}(trim_unicode(first[i])));
  }
  return text_contrast && label_contrast && below[0].rows >= kRowsForContrast;
}

}  // namespace fovea::data
