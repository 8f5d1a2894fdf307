// Numbers as people read them: in the terminal, on pages and in messages. One copy for every room, so that a count
// looks the same wherever it is shown.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace fovea {

std::string with_commas(int64_t number);  // 7792 → "7,792"

// `number` with `decimals` digits after the point; "-" where it is not finite. "-0.000" is written "0.000".
std::string fixed(double number, int decimals);

std::string per_cent(double share, int decimals = 1);  // 0.8213 → "82.1 %"

// "1 text", "2,000 texts"
std::string counted(int64_t count, std::string_view singular, std::string_view plural);

std::string joined(std::span<const std::string> parts);  // "a, b, c"

std::string short_count(double number);  // "950", "1.2k", "12k", "1.2 M"
std::string clock_time(double seconds);  // "0:05", "1:02:03"; less than nothing is nothing
std::string bytes_text(int64_t bytes);   // "812 bytes", "23 MB", "1.3 GB"

}  // namespace fovea
