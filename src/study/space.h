// The values that a search tries of what it may vary (src/tasks/search_space.h).
#pragma once

#include <string>

#include "study/variants.h"
#include "tasks/search_space.h"

namespace fovea::study {

using tasks::Dimension;
using tasks::SearchSpace;
using tasks::Stage;

// The value at `share` of the way, from 0 up to 1; a number with two significant digits.
std::string value_at(const Dimension& dimension, double share);

// The dimension beside settings chosen before.
Dimension fitted(Dimension dimension, const Settings& chosen);

}  // namespace fovea::study
