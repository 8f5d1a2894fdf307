// The one scale of every picture: the lift of a word, its weight × the number of words (times the even share). The
// page's script (web/explain.js) draws the same scale.
#pragma once

#include <cstddef>
#include <string>

#include "report/terminal.h"

namespace fovea::report {

inline constexpr double kMarkedLift = 2;  // from here a word carries the second sign: an underline or its number
inline constexpr double kFullLift = 8;    // full shade
inline constexpr int kShadeLevels = 6;    // half octaves from 1 to kFullLift

// 0 where the weight is not finite.
double lift_of(double weight, size_t tokens);

// 0 below 2^½ times the even share, then one more per half octave, kShadeLevels from kFullLift up.
int shade_level(double lift);

struct ShadedWord {
  std::string text;
  int columns = 0;  // of the terminal
};

// A safe word of a text of so many, shaded by the lift of its share; a share below 0 speaks against the label: it is
// blue where the others are orange, and has a minus before it.
ShadedWord shaded_word(const std::string& word, double share, size_t tokens, const Style& style);

// "[.41] " before a sentence of that weight.
ShadedWord sentence_mark(double weight, const Style& style);

}  // namespace fovea::report
