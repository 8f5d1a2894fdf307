// fastText's own format: a line begins with `__label__x` (any prefix), the text follows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/readers/lines.h"

namespace fovea::data {

// Rows of two cells, label (without the prefix) and text. A line without a label has an empty one of kind kMissing. One
// with several has a problem, because a model gives one; with `several` allowed the cell reaches from the first label
// (without its prefix) to the last: split_labels() takes it apart.
class LabelPrefixReader : public RecordReader {
 public:
  LabelPrefixReader(std::string_view text, std::string prefix, bool several = false)
      : lines_(text), prefix_(std::move(prefix)), several_(several) {}
  bool next(Record* record) override;

 private:
  LineCursor lines_;
  std::string prefix_;
  bool several_;
};

// "__label__a __label__b some text" → "some text"
std::string_view without_labels(std::string_view line, const std::string& prefix);

// "a __label__b" → "a", "b"
std::vector<std::string> split_labels(std::string_view cell, const std::string& prefix);

}  // namespace fovea::data
