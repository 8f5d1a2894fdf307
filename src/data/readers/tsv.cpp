#include "data/readers/tsv.h"

#include "data/readers/csv.h"

namespace fovea::data {

TsvReader::TsvReader(std::string_view text) : lines_(text) {
  std::string_view line;
  if (declared_separator(text) == '\t') lines_.next(&line);
}

bool TsvReader::next(Record* record) {
  std::string_view line;
  if (!lines_.next_filled(&line)) return false;
  record->line = lines_.number();
  record->cells.clear();
  record->problem.clear();
  size_t from = 0;
  while (true) {
    const size_t tab = line.find('\t', from);
    record->cells.push_back({line.substr(from, tab - from), record->line});
    if (tab == std::string_view::npos) return true;
    from = tab + 1;
  }
}

}  // namespace fovea::data
