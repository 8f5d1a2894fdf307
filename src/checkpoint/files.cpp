#include "checkpoint/files.h"

#include "base/files.h"

namespace fovea::checkpoint {

std::string identity(const Files& files) {
  std::string state;
  for (const auto& [name, content] : files) {
    const bool is_record = name.starts_with("metrics.") || name == "manifest.json" || name == "twin.json";
    if (!is_record) state += name + " " + sha256(content) + "\n";
  }
  return sha256(state);
}

}  // namespace fovea::checkpoint
