// The one JSON type of the project: keys keep the order in which they were written.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace fovea {

using Json = nlohmann::ordered_json;

// Text of `value` on one line. Bytes that are not UTF-8 become U+FFFD, so it never throws.
inline std::string to_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Text of `value` for a file, indented by two, with a final newline.
inline std::string to_pretty(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace fovea
