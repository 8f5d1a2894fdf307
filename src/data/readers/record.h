// A row before anyone knows what its cells mean, and the one interface by which every format gives rows.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/readers/table.h"

namespace fovea::data {

// What a cell holds; all but kText occur in JSONL alone. A kArray holds nothing but scalars, a kMixedArray also lists,
// objects or nulls.
enum class CellKind : uint8_t { kText, kNumber, kBoolean, kNull, kObject, kArray, kMixedArray, kMissing, kTwice };

// Stands after each element in the text of a list.
inline constexpr char kListEnd = '\x1e';

// `text` points into the file's bytes or into the reader, and lives until the next call of next().
struct Cell {
  std::string_view text;
  int64_t line = 0;  // where the cell begins
  CellKind kind = CellKind::kText;
};

struct Record {
  int64_t line = 0;  // where the row begins
  std::vector<Cell> cells;
  std::string problem;       // not empty: the row cannot be read, and why; `cells` is then not to be used
  int64_t problem_line = 0;  // where that is
  int problem_column = 0;    // 1-based; 0: not known
};

// Gives the rows of one text, in order. Blank lines are no rows, except in kLines, where each line is a text.
class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // False at the end. A row with a problem is given, too; reading goes on after it.
  virtual bool next(Record* record) = 0;
};

// The reader for layout.format (not kAuto). `text` must outlive it. Takes from the layout what that format needs: the
// separator, the label prefix, the JSONL keys.
std::unique_ptr<RecordReader> open_records(std::string_view text, const TableLayout& layout);

}  // namespace fovea::data
