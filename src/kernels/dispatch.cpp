// Highway numbers its targets by bits, the better the lower; which bits were compiled is known to this file because
// every file of the kernels is compiled with the same flags.
#include "kernels/dispatch.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include <hwy/highway.h>

#include "base/errors.h"

namespace fovea::kernels {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

struct Target {
  int64_t bit;
  std::string name;
};

// Compiled into this program and supported by this CPU, best first. The fallback without vectors is always there.
std::vector<Target> detected_targets() {
  std::vector<Target> targets;
  const int64_t usable = (hwy::SupportedTargets() & HWY_TARGETS) | HWY_STATIC_TARGET;
  for (int64_t rest = usable; rest != 0; rest &= rest - 1) {
    const int64_t bit = rest & -rest;
    targets.push_back({bit, lower(hwy::TargetName(bit))});
  }
  return targets;
}

const std::vector<Target>& targets() {
  static const std::vector<Target> all = detected_targets();
  return all;
}

// Lets the kernels see one target only, or all of them with 0.
void restrict_to(int64_t bit) {
  hwy::SetSupportedTargetsForTest(bit);
}

int64_t chosen = 0;  // the bit FOVEA_ISA asked for; 0: the best

// What the dispatch tables see.
int64_t active_target() {
  const int64_t visible = hwy::SupportedTargets() & HWY_TARGETS;
  return visible == 0 ? HWY_STATIC_TARGET : visible & -visible;
}

}  // namespace

void internal::force_instruction_set(const std::string& name) {
  const std::vector<Target>& all = targets();
  if (name.empty()) {
    chosen = 0;
    restrict_to(0);
    return;
  }
  const std::string wanted = lower(name) == "avx512" ? "avx3" : lower(name);
  const auto found = std::find_if(all.begin(), all.end(), [&](const Target& target) { return target.name == wanted; });
  if (found == all.end()) {
    std::string list;
    for (const Target& target : all) list += (list.empty() ? "" : ", ") + target.name;
    throw UserError(ExitCode::kUsage, "FOVEA_ISA: this program cannot run on \"" + name + "\" here",
                    "It can be one of these: " + list + ". Unset, the best is taken.");
  }
  chosen = found->bit;
  restrict_to(chosen);
}

void choose_instruction_set() {
  static const bool done = [] {
    const char* name = std::getenv("FOVEA_ISA");
    if (name && *name) internal::force_instruction_set(name);
    return true;
  }();
  (void)done;
}

const char* instruction_set() {
  const int64_t active = active_target();
  for (const Target& target : targets()) {
    if (target.bit == active) return target.name.c_str();
  }
  return "scalar";
}

std::vector<std::string> available_instruction_sets() {
  std::vector<std::string> names;
  for (const Target& target : targets()) names.push_back(target.name);
  return names;
}

void for_each_instruction_set(const std::function<void(const std::string& name)>& body) {
  struct Restore {
    ~Restore() { restrict_to(chosen); }
  } restore;
  for (const Target& target : targets()) {
    restrict_to(target.bit);
    body(target.name);
  }
}

}  // namespace fovea::kernels
