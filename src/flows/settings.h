// The settings of a training as JSON, in config.json of its model and beside it while it trains, and a plan of them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "flows/plan.h"

namespace fovea::flows {

inline constexpr const char* kSettingsFile = "settings.json";  // in MODEL.partial

// Every option that changes results, resolved.
Json settings_json(const TrainPlan& plan);

// And back. Throws UserError (kBadData), beginning with `place`, where they are not settings of `kind`.
TrainPlan plan_of(const tasks::Kind& kind, const Json& settings, const std::string& place);

// The content of the settings file, which carries its own hash, and that content read again without the hash; the
// latter throws UserError (kBadData) where the file was altered.
std::string settings_file(const TrainPlan& plan, const std::vector<std::string>& data_sha256);
Json read_settings(const std::filesystem::path& place);

// The plan saved in MODEL.partial of `given.out`, with the limits and the place of `given`; `profile` and the like are
// its too. Throws UserError: kNoInput where there is no unfinished training, kUsage where an option given differs from
// the saved one.
TrainPlan resumed_plan(const TrainPlan& given);

}  // namespace fovea::flows
