// From the words of the command line to a command.
#pragma once

#include <optional>

#include "cli/options.h"

namespace fovea::cli {

// Nothing where --help or --version was asked for and answered on standard output. Throws UserError (kUsage) for
// whatever cannot be understood or cannot apply, with the nearest name of an option that does not exist.
std::optional<Command> parse_command_line(int argc, const char* const* argv);

}  // namespace fovea::cli
