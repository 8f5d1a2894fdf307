// From the words of the command line to a request.
#pragma once

#include <memory>

#include "cli/verb_table.h"

namespace fovea::cli {

// Null where --help or --version was asked for and answered on standard output. Throws UserError (kUsage) for whatever
// cannot be understood or cannot apply, with the nearest name of an option that does not exist.
std::unique_ptr<Request> parse_command_line(int argc, const char* const* argv);

}  // namespace fovea::cli
