// Options as the text of a settings file.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace fovea::cli {

// What `fovea train --config` takes, with `heading` as comments above it. DATA has no place in such a file and is left
// out.
std::string config_text(const std::string& heading, const std::vector<GivenOption>& options);

}  // namespace fovea::cli
