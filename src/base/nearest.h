// "Did you mean": the known name that a mistyped one is nearest to, or what other tools' name for it is called here.
#pragma once

#include <string>
#include <vector>

namespace fovea {

// One of `known`, or Fovea's own name for what other tools call `given`; "" where nothing is near enough.
std::string nearest(const std::string& given, const std::vector<std::string>& known);

}  // namespace fovea
