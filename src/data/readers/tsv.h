// Tab-separated values. There is no quoting: a quote is an ordinary byte. A first line "sep=",
// which tells Excel that tabs separate, is no row.
#pragma once

#include <string_view>

#include "data/readers/lines.h"

namespace fovea::data {

class TsvReader : public RecordReader {
 public:
  explicit TsvReader(std::string_view text);
  bool next(Record* record) override;

 private:
  LineCursor lines_;
};

}  // namespace fovea::data
