// The files of a model or of a saved state, before they are written and after they are read.
#pragma once

#include <map>
#include <string>

namespace fovea::checkpoint {

// File name → content. Names are plain ("config.json"), never paths.
using Files = std::map<std::string, std::string>;

}  // namespace fovea::checkpoint
