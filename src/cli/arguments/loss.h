// Options that say what training lowers.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/check_command.h"
#include "cli/options.h"

namespace fovea::cli {

void add_loss(CLI::App& app, TrainCommand& command, OptionWords& words);

}  // namespace fovea::cli
