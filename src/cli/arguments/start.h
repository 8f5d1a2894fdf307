// Options that say what a training starts from.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/options.h"

namespace fovea::cli {

void add_start(CLI::App& app, TrainCommand& command);

}  // namespace fovea::cli
