// Planted shortcuts of two parts, of which neither decides alone (Bastings et al. 2022): whether a map names both.
#pragma once

#include <functional>

namespace fovea::audit {

struct DeepWork;
using DeepDone = std::function<void(double share)>;

// A part that decides only where another one stands in the input, and two parts of which the first decides: a twin is
// taught each of the two. Part of the depth deep. Fills Result::shortcuts; nothing where the kind of task plants
// nothing.
void plant_shortcuts(const DeepWork& work, const DeepDone& done);

}  // namespace fovea::audit
