#include "base/version.h"

namespace fovea {

const char* version() {
  return FOVEA_VERSION;
}
const char* build_type() {
  return FOVEA_BUILD_TYPE;
}

}  // namespace fovea
