// What `fovea tune` varies of a text classifier. A new option of `fovea train` is a row in search_space.cpp.
#pragma once

#include "tasks/search_space.h"

namespace fovea::tasks {

const SearchSpace& text_search_space();

}  // namespace fovea::tasks
