// Tab-separated values. There is no quoting: a quote is an ordinary byte.
#pragma once

#include <string_view>

#include "data/readers/lines.h"

namespace fovea::data {

class TsvReader : public RecordReader {
 public:
  explicit TsvReader(std::string_view text) : lines_(text) {}
  bool next(Record* record) override;

 private:
  LineCursor lines_;
};

}  // namespace fovea::data
