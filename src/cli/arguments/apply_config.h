// Gives the keys of a --config file to the options of a verb.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace fovea::cli {

// Every key goes to its option, unless the command line has set it. Throws UserError (kBadData) with file and line.
void apply_config(CLI::App& verb, const std::string& path);

std::vector<std::string> option_names(const CLI::App& verb);  // "--seed", …
std::string see_help(const CLI::App& verb);                   // "See fovea train --help."

}  // namespace fovea::cli
