#include "base/text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace fovea {

std::string with_commas(int64_t number) {
  std::string digits = std::to_string(number);
  const std::ptrdiff_t first = number < 0 ? 1 : 0;
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > first; place -= 3)
    digits.insert(static_cast<size_t>(place), ",");
  return digits;
}

std::string fixed(double number, int decimals) {
  if (!std::isfinite(number)) return "-";
  const int size = std::snprintf(nullptr, 0, "%.*f", decimals, number);
  std::string digits(static_cast<size_t>(size), '\0');
  std::snprintf(digits.data(), digits.size() + 1, "%.*f", decimals, number);
  if (digits.front() == '-' && digits.find_first_not_of("-0.") == std::string::npos) digits.erase(0, 1);
  return digits;
}

std::string per_cent(double share, int decimals) {
  return fixed(100 * share, decimals) + " %";
}

std::string counted(int64_t count, std::string_view singular, std::string_view plural) {
  return with_commas(count) + " " + std::string(count == 1 ? singular : plural);
}

std::string joined(std::span<const std::string> parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string short_count(double number) {
  if (number >= 1e6) return fixed(number / 1e6, 1) + " M";
  if (number >= 1e4) return fixed(number / 1e3, 0) + "k";
  if (number >= 1e3) return fixed(number / 1e3, 1) + "k";
  return fixed(number, 0);
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::max(seconds, 0.0)));
  char text[32];
  if (whole >= 3600) {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld:%02lld", whole / 60, whole % 60);
  }
  return text;
}

std::string bytes_text(int64_t bytes) {
  if (bytes >= 1'000'000'000) return fixed(static_cast<double>(bytes) / 1e9, 1) + " GB";
  if (bytes >= 1'000'000) return fixed(static_cast<double>(bytes) / 1e6, 0) + " MB";
  return with_commas(bytes) + " bytes";
}

}  // namespace fovea
