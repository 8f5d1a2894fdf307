// The model of a training of a study as a folder.
#pragma once

#include <filesystem>

#include "checkpoint/files.h"

namespace fovea::flows {

// Writes the files of a model as `fovea train` would have, in place of one that is there.
void write_study_model(const std::filesystem::path& place, checkpoint::Files files);

}  // namespace fovea::flows
