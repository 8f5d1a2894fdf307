// The pairs that a translator is trained on. What cannot be learnt from is left out, counted and named.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/readers/pairs.h"

namespace fovea::data {

// Why pairs were left out, each with the first lines at which it was so.
struct LeftOut {
  const char* why = "";  // "one side is empty"
  int64_t pairs = 0;
  std::vector<int64_t> lines;  // the first five
};

struct CleanPairs {
  PairTexts texts;
  ReadReport report;
  std::vector<LeftOut> left_out;  // those reasons that there were
};

// As read_pairs(), without the pairs that teach nothing: one side empty or both alike, more than 250 words on a side,
// or more than longest_ratio times as many on one side as on the other, where that has more than a few; where a side
// has a word or two, as scripts without blanks have, twice as many bytes decide; or a side in a script that hardly any
// other sentence of that side is in (data/readers/scripts.h). spill: where they go when they are many.
CleanPairs read_clean_pairs(const std::vector<std::string>& paths, const PairOptions& options,
                            const SpillOptions& spill = {});

// "12 pairs are left out: one side is empty (10: lines 5, 6, 9, 12, 20 …), …"; "" of none.
std::string left_out_text(const std::vector<LeftOut>& left_out);

}  // namespace fovea::data
