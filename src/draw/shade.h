// The one scale of every picture: the lift of a word, its weight × the number of words (times the even share). The
// page's script (web/explain.js) draws the same scale.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "draw/terminal.h"

namespace fovea::draw {

inline constexpr double kMarkedLift = 2;  // from here a word carries the second sign: an underline or its number
inline constexpr double kFullLift = 8;    // full shade
inline constexpr int kShadeLevels = 6;    // half octaves from 1 to kFullLift

// 0 where the weight is not finite.
double lift_of(double weight, size_t tokens);
bool is_marked(double weight, size_t tokens);  // from kMarkedLift on, for or against

// Of two parts or more none is marked, so that there is little to see: none has twice the even share, of two or three
// none has (n + 1)/2 times.
bool nearly_even(std::span<const double> weights);

// 0 below 2^½ times the even share, then one more per half octave, kShadeLevels from kFullLift up.
int shade_level(double lift);

// ".42", "1.0", "<.01", "−.42"
std::string short_weight(double weight);

// `text` on the background of its share among so many parts, blue where the share is below 0; as it is without colour.
std::string on_shade(const std::string& text, double share, size_t parts, const Style& style);

struct ShadedWord {
  std::string text;
  int columns = 0;  // of the terminal
};

// A safe word of a text of so many, shaded by the lift of its share; a share below 0 speaks against the label: it is
// blue where the others are orange, and has a minus before it.
ShadedWord shaded_word(const std::string& word, double share, size_t tokens, const Style& style);

// "[.41] " before a sentence of that weight.
ShadedWord sentence_mark(double weight, const Style& style);

}  // namespace fovea::draw
