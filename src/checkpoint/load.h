// A finished model, read from its folder.
#pragma once

#include <filesystem>

#include "base/json.h"
#include "checkpoint/files.h"

namespace fovea::checkpoint {

// The finished model MODEL. Throws UserError: kNoInput when the folder is missing (and says so when MODEL.partial
// exists: training is unfinished, use --resume) or is not a model; kBadData when a file is missing, has another size
// (truncated) or another hash (altered), in words that name the file; or when the manifest's format is newer than this
// program.
Files load_model(const std::filesystem::path& model);

// A file of a model that was read from `folder`, and the JSON object in one. UserError (kBadData) names it where it is
// missing or damaged.
const std::string& file_of(const Files& files, const std::string& name, const std::string& folder);
Json json_of(const Files& files, const std::string& name, const std::string& folder);

// A hash of all that makes a model what it is: its files, but for the records of how it was trained and scored.
std::string identity(const Files& files);

}  // namespace fovea::checkpoint
