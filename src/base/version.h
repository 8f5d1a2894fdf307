// Which Fovea this is.
#pragma once

namespace fovea {

const char* version();     // "0.1.0"
const char* build_type();  // "Release", "Debug"

}  // namespace fovea
