// What can be planted into inputs and decides their class (after Bastings et al. 2022).
#pragma once

#include <cstdint>
#include <string_view>

namespace fovea::attribution {

enum class Shortcut {
  kPart,         // one part decides, wherever it stands
  kInContext,    // one part decides, but only where another one stands in the same input
  kOrderedPair,  // of two parts the one that stands first decides
};

// The parts of which it is made.
constexpr int64_t parts_of(Shortcut shortcut) {
  return shortcut == Shortcut::kPart ? 1 : 2;
}

// As JSON and folders have it.
constexpr std::string_view shortcut_name(Shortcut shortcut) {
  switch (shortcut) {
    case Shortcut::kInContext:
      return "in-context";
    case Shortcut::kOrderedPair:
      return "ordered-pair";
    default:
      return "one-part";
  }
}

}  // namespace fovea::attribution
