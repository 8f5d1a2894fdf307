#include "cli/preset.h"

#include <algorithm>

namespace fovea::cli {
namespace {

// Chosen on held-out parts of the training rows of four data sets: docs/accuracy.md.
constexpr int64_t kBestMembers = 5;

}  // namespace

const std::vector<std::string>& preset_names() {
  static const std::vector<std::string> kNames = {"fast", "best"};
  return kNames;
}

void apply_preset(TrainCommand& command) {
  if (command.preset != "best") return;
  const auto given = [&](const char* name) { return command.common.given.count(name) > 0; };
  if (!given("members")) command.model.members = kBestMembers;
  const auto& paths = command.data.paths;
  if (!given("refit")) command.refit = std::find(paths.begin(), paths.end(), "-") == paths.end();
}

}  // namespace fovea::cli
