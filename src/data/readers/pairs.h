// Sentences of two languages that belong together: two plain files of which line n of one is the translation of line n
// of the other, or one table with a column for each.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/errors.h"
#include "data/readers/pair_texts.h"
#include "data/readers/table.h"

namespace fovea::data {

struct Pair {
  std::string source, target;  // valid UTF-8, without white space at either end
  int64_t line = 0;            // from 1, of both files or of the table
};

struct Pairs {
  std::vector<Pair> pairs;
  bool translated = true;  // false: sources alone
  ReadReport report;       // paths, hashes, bytes that were not UTF-8, bad rows of a table
};

struct PairOptions {
  std::string source_column, target_column;  // of a table: names or 1-based numbers; empty: source and target where it
                                             // has such columns, else the first two
  BadRows on_bad_row = BadRows::kStop;       // of a table
  double longest_ratio = 4;                  // data/readers/clean_pairs.h
};

// paths: two files whose lines belong together, or one table (TSV, CSV, JSONL), plain or gzip; "-" is standard input.
// Throws UserError: kUsage for another number of files, kBadData where there is no pair, for files of unequal length,
// with both counts and the first line that one of them lacks, and what read_table() throws.
Pairs read_pairs(const std::vector<std::string>& paths, const PairOptions& options);

// The same of one file that is a table, or else of the sources alone, one a line.
Pairs read_pairs_or_sources(const std::string& path, const PairOptions& options);

// The same one by one, in order; there may be none. `pair` is valid for the call.
using TakePair = std::function<void(const PairView& pair)>;
void for_pairs(const std::vector<std::string>& paths, const PairOptions& options, const SpillOptions& spill,
               const TakePair& take, ReadReport* report);

// Words of a text, as they stand between blanks.
int64_t count_words(std::string_view text);

// That no pair is there, and why.
UserError no_pairs(const std::string& path, const std::string& why = "");

}  // namespace fovea::data
