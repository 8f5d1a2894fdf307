// What `fovea tune` searches: stages in their order, each with the options that it varies together. Plain data: a new
// option of `fovea train` is a row in space.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/variants.h"

namespace fovea::study {

struct Dimension {
  std::string option;
  std::vector<std::string> choices;  // these, or else numbers from low to high
  double low = 0, high = 0;
  enum class Scale { kLinear, kLogarithmic } scale = Scale::kLinear;
  int64_t multiple_of = 0;  // numbers are rounded to it; 0: not whole

  // The value at `share` of the way, from 0 up to 1, with two significant digits.
  std::string value_at(double share) const;
};

struct Stage {
  std::string name;
  std::vector<Dimension> dimensions;
};

const std::vector<Stage>& search_space();

// The dimension beside settings chosen before: SGD's learning rates are another range than Adam's.
Dimension fitted(Dimension dimension, const Settings& chosen);

// Where the search begins when the usual settings are too large for --max-size: the first of these that is not.
const std::vector<Settings>& smaller_settings();

}  // namespace fovea::study
