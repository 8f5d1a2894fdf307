// The form of --help.
#pragma once

#include <memory>

#include <CLI/CLI.hpp>

namespace fovea::cli {

// "--hidden-size N     what it is (default)", the second column wrapped. CLI11's own form prints types and ranges in
// lines of any length.
std::shared_ptr<CLI::FormatterBase> help_formatter();

}  // namespace fovea::cli
