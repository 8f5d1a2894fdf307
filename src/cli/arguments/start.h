// Options that say what a training starts from, and in which form it is written.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/check_command.h"
#include "cli/options.h"

namespace fovea::cli {

void add_start(CLI::App& app, TrainCommand& command, OptionWords& words);

}  // namespace fovea::cli
