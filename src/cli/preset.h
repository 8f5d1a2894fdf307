// Presets: settings that were chosen together. What is set by option or file wins over them.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace fovea::cli {

// "fast": the defaults of every option. "best": several members, in as many times the time.
const std::vector<std::string>& preset_names();

// Changes what command.preset sets and command.common.given does not.
void apply_preset(TrainCommand& command);

}  // namespace fovea::cli
