// Times and sizes as people write them.
#pragma once

#include <cstdint>
#include <string>

namespace fovea::cli {

// "90s", "10m", "1.5h" in seconds. Throws UserError (kUsage) for anything else, and for nothing or more than 1000
// hours.
double parse_duration(const std::string& text);

// "800k", "5M", "1.5G" or a number of bytes; 0: no limit. Throws UserError (kUsage) for anything else.
int64_t parse_size(const std::string& text);

}  // namespace fovea::cli
