#include "base/errors.h"

#include <cstring>

namespace fovea::internal {

void throw_check_failure(const char* condition, const char* file, int line, const std::string& detail) {
  const char* source = std::strstr(file, "src/");
  std::ostringstream out;
  out << (source ? source : file) << ':' << line << ": check failed: " << condition;
  if (!detail.empty()) out << " (" << detail.substr(0, detail.size() - 1) << ')';
  throw InternalError(out.str());
}

}  // namespace fovea::internal
