// Messages beside the results: warnings and what was done, on standard error. Silent until a door sets a level, so the
// library never prints by itself.
#pragma once

#include <string>

namespace fovea::log {

enum class Level { kSilent, kWarnings, kNormal, kVerbose };

void set_level(Level level);
Level level();

void warn(const std::string& text);     // "fovea: warning: text", from kWarnings up
void info(const std::string& text);     // text as it is, from kNormal up
void verbose(const std::string& text);  // text as it is, at kVerbose

}  // namespace fovea::log
