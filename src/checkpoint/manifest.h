// A folder of files with its manifest.json: name, size and SHA-256 of every file, so that what is read is what was
// written (docs/formats.md). Knows nothing of commits or renames.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "checkpoint/files.h"

namespace fovea::checkpoint {

constexpr int kManifestFormat = 1;
constexpr char kManifestName[] = "manifest.json";

enum class Kind { kModel, kState };

// Writes `files` and then their manifest into `folder`, which is made and must not exist, and flushes files and folder.
// Throws UserError (kCannotWrite) and leaves what was written for the caller to remove.
void write_folder(const std::filesystem::path& folder, Kind kind, const Files& files);
// The same, each file hashed while it is written.
void write_folder(const std::filesystem::path& folder, Kind kind, const WrittenFiles& files);

// Reads every file that the manifest of `folder` names and checks size and hash; other files are not looked at. Throws
// UserError (kBadData, with `remedy`) naming the first file that is missing, truncated or altered, or what is wrong
// with the manifest.
Files read_folder(const std::filesystem::path& folder, Kind kind, const std::string& remedy);

// The names in the manifest of a finished model, "manifest.json" among them. Throws UserError (kBadData) where `folder`
// has no manifest that can be read as a model's.
std::vector<std::string> model_names(const std::filesystem::path& folder);

}  // namespace fovea::checkpoint
