// Lines end at LF or CRLF and nowhere else: U+0085, U+2028, vertical tab, form feed and a lone CR are part of a text.
#pragma once

#include <cstdint>
#include <string_view>

#include "data/readers/record.h"

namespace fovea::data {

// Walks over the lines of a text; a final line end opens no further line.
class LineCursor {
 public:
  explicit LineCursor(std::string_view text) : rest_(text) {}

  bool next(std::string_view* line);          // without its line end; false at the end
  bool next_filled(std::string_view* line);   // passes over lines that hold nothing but spaces
  int64_t number() const { return number_; }  // 1-based, of the line given last

 private:
  std::string_view rest_;
  int64_t number_ = 0;
};

// Format kLines: every line is a text, the empty ones as well.
class PlainLineReader : public RecordReader {
 public:
  explicit PlainLineReader(std::string_view text) : lines_(text) {}
  bool next(Record* record) override;

 private:
  LineCursor lines_;
};

}  // namespace fovea::data
