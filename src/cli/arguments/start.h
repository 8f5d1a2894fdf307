// Options that say what a training starts from, and in which form it is written.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/check_command.h"
#include "cli/options.h"

namespace fovea::cli {

// Word vectors.
void add_vectors(CLI::App& app, TrainCommand& command);

// The model to go on from, and the form of the model that is written: of `train` alone.
void add_model_in_and_out(CLI::App& app, TrainCommand& command, OptionWords& words);

}  // namespace fovea::cli
