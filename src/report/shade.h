// The one scale of every picture: the lift of a word, its weight × the number of words (times the even share). The
// page's script (web/explain.js) draws the same scale.
#pragma once

#include <cstddef>

namespace fovea::report {

inline constexpr double kMarkedLift = 2;  // from here a word carries the second sign: an underline or its number
inline constexpr double kFullLift = 8;    // full shade
inline constexpr int kShadeLevels = 6;    // half octaves from 1 to kFullLift

// 0 where the weight is not finite.
double lift_of(double weight, size_t tokens);

// 0 below 2^½ times the even share, then one more per half octave, kShadeLevels from kFullLift up.
int shade_level(double lift);

}  // namespace fovea::report
