// JSON lines: one object per line. Only the top level is looked at; nested values of other keys are passed over.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/readers/lines.h"

namespace fovea::data {

// The keys of the JSON object `line`, in order, each once; empty when `line` is no JSON object.
std::vector<std::string> json_keys(std::string_view line);

// Rows with one cell per key of `keys`, in their order; numbers keep their text ("1.50" stays so).
class JsonlReader : public RecordReader {
 public:
  JsonlReader(std::string_view text, const std::vector<std::string>& keys);
  bool next(Record* record) override;

  struct Value {
    std::string text;
    CellKind kind = CellKind::kMissing;
  };

 private:
  LineCursor lines_;
  std::unordered_map<std::string, size_t> index_;
  std::vector<Value> values_;  // of the row given last
};

}  // namespace fovea::data
