// JSON from a file that may be damaged or made to hurt: nothing is guessed, and time stays in proportion to its size.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace fovea::checkpoint {

// Sorted, because the project's ordered type looks its keys up one by one, which a hostile file could draw out for
// hours.
using SortedJson = nlohmann::json;

// What is wrong with the text: "is not JSON (byte 14)", "names "w" twice". Callers add the place.
class JsonFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// An object at the top, no key twice in one object, at most `max_depth` levels; else JsonFault. `first_byte`, the place
// of the text in its file, is added to the byte in the message.
SortedJson parse_strictly(std::string_view text, size_t max_depth, size_t first_byte = 0);

// `value` for a message: one line of ASCII, escaped, short even where the file is hostile.
std::string shown(const SortedJson& value);

}  // namespace fovea::checkpoint
