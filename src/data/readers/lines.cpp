#include "data/readers/lines.h"

namespace fovea::data {

bool LineCursor::next(std::string_view* line) {
  if (rest_.empty()) return false;
  const size_t end = rest_.find('\n');
  *line = rest_.substr(0, end);
  if (end == std::string_view::npos) {
    rest_ = {};
  } else {
    rest_.remove_prefix(end + 1);
    if (line->ends_with('\r')) line->remove_suffix(1);
  }
  ++number_;
  return true;
}

bool LineCursor::next_filled(std::string_view* line) {
  while (next(line)) {
    if (line->find_first_not_of(' ') != std::string_view::npos) return true;
  }
  return false;
}

bool PlainLineReader::next(Record* record) {
  std::string_view line;
  if (!lines_.next(&line)) return false;
  *record = Record{};
  record->line = lines_.number();
  record->cells.push_back({line, record->line});
  return true;
}

}  // namespace fovea::data
