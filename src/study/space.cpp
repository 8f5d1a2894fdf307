#include "study/space.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace fovea::study {

std::string value_at(const Dimension& dimension, double share) {
  if (!dimension.choices.empty()) {
    const auto place = static_cast<size_t>(share * static_cast<double>(dimension.choices.size()));
    return dimension.choices[std::min(place, dimension.choices.size() - 1)];
  }
  const double low = dimension.low, high = dimension.high;
  const double value = dimension.scale == Dimension::Scale::kLogarithmic ? low * std::pow(high / low, share)
                                                                         : low + (high - low) * share;
  if (dimension.multiple_of > 0) {
    return std::to_string(std::llround(value / static_cast<double>(dimension.multiple_of)) * dimension.multiple_of);
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

Dimension fitted(Dimension dimension, const Settings& chosen) {
  if (std::find(chosen.begin(), chosen.end(), dimension.beside) == chosen.end()) return dimension;
  dimension.low *= dimension.times;
  dimension.high *= dimension.times;
  return dimension;
}

}  // namespace fovea::study
