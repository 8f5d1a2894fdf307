// Single texts that say in words what the means say in numbers: one as most are, and the one where the map is most in
// the wrong. Chosen by rule, not for their looks.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "audit/material.h"

namespace fovea::audit {

struct Example {
  enum class Kind {
    kTypical,  // right, and of the middle comprehensiveness of those that are
    kOdd,      // another word than the map's top one moves the answer most, by the largest lead of all texts
  };
  Kind kind = Kind::kTypical;
  size_t row = 0;  // of the material
  int64_t answer = 0, truth = -1;
  double probability = 0;              // of the answer, on the full text
  std::vector<double> scores, losses;  // by word: the map audited; p(c|x) − p(c|x without the word)
  size_t top = 0, strongest = 0;       // words: the first by score, the first by loss

  // What a door adds, for texts of a material are numbers: the text, and the bytes [start, end) of each word.
  std::string text, answer_name, truth_name;
  int64_t line = 0;  // of the file
  std::vector<std::pair<int64_t, int64_t>> words;
};

// `map`: the one audited. `losses`: leave-one-out, [text][word]. Of texts of 5 to 40 words where there are such, else
// of all. The typical one is right where any is; there is no odd one where the top word always moves the answer most.
std::vector<Example> examples_of(const Material& material, const Answers& answers, const Map& map,
                                 const std::vector<std::vector<double>>& losses,
                                 const std::vector<double>& comprehensiveness);

}  // namespace fovea::audit
