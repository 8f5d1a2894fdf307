// The settings of a training as JSON, and a training resumed from them.
#pragma once

#include "base/json.h"
#include "cli/options.h"

namespace fovea::cli {

inline constexpr const char* kSettingsFile = "settings.json";  // in MODEL.partial

// Every option that changes results, resolved.
Json settings_json(const TrainCommand& command);

// The command saved in MODEL.partial of `given.out`, with the limits and the output options of `given`. Throws
// UserError: kNoInput where there is no unfinished training, kUsage where an option given differs from the saved one.
TrainCommand resumed_command(const TrainCommand& given);

}  // namespace fovea::cli
