// fastText's own format: a line begins with `__label__x` (any prefix), the text follows.
#pragma once

#include <string>
#include <string_view>

#include "data/readers/lines.h"

namespace fovea::data {

// Rows of two cells, label (without the prefix) and text. A line without a label has an empty one of kind kMissing; one
// with several labels has a problem, because a model gives one.
class LabelPrefixReader : public RecordReader {
 public:
  LabelPrefixReader(std::string_view text, std::string prefix) : lines_(text), prefix_(std::move(prefix)) {}
  bool next(Record* record) override;

 private:
  LineCursor lines_;
  std::string prefix_;
};

}  // namespace fovea::data
