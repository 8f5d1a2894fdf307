// Pieces of plain-text tables: cells padded by display width, numbers, shares, paragraphs. Texts given here are safe
// already.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fovea::report {

std::string pad_right(std::string_view text, int width);  // text, then spaces up to `width` columns
std::string pad_left(std::string_view text, int width);

// `value` with `decimals` digits after the point; "-" where it is not finite. "-0.000" is written "0.000".
std::string fixed(double value, int decimals);
std::string percent(double share);                                                // 0.8213 → "82.1 %"
std::string grouped(int64_t count);                                               // 7792 → "7,792"
std::string counted(int64_t count, std::string_view one, std::string_view many);  // "1 text", "2,000 texts"

// A label between quotes, safe and at most `width` columns wide.
std::string quoted_label(std::string_view label, int width = 24);

// The words of `text` in lines of at most `width` - `indent` columns, each with its line end, all but the first after
// `indent` spaces: the caller has put something before the first. A word longer than a line is ellipsized.
std::string wrapped(std::string_view text, int width, int indent);

}  // namespace fovea::report
