// UTF-8: checks and repairs, counted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::data {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // U+FEFF, at the beginning of files

// `text` with every byte that does not belong to a well-formed sequence replaced by one U+FFFD; their number is added
// to
// `*bad_bytes` and their offsets in `text` to `*places` while it holds fewer than `max_places`. Either may be null.
std::string repair_utf8(std::string_view text, int64_t* bad_bytes, std::vector<int64_t>* places = nullptr,
                        size_t max_places = 5);

bool is_utf8(std::string_view text);

// Number of code points of well-formed UTF-8.
int64_t count_code_points(std::string_view text);

}  // namespace fovea::data
