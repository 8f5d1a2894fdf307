// The settings of a training as JSON, and a training resumed from them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/options.h"

namespace fovea::cli {

inline constexpr const char* kSettingsFile = "settings.json";  // in MODEL.partial

// Every option that changes results, resolved.
Json settings_json(const TrainCommand& command);

// And back. Throws UserError (kBadData), beginning with `place`, where they are not settings.
TrainCommand command_of_settings(const Json& settings, const std::string& place);

// The content of the settings file, which carries its own hash, and that content read again without the hash; the
// latter throws UserError (kBadData) where the file was altered.
std::string settings_file(const TrainCommand& command, const std::vector<std::string>& data_sha256);
Json read_settings(const std::filesystem::path& place);

// The command saved in MODEL.partial of `given.out`, with the limits and the output options of `given`. Throws
// UserError: kNoInput where there is no unfinished training, kUsage where an option given differs from the saved one.
TrainCommand resumed_command(const TrainCommand& given);

}  // namespace fovea::cli
