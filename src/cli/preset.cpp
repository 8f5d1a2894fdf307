#include "cli/preset.h"

#include "cli/refit.h"

namespace fovea::cli {
namespace {

// Chosen on held-out parts of the training rows of four data sets: docs/accuracy.md.
constexpr int64_t kBestMembers = 5;
constexpr int64_t kRefitRows = 20'000;  // of more rows a tenth is not missed, and the time would double

}  // namespace

const std::vector<std::string>& preset_names() {
  static const std::vector<std::string> kNames = {"fast", "best"};
  return kNames;
}

void apply_preset(TrainCommand& command) {
  if (command.preset != "best") return;
  const auto given = [&](const char* name) { return command.common.given.count(name) > 0; };
  if (!given("members")) command.model.members = kBestMembers;
  if (given("refit")) return;
  command.refit = !why_no_refit(command);
  command.refit_rows = kRefitRows;
}

}  // namespace fovea::cli
