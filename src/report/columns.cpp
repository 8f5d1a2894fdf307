#include "report/columns.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "report/terminal.h"

namespace fovea::report {
namespace {

std::string spaces(int count) {
  return std::string(static_cast<size_t>(std::max(0, count)), ' ');
}

}  // namespace

std::string pad_right(std::string_view text, int width) {
  return std::string(text) + spaces(width - display_width(text));
}

std::string pad_left(std::string_view text, int width) {
  return spaces(width - display_width(text)) + std::string(text);
}

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "-";
  const int size = std::snprintf(nullptr, 0, "%.*f", decimals, value);
  std::string out(static_cast<size_t>(size), '\0');
  std::snprintf(out.data(), out.size() + 1, "%.*f", decimals, value);
  if (out.front() == '-' && out.find_first_not_of("-0.") == std::string::npos) out.erase(0, 1);
  return out;
}

std::string percent(double share) {
  return fixed(100 * share, 1) + " %";
}

std::string grouped(int64_t count) {
  std::string digits = std::to_string(count);
  const int64_t first = count < 0 ? 1 : 0;
  for (int64_t at = static_cast<int64_t>(digits.size()) - 3; at > first; at -= 3)
    digits.insert(static_cast<size_t>(at), ",");
  return digits;
}

std::string counted(int64_t count, std::string_view one, std::string_view many) {
  return grouped(count) + " " + std::string(count == 1 ? one : many);
}

std::string quoted_label(std::string_view label, int width) {
  return "“" + ellipsize(safe_text(label), std::max(1, width - 2)) + "”";
}

std::string wrapped(std::string_view text, int width, int indent) {
  const int room = std::max(1, width - indent);
  std::string out, line;
  const auto end_line = [&] {
    out += (out.empty() ? "" : spaces(indent)) + line + "\n";
    line.clear();
  };
  for (size_t at = text.find_first_not_of(' '); at < text.size(); at = text.find_first_not_of(' ', at)) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = ellipsize(text.substr(at, end - at), room);
    if (!line.empty() && display_width(line) + 1 + display_width(word) > room) end_line();
    line += (line.empty() ? "" : " ") + word;
    at = end;
  }
  if (!line.empty()) end_line();
  return out;
}

}  // namespace fovea::report
