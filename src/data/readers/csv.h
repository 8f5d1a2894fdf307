// Values separated by commas (or another character) as in RFC 4180: quoted cells may hold separators, doubled quotes
// and line ends. A quote inside an unquoted cell is an ordinary byte.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "data/readers/record.h"

namespace fovea::data {

// The separator that a first line "sep=;" names (one character, in quotes or not); nullopt where there is none.
std::optional<char> declared_separator(std::string_view text);

// After a row with a problem reading goes on at the line after the one where the wrong quote opened, so that one stray
// quote costs one row and not the rest of the file. Cost stays O(size).
class CsvReader : public RecordReader {
 public:
  // A first line "sep=;", by which Excel is told the separator, is no row.
  CsvReader(std::string_view text, char separator);
  bool next(Record* record) override;

 private:
  bool skip_blank_lines();
  bool read_quoted(Record* record);  // false: a problem was noted
  void read_unquoted(Record* record);
  bool end_cell();  // steps over the separator (true: another cell follows) or the line end
  void fail(Record* record, std::string problem, size_t opened, int64_t opened_line);
  size_t line_end_at(size_t at) const;  // bytes of the line end at `at`: 0, 1 or 2; the end of the text counts as none

  std::string_view text_;
  char separator_;
  size_t at_ = 0;
  int64_t line_ = 1;                  // of at_
  std::deque<std::string> unquoted_;  // cells with doubled quotes, of the row given last
};

}  // namespace fovea::data
