// What this program runs on, for `fovea info` and config.json.
#pragma once

#include "base/json.h"

namespace fovea::cli {

// {"fovea", "build", "libtorch", "processor", "cores", "threads", "instruction_set", "instruction_sets",
// "libtorch_instruction_set", "memory_bytes"}
Json machine_json();

}  // namespace fovea::cli
