// The one JSON type of the project, its text, and the one reader of JSON that is not ours to trust: models, settings
// and whatever else comes from a file may be damaged or made to hurt. Nothing is guessed, and time and memory stay in
// proportion to the size of the text.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/errors.h"

namespace fovea {

// Keys keep the order in which they were written.
using Json = nlohmann::ordered_json;

// Text of `value` on one line. Bytes that are not UTF-8 become U+FFFD, so it never throws.
inline std::string to_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Text of `value` for a file, indented by two, with a final newline.
inline std::string to_pretty(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Numbers as a list: null in place of what is not finite, which JSON cannot say.
Json numbers_json(const std::vector<double>& values);

// `value` for a message: one line of ASCII, escaped, short even where the file is hostile.
std::string shown(const Json& value);

// How much of a text is read before it is refused. All is counted while it is read.
struct JsonLimits {
  size_t most_bytes = size_t{64} << 20;
  size_t most_levels = 64;         // of lists and objects inside each other: later passes over the value recurse
  size_t most_values = 4'000'000;  // of every kind, lists and objects included
};

// What is wrong with a text: "is not JSON (byte 14)", "names "w" twice". Callers add the place.
class JsonFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The value that `text` (UTF-8) holds; JsonFault where it is not JSON, names a key twice in one object or passes a
// limit. `first_byte`, the place of the text in its file, is added to the byte in the message. O(n log n) in the size.
Json parse_json(std::string_view text, const JsonLimits& limits = {}, size_t first_byte = 0);

// The object that the content of the file `place` holds; else UserError (kBadData), "PLACE: is damaged: …".
Json json_object(std::string_view content, const std::string& place, const std::string& remedy = "",
                 const JsonLimits& limits = {});

// What the library says of a value that is missing or of another kind, without its number: "type must be number, but is
// string".
std::string reason_of(const Json::exception& error);

// What `take` makes of JSON out of the file `place`: a value that is missing or of another kind, for which the library
// throws an exception of its own, becomes UserError (kBadData).
template <typename Take>
auto take_json(const std::string& place, const std::string& remedy, const Take& take) {
  try {
    return take();
  } catch (const Json::exception& error) {
    throw UserError(ExitCode::kBadData, place + ": " + reason_of(error), remedy);
  }
}

}  // namespace fovea
