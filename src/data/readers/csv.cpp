#include "data/readers/csv.h"

#include <algorithm>

namespace fovea::data {

std::optional<char> declared_separator(std::string_view text) {
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() >= 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
  if (line.size() != 5 || !line.starts_with("sep=")) return std::nullopt;
  return line.back();
}

CsvReader::CsvReader(std::string_view text, char separator) : text_(text), separator_(separator) {
  if (!declared_separator(text)) return;
  at_ = std::min(text.find('\n'), text.size() - 1) + 1;
  line_ = 2;
}

size_t CsvReader::line_end_at(size_t at) const {
  if (at < text_.size() && text_[at] == '\n') return 1;
  if (at + 1 < text_.size() && text_[at] == '\r' && text_[at + 1] == '\n') return 2;
  return 0;
}

bool CsvReader::skip_blank_lines() {
  while (at_ < text_.size()) {
    size_t at = at_;
    while (at < text_.size() && text_[at] == ' ') ++at;
    const size_t end = line_end_at(at);
    if (at < text_.size() && end == 0) return true;
    at_ = at + end;
    ++line_;
  }
  return false;
}

bool CsvReader::next(Record* record) {
  record->cells.clear();
  record->problem.clear();
  unquoted_.clear();
  if (!skip_blank_lines()) return false;
  record->line = line_;
  do {
    if (at_ < text_.size() && text_[at_] == '"') {
      if (!read_quoted(record)) return true;
    } else {
      read_unquoted(record);
    }
  } while (end_cell());
  return true;
}

bool CsvReader::end_cell() {
  if (at_ >= text_.size()) return false;
  if (text_[at_] == separator_) {
    ++at_;
    return true;
  }
  at_ += line_end_at(at_);
  ++line_;
  return false;
}

void CsvReader::read_unquoted(Record* record) {
  const size_t from = at_;
  while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') ++at_;
  if (at_ < text_.size() && text_[at_] == '\n' && at_ > from && text_[at_ - 1] == '\r') --at_;
  record->cells.push_back({text_.substr(from, at_ - from), line_});
}

bool CsvReader::read_quoted(Record* record) {
  const size_t opened = at_;
  const int64_t opened_line = line_;
  size_t close = text_.find('"', opened + 1);
  bool doubled = false;
  while (close != std::string_view::npos && close + 1 < text_.size() && text_[close + 1] == '"') {
    doubled = true;
    close = text_.find('"', close + 2);
  }
  const std::string column = "column " + std::to_string(record->cells.size() + 1);
  if (close == std::string_view::npos) {
    fail(record, column + ": a quote opens here and never closes", opened, opened_line);
    return false;
  }
  const std::string_view inside = text_.substr(opened + 1, close - opened - 1);
  line_ += std::count(inside.begin(), inside.end(), '\n');
  at_ = close + 1;
  while (at_ < text_.size() && (text_[at_] == ' ' || (text_[at_] == '\t' && separator_ != '\t'))) ++at_;
  if (at_ < text_.size() && text_[at_] != separator_ && line_end_at(at_) == 0) {
    const std::string where = line_ == opened_line ? "" : " on line " + std::to_string(line_);
    fail(record, column + ": text follows the quote that closes" + where + " (a quote inside is written twice)", opened,
         opened_line);
    return false;
  }
  if (!doubled) {
    record->cells.push_back({inside, opened_line});
    return true;
  }
  std::string& cell = unquoted_.emplace_back();
  cell.reserve(inside.size());
  for (size_t i = 0; i < inside.size(); ++i) {
    cell += inside[i];
    if (inside[i] == '"') ++i;
  }
  record->cells.push_back({cell, opened_line});
  return true;
}

void CsvReader::fail(Record* record, std::string problem, size_t opened, int64_t opened_line) {
  record->problem = std::move(problem);
  record->problem_line = opened_line;
  record->problem_column = static_cast<int>(record->cells.size()) + 1;
  const size_t end = text_.find('\n', opened);
  at_ = end == std::string_view::npos ? text_.size() : end + 1;
  line_ = opened_line + 1;
}

}  // namespace fovea::data
