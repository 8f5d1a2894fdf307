// What the columns of a table hold, counted over all rows: the ground on which columns are chosen by looking.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "data/readers/record.h"

namespace fovea::data {

inline constexpr int64_t kMostClasses = 10000;

struct ColumnStats {
  int64_t rows = 0;
  int64_t empty = 0;
  int64_t numbers = 0;                // cells that are a number
  int64_t single = 0;                 // cells without inner white space
  int64_t bytes = 0;                  // of all cells, trimmed
  int64_t repeats = 0;                // cells equal to an earlier one
  std::unordered_set<size_t> values;  // hashes of the different ones, at most kMostClasses + 1
  std::string sample;                 // the first cell that is not empty

  void add(const Cell& cell);
  double mean_bytes() const { return rows ? static_cast<double>(bytes) / static_cast<double>(rows) : 0; }
  int64_t distinct() const { return static_cast<int64_t>(values.size()); }

  // Few different values, short, one word each (or few words, where `spaces` are allowed).
  bool could_be_label(bool spaces) const;
  bool could_be_text() const { return rows > empty && numbers * 2 < rows; }
};

// Of the rows that `reader` still gives and that have `columns` cells.
std::vector<ColumnStats> count_columns(RecordReader* reader, size_t columns);

bool is_number(std::string_view text);

}  // namespace fovea::data
