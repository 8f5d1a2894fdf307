// Options taken from a settings file.
#pragma once

#include <string>

#include "cli/arguments/declared.h"

namespace fovea::cli {

// `config`: the field that --config has filled with the path of a file, and that no file may fill. Every key goes to
// its option, unless the command line has set it. Throws UserError (kBadData) with file and line.
void apply_config(Declared& verb, const std::string& config);

}  // namespace fovea::cli
