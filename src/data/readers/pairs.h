// Sentences of two languages that belong together: two plain files of which line n of one is the translation of line n
// of the other, or one table with a column for each. What cannot be learnt from is left out, counted and named.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/readers/table.h"

namespace fovea::data {

struct Pair {
  std::string source, target;  // valid UTF-8, without white space at either end
  int64_t line = 0;            // from 1, of both files or of the table
};

// Why pairs were left out, each with the first lines at which it was so.
struct LeftOut {
  const char* why = "";  // "one side is empty"
  int64_t pairs = 0;
  std::vector<int64_t> lines;  // the first five
};

struct Pairs {
  std::vector<Pair> pairs;
  bool translated = true;         // false: sources alone
  ReadReport report;              // paths, hashes, bytes that were not UTF-8, bad rows of a table
  std::vector<LeftOut> left_out;  // those reasons that there were
};

struct PairOptions {
  std::string source_column, target_column;  // of a table: names or 1-based numbers; empty: source and target where it
                                             // has such columns, else the first two
  BadRows on_bad_row = BadRows::kStop;       // of a table
  // Pairs that teach nothing are left out: one side empty or both alike, more words than most_words on a side, or more
  // than longest_ratio times as many on one side as on the other, where that has more than a few; where a side has a
  // word or two, as scripts without blanks have, twice as many bytes decide. For training only.
  bool clean = false;
  int64_t most_words = 250;
  double longest_ratio = 4;
};

// paths: two files whose lines belong together, or one table (TSV, CSV, JSONL), plain or gzip; "-" is standard input.
// An empty side is kept where `clean` is not set. Throws UserError: kUsage for another number of files, kBadData for
// files of unequal length, with both counts and the first line that one of them lacks, and what read_table() throws.
Pairs read_pairs(const std::vector<std::string>& paths, const PairOptions& options);

// The same of one file that is a table, or else of the sources alone, one a line.
Pairs read_pairs_or_sources(const std::string& path, const PairOptions& options);

// "12 pairs are left out: one side is empty (10: lines 5, 6, 9, 12, 20 …), …"; "" of none.
std::string left_out_text(const std::vector<LeftOut>& left_out);

}  // namespace fovea::data
